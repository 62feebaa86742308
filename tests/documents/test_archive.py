"""The archive chain: order, tears, a kept head, a missing photograph."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.archive import (
    FOLLOWS,
    ArchiveLink,
    ChainFault,
    ChainFinding,
    LinkKind,
    check_chain,
    extend,
)

KINDS = (LinkKind.DRAFT, LinkKind.SIGNED, LinkKind.SEALED, LinkKind.PHOTO)


def whole() -> tuple[ArchiveLink, ...]:
    """Make a chain from draft to photograph."""
    links: tuple[ArchiveLink, ...] = ()
    for number, kind in enumerate(KINDS):
        links = extend(links, kind, f"{number}" * 64, (("page", 3), ("permit", "p-1")))
    return links


def test_a_whole_chain_holds() -> None:
    links = whole()
    assert check_chain(links) == ()
    assert check_chain(links, head=links[-1].hash) == ()
    more = extend(links, LinkKind.PHOTO, "9" * 64)
    assert check_chain(more) == ()


@pytest.mark.parametrize("kind", LinkKind)
@pytest.mark.parametrize("length", range(5))
def test_only_what_the_table_allows_can_be_added(kind: LinkKind, length: int) -> None:
    links = whole()[:length]
    allowed = {0: "draft", 1: "signed", 2: "sealed", 3: "photo", 4: "photo"}[length] == kind.value
    if allowed:
        assert extend(links, kind, "a" * 64)[-1].kind is kind
    else:
        with pytest.raises(ValueError, match="does not follow"):
            extend(links, kind, "a" * 64)


def test_the_table_names_every_kind() -> None:
    assert set(FOLLOWS) == {None, *LinkKind}


@given(st.integers(0, 3), st.sampled_from(["sha256", "facts", "kind", "previous"]))
def test_any_change_shows(place: int, field: str) -> None:
    links = list(whole())
    kept = links[-1].hash
    changed = {
        "sha256": "f" * 64,
        "facts": (("page", 4), ("permit", "p-1")),
        "kind": KINDS[(place + 1) % 4],
        "previous": "e" * 64,
    }[field]
    links[place] = replace(links[place], **{field: changed})
    assert check_chain(links, head=kept)
    if place < 3:
        assert any(one.fault is ChainFault.TORN for one in check_chain(links))


def test_a_link_taken_out_shows() -> None:
    links = whole()
    for place in range(4):
        assert check_chain(links[:place] + links[place + 1 :])


def test_a_cut_tail_shows_as_incomplete_and_by_its_head() -> None:
    links = whole()
    found = check_chain(links[:-1], head=links[-1].hash)
    assert found == (
        ChainFinding(ChainFault.HEAD, 2),
        ChainFinding(ChainFault.INCOMPLETE, 3),
    )


def test_nothing_is_not_a_chain() -> None:
    assert check_chain(()) == (ChainFinding(ChainFault.INCOMPLETE, 0),)


def test_a_fact_has_one_value() -> None:
    with pytest.raises(ValueError, match="one value"):
        extend((), LinkKind.DRAFT, "a" * 64, (("page", 1), ("page", 2)))
