"""What ``sealdesk demo`` says without ``--json``: a dozen lines that tell good from bad."""

from pathlib import Path
from typing import Any

import pytest

from app.assembly.demo_command import day_in_words
from app.kit.words import use_language


def result(**other: object) -> dict[str, Any]:
    """Make up what a day ends with."""
    said: dict[str, Any] = {
        "quote": {"premium_fen": 3430115, "people": 128, "level": "L2", "approved_by": "E1003"},
        "contract": {
            "number": "C-1", "pdf_sha256": "aa", "signed_sha256": "bb", "photo_sha256": "cc",
        },
        "signature": {"bottom_line": True},
        "seal": {"counter_before": 0, "counter_after": 2},
        "audit": {"entries": 42, "verified": True},
        "sync": {"outbox_left": 0, "digest_equal": True},
        "seconds": {"price": 1.25, "seal": 2.5},
        "problems": [],
    }  # fmt: skip
    return {**said, **other}


def test_a_good_day_in_lines_of_one_width() -> None:
    lines = day_in_words(result(), None).splitlines()
    assert len(lines) == 12
    assert lines[0] == "保费          34,301.15 元，128 人"
    assert lines[-1] == "用时（秒）    3.8"


@pytest.mark.parametrize(
    ("other", "line"),
    [
        ({"signature": {"bottom_line": False}}, "Signature valid      no"),
        ({"audit": {"entries": 3, "verified": False}}, "Acts in the log      3, chain BROKEN"),
        ({"sync": {"outbox_left": 4, "digest_equal": False}}, "Same at head office  no"),
        ({"problems": [{"code": "E-X", "what": "look"}]}, "To settle            look"),
    ],
)
def test_what_is_wrong_is_said(other: dict[str, object], line: str) -> None:
    use_language("en")
    try:
        assert line in day_in_words(result(**other), None).splitlines()
    finally:
        use_language("zh_CN")


def test_where_it_is_kept_is_said_last() -> None:
    assert day_in_words(result(), Path("day")).splitlines()[-1].endswith("  day")
