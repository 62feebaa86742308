"""Makes the readings of Chinese characters that search uses: ``python -m installer.pinyin``.

Read from the package pypinyin (MIT), the extra ``readings``: set-up does not install it, and
a desk reads the two files written here and never the package. What people correct by hand
(surnames, second readings) stands in files of its own beside them and is not touched.
"""

import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from unicodedata import category

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "pinyin"
LONGEST = 3
"""Signs of the longest word whose own reading is kept; names are put together from short words."""


def main() -> int:
    """Write both files."""
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

    singles = {chr(code): bare(said.split(",")[0]) for code, said in PINYIN_DICT.items()}
    singles = {sign: said for sign, said in singles.items() if said and category(sign) == "Lo"}
    phrases = {word: [bare(one[0]) for one in said] for word, said in PHRASES_DICT.items()}
    head = f"# Made by installer/pinyin.py from pypinyin {version('pypinyin')} (MIT).\n"
    by_sound: dict[str, list[str]] = {}
    for sign, said in sorted(singles.items()):
        by_sound.setdefault(said, []).append(sign)
    lines = "".join(f"{said} {''.join(signs)}\n" for said, signs in sorted(by_sound.items()))
    (FOLDER / "characters.txt").write_text(head + lines, encoding="utf-8")
    words = "".join(
        f"{' '.join(said)} {word}\n" for word, said in sorted(odd_words(phrases, singles))
    )
    (FOLDER / "words.txt").write_text(head + words, encoding="utf-8")
    return 0


def odd_words(
    phrases: Mapping[str, list[str]], singles: Mapping[str, str]
) -> Iterator[tuple[str, list[str]]]:
    """Give the short words in which a character is not read as it is alone."""
    for word, said in phrases.items():
        if len(word) > LONGEST or len(word) != len(said) or not all(said):
            continue
        if any(singles.get(sign) != one for sign, one in zip(word, said, strict=True)):
            yield word, said


def bare(said: str) -> str:
    """Take the tones off a syllable; ü becomes v, as it is typed. Empty where no letters stay."""
    from pypinyin.contrib.tone_convert import to_normal

    plain = str(to_normal(said)).replace("\u00fc", "v").replace("\u00ea", "e")
    return plain if plain.isascii() and plain.isalpha() else ""


if __name__ == "__main__":
    sys.exit(main())
