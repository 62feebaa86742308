"""What is refused and what is only said, each from a record that has that one fault."""

from dataclasses import replace
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from app.kit.errors import signpad as problems
from app.kit.words import LANGUAGES, LOCALES
from devices.signpad.api import InkRecord, Source
from devices.signpad.quality import Concern, InkPolicy, explain, weigh
from tests.devices.signpad.specimens import BLIND, reading, record

POLICY = InkPolicy()
CATALOGUE = LOCALES / "zh_CN" / "signpad.po"
GOOD = record(*(reading(i, i, 300 + i % 50) for i in range(60)))  # 0.59 s at 100 a second


def test_good_ink_has_no_concerns_and_true_measures() -> None:
    quality = weigh(GOOD, POLICY)
    assert (quality.refused, quality.warned, quality.acceptable) == ((), (), True)
    assert quality.rate == 100
    assert quality.duration_us == 590_000
    assert quality.pressure_steps == 50
    assert quality.lost_bp == 0


@pytest.mark.parametrize(
    ("faulty", "concern"),
    [
        (record(*(reading(i, i, 300 + i, 26_000) for i in range(60))), Concern.FEW_SAMPLES),
        (record(*(reading(i, i, 300) for i in range(60))), Concern.FLAT_PRESSURE),
        (record(*(reading(i, i, 300 + i) for i in range(30))), Concern.TOO_SHORT),
        (replace(GOOD, dropped=2), Concern.LOST_SAMPLES),
    ],
)
def test_one_fault_gives_one_warning(faulty: InkRecord, concern: Concern) -> None:
    quality = weigh(faulty, POLICY)
    assert quality.warned == (concern,)
    assert quality.acceptable


@pytest.mark.parametrize(
    "edge",
    [
        record(*(reading(i, i, 300 + i, 25_000) for i in range(60))),  # 40 a second
        record(*(reading(i, i, 300 + i) for i in range(31))),  # 0.30 s
        replace(GOOD, dropped=1),
    ],
)
def test_the_limit_itself_passes(edge: InkRecord) -> None:
    assert weigh(edge, POLICY).warned == ()


def test_a_pause_between_strokes_is_not_a_slow_pad() -> None:
    pause = reading(0, 0, 0, 5_000_000, down=False)
    two = record(*GOOD.samples, pause, *GOOD.samples)
    assert weigh(two, POLICY).rate == 100


def test_a_mouse_is_refused_and_a_policy_may_refuse_touch_too() -> None:
    mouse = replace(GOOD, source=Source.MOUSE)
    assert weigh(mouse, POLICY).refused == (Concern.SOURCE_REFUSED,)
    touch = replace(GOOD, source=Source.TOUCH)
    assert weigh(touch, POLICY).acceptable
    strict = InkPolicy(refused_sources=frozenset({Source.TOUCH}))
    assert weigh(touch, strict).refused == (Concern.SOURCE_REFUSED,)
    assert weigh(mouse, strict).acceptable


def test_no_ink_is_refused_and_not_warned_about_as_well() -> None:
    hovering = record(reading(1, 1, 0, down=False), reading(2, 2, 0, down=False))
    for empty in (record(), hovering):
        quality = weigh(empty, POLICY)
        assert quality.refused == (Concern.NO_INK,)
        assert quality.warned == ()


def test_a_pad_without_pressure_is_flat() -> None:
    blind = replace(
        GOOD, axes=BLIND, samples=tuple(replace(s, x=1, y=1, pressure=0.0) for s in GOOD.samples)
    )
    assert Concern.FLAT_PRESSURE in weigh(blind, POLICY).warned


def test_every_concern_has_its_own_sentence() -> None:
    for language in LANGUAGES:
        sentences = {explain(concern).in_language(language) for concern in Concern}
        assert len(sentences) == len(Concern)


def test_every_sentence_of_this_room_is_in_the_chinese_catalogue() -> None:
    said = {explain(concern).msgid for concern in Concern}
    for problem in (
        problems.signature_broken_off("x"),
        problems.signature_not_given("x"),
        problems.ink_refused(explain(Concern.NO_INK)),
    ):
        said |= {problem.what.msgid, problem.safe.msgid, problem.next.msgid}
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    translated = {message.id: message.string for message in catalogue if message.id}
    assert set(translated) == said
    for msgid, chinese in translated.items():
        assert chinese
        assert _values(str(msgid)) == _values(str(chinese))


def _values(sentence: str) -> set[str | None]:
    """Give the names of the values a sentence holds."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
