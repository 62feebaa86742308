"""The harness alternates, takes medians of pair ratios, and refuses figures made of too little."""

import json
from pathlib import Path

import pytest

from tests.benchmarks import run
from tests.benchmarks.harness import compare, counted, figure, machine, python, workers


def test_pairs_alternate_after_one_warm_up() -> None:
    calls: list[str] = []
    measured = compare(
        "X",
        unit="s",
        yardstick="y",
        target=1.0,
        ours=lambda: calls.append("ours") or 2.0,
        theirs=lambda: calls.append("theirs") or 1.0,
    )
    assert len(calls) == 20
    assert calls[2:6] == ["theirs", "ours", "ours", "theirs"]
    assert measured.runs == (2.0,) * 9
    assert (measured.value, measured.ratio, measured.reached) == (2.0, 2.0, False)


def test_the_ratio_is_the_median_of_pair_ratios_not_the_ratio_of_medians() -> None:
    pairs = [(1.0, 1.0), (10.0, 5.0), (100.0, 100.0), (3.0, 1.0), (4.0, 2.0)]
    assert figure("X", pairs, unit="s", yardstick="y", target=2.0).ratio == 2.0


def test_fewer_than_nine_pairs_are_no_figure() -> None:
    with pytest.raises(ValueError, match="no figure"):
        compare("X", unit="s", yardstick="y", target=1, ours=float, theirs=float, pairs=8)


@pytest.mark.parametrize(("ratio", "reached"), [(1.0, True), (1.14, True), (1.16, False)])
def test_fifteen_per_cent_are_left_to_noise(ratio: float, reached: bool) -> None:
    assert figure("X", [(ratio, 1.0)] * 9, unit="s", yardstick="y", target=1.0).reached is reached


def test_a_count_must_be_zero_in_every_run() -> None:
    assert counted("X", [0] * 9, unit="modules", yardstick="y").reached
    assert not counted("X", [0] * 8 + [1], unit="modules", yardstick="y").reached


def test_the_json_has_the_named_keys() -> None:
    made = figure("X", [(1.0, 2.0)] * 9, unit="s", yardstick="y", target=1.0)
    assert set(made.as_json()) == {"value", "unit", "yardstick", "ratio", "target", "runs"}
    assert len(json.loads(json.dumps(made.as_json()))["runs"]) == 9


def test_a_worker_answers_and_a_dead_one_is_noticed() -> None:
    code = "for line in iter(input, 'die'): print(len(line), flush=True)"
    with workers(python("-c", code)) as (worker,):
        assert worker.ask("four") == 4.0
        with pytest.raises(RuntimeError, match="die"):
            worker.ask("die")


def test_the_page_keeps_its_words_and_gets_the_new_table(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{run.BEGIN}\nold\n{run.END}\nafter\n")
    run.keep([figure("X1", [(1.0, 2.0)] * 9, unit="s", yardstick="y", target=1.0)], page)
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert "| X1 | 1 s | y: 2 s | **0.50** [0.50–0.50] | ≤1.0 | reached |" in text
    assert machine()["Python"] in text


def test_a_run_of_some_groups_leaves_the_other_rows(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"words\n{run.BEGIN}\n{run.END}\nmore", encoding="utf-8")
    first, second = (
        figure(name, [(1.0, 2.0)] * 9, unit="s", yardstick="y", target=1.0) for name in ("X1", "X2")
    )
    run.keep([first, second], page)
    run.keep(
        [figure("X2", [(3.0, 1.0)] * 9, unit="s", yardstick="y", target=1.0)], page, others=True
    )
    text = page.read_text("utf-8")
    assert text.count("| X1 |") == text.count("| X2 |") == 1
    assert "**0.50**" in text and "**3.00**" in text
    assert text.startswith("words") and text.endswith("more")


def test_an_unknown_group_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["bench", "astrology"])
    assert run.main() == 2
    assert "no figures in astrology" in capsys.readouterr().err
