"""Sentences that wait to be said."""

import gettext
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from app.kit import words
from app.kit.words import language_in_use, t, tn, use_language


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue of our own making, so the test does not hang on shipped words."""
    catalogue = Catalog(locale="zh_CN")
    catalogue.add("Saved {name}.", "已保存{name}。")
    catalogue.add("the file", "文件")
    catalogue.add(("{n} row", "{n} rows"), ("{n} 行",))
    folder = tmp_path / "zh_CN"
    folder.mkdir()
    with (folder / words.COMPILED).open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    words._catalogue.cache_clear()
    before = language_in_use()
    yield
    use_language(before)
    words._catalogue.cache_clear()


def test_a_sentence_is_said_in_each_language(catalogues: None) -> None:
    text = t("Saved {name}.", name="A.xlsx")
    assert text.in_language("zh_CN") == "已保存A.xlsx。"
    assert text.in_language("en") == "Saved A.xlsx."


def test_a_sentence_within_a_sentence_follows_its_language(catalogues: None) -> None:
    text = t("Saved {name}.", name=t("the file"))
    assert text.in_language("zh_CN") == "已保存文件。"
    assert text.in_language("en") == "Saved the file."


def test_counting_sentences(catalogues: None) -> None:
    assert [tn("{n} row", "{n} rows", n).in_language("zh_CN") for n in (1, 2)] == ["1 行", "2 行"]
    assert [tn("{n} row", "{n} rows", n).in_language("en") for n in (0, 1, 2)] == [
        "0 rows",
        "1 row",
        "2 rows",
    ]


def test_every_compiled_sentence_is_found_and_nothing_beside_it(catalogues: None) -> None:
    for near in ("", "t", "the fil", "the file ", "Saved {name}", "zzz", "{n} rows"):
        assert words.say(near, "zh_CN") == near or near == ""
    assert t("{n} row", n=3).in_language("zh_CN") == "3 行", "of one that counts, said alone"


def test_the_shipped_words_are_those_gettext_reads() -> None:
    """The file is read by ourselves; the standard library's reader says the same of every line."""
    path = words.LOCALES / "zh_CN" / words.COMPILED
    with path.open("rb") as file:
        other = gettext.GNUTranslations(file)
    said = words._catalogue("zh_CN")
    assert said is not None
    with_forms = [key for key in other._catalog if isinstance(key, tuple)]  # type: ignore[attr-defined]
    alone = [key for key in other._catalog if isinstance(key, str)]  # type: ignore[attr-defined]
    assert len(alone) > 1500 and len(with_forms) > 5
    assert [key for key in alone if said.one(key) != other.gettext(key)] == []
    assert [key for key, _ in with_forms if said.one(key) != other.gettext(key)] == []


def test_a_sentence_nobody_translated_stays_english(catalogues: None) -> None:
    assert t("Unknown {x}.", x=1).in_language("zh_CN") == "Unknown 1."


def test_str_speaks_the_language_in_use(catalogues: None) -> None:
    text = t("Saved {name}.", name="A")
    use_language("en")
    assert str(text) == "Saved A."
    use_language("zh_CN")
    assert str(text) == "已保存A。"


def test_a_language_we_do_not_speak_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        use_language("fr")


def test_values_are_never_taken_for_placeholders(catalogues: None) -> None:
    assert t("Saved {name}.", name="{name} {0}").in_language("en") == "Saved {name} {0}."


def test_a_missing_value_is_an_error_not_a_gap(catalogues: None) -> None:
    with pytest.raises(KeyError):
        str(t("Saved {name}."))
