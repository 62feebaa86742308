"""A customer's address: the code of the place by GB/T 2260, and the line behind it."""

import re

_CODE = re.compile(r"\d{6}", re.ASCII)


def is_place_code(text: str) -> bool:
    """Say whether a text has the form of a code; whether a list knows it is another question."""
    return _CODE.fullmatch(text) is not None


def registered_at(credit_code: str) -> str:
    """Give the code of the place an organisation is registered in, as its number says."""
    return credit_code[2:8]
