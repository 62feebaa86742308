"""Hidden signs leave a text; everything with a shape stays as it was."""

import pytest

from app.kit.signs import plainly_seen, without_hidden


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("王芳 Wang Fang", "王芳 Wang Fang"),
        ("王\u202e芳", "王芳"),
        ("\ufeff王\u200b芳\x00", "王芳"),
        ("a\u2028b\u2029c\ud800d", "abcd"),
        ("\U00032000 \ue000", "\U00032000 \ue000"),  # names newer than this Python, private places
    ],
)
def test_only_what_nobody_sees_goes(text: str, seen: str) -> None:
    assert without_hidden(text) == seen


def test_what_is_kept_stays_and_room_takes_the_place_of_the_rest() -> None:
    assert without_hidden("a\nb\tc\rd\u202e", kept="\n\t", instead=" ") == "a\nb\tc d "


@pytest.mark.parametrize("text", ["", "王 芳", "\u3400", "\U000323af", "\ue000", "é", "🙂"])
def test_a_name_newer_than_this_python_is_plainly_seen(text: str) -> None:
    assert plainly_seen(text)


@pytest.mark.parametrize("text", ["a\u202eb", "a\nb", "a\u00a0b", "a\u3000b", "\ud800", "\u200b"])
def test_what_hides_or_only_looks_like_a_space_is_not(text: str) -> None:
    assert not plainly_seen(text)
