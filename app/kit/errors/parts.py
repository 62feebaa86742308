"""Orders of many parts of which some are refused; not in `base`, which the sign-in loads."""

from collections.abc import Mapping
from uuid import UUID

from app.kit.errors.base import BranchError, Problem


class PartsRefused(BranchError):  # noqa: N818 - an answer, as its base is
    """Parts of one order were refused, each for its own reason, and so nothing of it was done.

    ``parts`` names them by the id of the record each is about; the problem is the first one's.
    """

    def __init__(self, parts: Mapping[UUID, Problem]) -> None:
        super().__init__(next(iter(parts.values())))
        self.parts = parts

    def told(self) -> dict[str, list[str]]:
        """Give code and words of each part by its id in hex, as an answer of head office has it."""
        return {id.hex: [one.code, str(one.what)] for id, one in self.parts.items()}
