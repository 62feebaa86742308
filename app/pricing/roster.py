"""The roster of a group: the people, and the request their cohorts make."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class InsuredPerson:
    """One good row of a roster; a cover that is not bought has no sum."""

    name: str
    id_type: str
    """Code of the kind of document (domain.md 1.2): ``111`` is the resident ID card."""
    id_no: str
    sex: str
    """``M`` or ``F``."""
    birth: date
    job: str | None
    job_class: int
    gpa_si_fen: int | None
    gma_si_fen: int | None
    deductible_yuan: int | None
    pay_ratio: int | None
    """Per cent of the medical cost that is paid."""
    social: bool
