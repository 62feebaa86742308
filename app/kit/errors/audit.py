"""What is said when the chain of acts does not hold."""

from app.kit.errors.base import Problem
from app.kit.words import t


def chain_behind(fault: str) -> Problem:
    """Say that the store is not the one this desk had last."""
    return Problem(
        code="E-AUDIT-ANCHOR",
        what=t("The record of acts in this store is not the one kept outside it ({fault}).",
               fault=fault[:120]),
        safe=t("Nothing was changed; what head office received is safe there."),
        next=t("Do not work in this store. Call support: an older copy may have been put back."),
    )  # fmt: skip
