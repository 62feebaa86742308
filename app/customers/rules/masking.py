"""How personal details are shown by default (domain.md 1.7); to see them whole is a logged act."""

STAR = "*"


def masked_name(name: str) -> str:
    """Show the first sign of a person's name and one star, so that its length stays hidden."""
    return name[:1] + STAR if name else ""


def masked_id(number: str) -> str:
    """Show the first six and the last two places of an identity number."""
    if len(number) == 18:
        return f"{number[:6]}**********{number[16:]}"
    return _middle(number, first=6, last=2)


def masked_mobile(number: str) -> str:
    """Show the first three and the last four digits of a mobile number."""
    if len(number) == 11:
        return f"{number[:3]}****{number[7:]}"
    return _middle(number, first=3, last=4)


def masked_account(number: str) -> str:
    """Show the last four digits of a bank account."""
    return _middle(number, first=0, last=4)


def _middle(text: str, *, first: int, last: int) -> str:
    """Star out all but the ends; a text too short to hide at least half of it is starred whole."""
    hidden = len(text) - first - last
    if hidden < (first + last) // 2:
        return STAR * len(text)
    return text[:first] + STAR * hidden + text[len(text) - last :]
