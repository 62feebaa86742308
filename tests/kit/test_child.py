"""Each order gets its own answer, whoever waits first and on whichever lane."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.kit.child import Child


@pytest.fixture
def echo() -> Iterator[Child]:
    child = Child("tests.kit.echo", [])
    yield child
    child.leave()


def test_lanes_that_ask_at_once_get_their_own_answers(echo: Child) -> None:
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda n: echo.ask("say", n=n)["n"], range(400)))
    assert said == list(range(400))


def test_an_answer_awaited_later_is_kept(echo: Child) -> None:
    echo.tell("say", n=1)
    echo.tell("say", n=2)
    assert echo.ask("say", n=3)["n"] == 3
    assert [echo.answer()["n"], echo.answer()["n"]] == [1, 2]


def test_an_order_that_takes_longer_keeps_no_other_waiting(echo: Child) -> None:
    echo.tell("late", n=1)
    assert echo.ask("say", n=2)["n"] == 2
    assert echo.answer()["n"] == 1


def test_nothing_told_has_no_answer(echo: Child) -> None:
    with pytest.raises(IndexError):
        echo.answer()


def test_a_process_that_has_ended_is_an_end_of_file(echo: Child) -> None:
    echo.tell("end")
    with pytest.raises(EOFError):
        echo.answer()
