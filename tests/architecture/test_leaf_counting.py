"""The counter of example leaves counts what a test takes, and nothing else."""

from pathlib import Path

import pytest

from tests.leaves import (
    Notes,
    dump,
    gather,
    leaf_paths,
    owed_paths,
    plain,
    read_examples,
    unread,
    watch,
)

TREE = {
    "identifiers": {"cases": [{"number": "1", "valid": True, "note": "n"}, {"number": "2"}]},
    "pricing": {"quotes": [{"total": "3.00", "parts": []}], "other_quotes": [{"total": "9"}]},
    "evidence": {"sm3": {"title": "t", "hex": "ab"}},
    "aml": {"limit": 1},
}


@pytest.fixture
def notes() -> Notes:
    return Notes()


def test_owed_are_the_three_families_without_words_and_other_quotes() -> None:
    assert owed_paths(TREE) == {
        "identifiers.cases[0].number",
        "identifiers.cases[0].valid",
        "identifiers.cases[1].number",
        "pricing.quotes[0].total",
        "pricing.quotes[0].parts",
        "evidence.sm3.hex",
    }


def test_a_taken_leaf_is_noted_and_its_neighbour_is_not(notes: Notes) -> None:
    watched = watch(TREE, notes)
    assert watched["identifiers"]["cases"][0]["number"] == "1"
    assert notes.paths == {"identifiers.cases[0].number"}


def test_walking_through_branches_notes_nothing(notes: Notes) -> None:
    cases = watch(TREE, notes)["identifiers"]["cases"]
    assert len(cases) == 2
    assert [list(case) for case in cases] == [["number", "valid", "note"], ["number"]]
    assert "valid" in cases[0]
    repr(cases)
    assert notes.paths == set()


def test_a_negative_index_and_a_slice_note_the_true_place(notes: Notes) -> None:
    cases = watch(TREE, notes)["identifiers"]["cases"]
    assert cases[-1]["number"] == "2"
    assert cases[0:1][0]["valid"] is True
    assert notes.paths == {"identifiers.cases[1].number", "identifiers.cases[0].valid"}


def test_comparing_a_branch_reads_all_of_it(notes: Notes) -> None:
    assert watch(TREE, notes)["evidence"]["sm3"] == {"title": "t", "hex": "ab"}
    assert notes.paths == {"evidence.sm3.title", "evidence.sm3.hex"}


def test_an_empty_list_is_a_leaf(notes: Notes) -> None:
    assert watch(TREE, notes)["pricing"]["quotes"][0]["parts"] == []
    assert notes.paths == {"pricing.quotes[0].parts"}


def test_input_for_the_code_is_plain_and_noted(notes: Notes) -> None:
    case = watch(TREE, notes)["identifiers"]["cases"][0]
    assert type(plain(case)) is dict
    assert "identifiers.cases[0].valid" in notes.paths


def test_nobody_takes_a_whole_family_as_input(notes: Notes) -> None:
    for whole in (watch(TREE, notes), watch(TREE, notes)["pricing"]):
        with pytest.raises(ValueError, match="single example"):
            plain(whole)
    assert notes.paths == set()


def test_reading_while_no_test_runs_does_not_count(
    notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    watch(TREE, notes)["evidence"]["sm3"]["hex"]
    assert notes.paths == set()


def test_the_union_of_two_processes_leaves_only_what_neither_read(tmp_path: Path) -> None:
    first, second = Notes(), Notes()
    assert watch(TREE, first)["evidence"]["sm3"]["hex"] == "ab"
    for case in watch(TREE, second)["identifiers"]["cases"]:
        case["number"]
    dump(first, tmp_path)
    dump(second, tmp_path)
    assert unread(TREE, gather(tmp_path)) == [
        "identifiers.cases[0].valid",
        "pricing.quotes[0].parts",
        "pricing.quotes[0].total",
    ]


def test_the_examples_owe_leaves_of_every_family_and_paths_are_unique() -> None:
    tree = read_examples()
    owed = owed_paths(tree)
    assert {path.split(".")[0] for path in owed} == {"identifiers", "pricing", "evidence"}
    every = list(leaf_paths(tree))
    assert len(every) == len(set(every))
