"""The kinds of field a form may have. The names are those a forms pack writes."""

from datetime import date
from enum import Enum

Value = str | int | date | None
"""What a field holds: text, fen or a whole number or basis points, a day, or nothing."""


class Kind(Enum):
    """How a field is typed and read.

    MONEY is fen shown in yuan with thousands; PERCENT is basis points (8500 is 85 %); DATE is typed
    ``0305``, ``20260305`` or ``2026-03-05``; MONTH is the text ``2026-03``, typed ``0326`` or
    ``202603`` as well; DECIMAL stays text, so that nothing of it is rounded; PERSON and PRODUCT are
    found while they are typed; ADDRESS is the code of a place and a line behind it; ROWS is a small
    table and ATTACHMENTS a list of files, both as JSON text; THEIRS is filled by head office and
    only read at a branch; HIDDEN is a secret and never in a pack.
    """

    TEXT = "text"
    LONG_TEXT = "long_text"
    HIDDEN = "hidden"
    MONEY = "money"
    DATE = "date"
    MONTH = "month"
    ID_NUMBER = "id_number"
    USCC = "uscc"
    PHONE = "phone"
    CHOICE = "choice"
    PERCENT = "percent"
    DECIMAL = "decimal"
    INTEGER = "integer"
    PERSON = "person"
    PRODUCT = "product"
    ADDRESS = "address"
    ROWS = "rows"
    ATTACHMENTS = "attachments"
    THEIRS = "theirs"


NUMBERS = frozenset({Kind.MONEY, Kind.PERCENT, Kind.DECIMAL, Kind.INTEGER})
"""Kinds that can be reckoned with."""
PERSONAL = frozenset({Kind.ID_NUMBER, Kind.PHONE, Kind.PERSON, Kind.HIDDEN})
"""Kinds of which no former value is ever offered again."""
