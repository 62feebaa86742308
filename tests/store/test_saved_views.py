"""Saved views stay with their person, one of them is the first, and they survive the store."""

from app.kit.clock import FixedClock
from app.store.saved_views import KeptView, drop_view, keep_view, saved_views
from app.store.store import Store


def keep(store: Store, clock: FixedClock, person: str, *views: KeptView) -> None:
    with store.desk_work() as session:
        for view in views:
            keep_view(session, person, "customers", view, clock.now())


def test_views_belong_to_one_person_and_one_list(store: Store, clock: FixedClock) -> None:
    keep(store, clock, "p-1", KeptView("本月生日", "{}", False))
    assert [one.name for one in store.read(saved_views, "p-1", "customers")] == ["本月生日"]
    assert store.read(saved_views, "p-2", "customers") == ()
    assert store.read(saved_views, "p-1", "contracts") == ()


def test_the_same_name_is_written_over(store: Store, clock: FixedClock) -> None:
    keep(store, clock, "p-1", KeptView("a", "old", False), KeptView("a", "new", True))
    assert store.read(saved_views, "p-1", "customers") == (KeptView("a", "new", True),)


def test_there_is_one_first_view(store: Store, clock: FixedClock) -> None:
    keep(store, clock, "p-1", KeptView("a", "{}", True), KeptView("b", "{}", True))
    keep(store, clock, "p-2", KeptView("a", "{}", True))
    first = [(one.name, one.first) for one in store.read(saved_views, "p-1", "customers")]
    assert first == [("a", False), ("b", True)]
    assert store.read(saved_views, "p-2", "customers")[0].first, "another's views are theirs"


def test_a_view_is_forgotten_once(store: Store, clock: FixedClock) -> None:
    keep(store, clock, "p-1", KeptView("a", "{}", False))
    for _ in range(2):
        with store.desk_work() as session:
            drop_view(session, "p-1", "customers", "a")
    assert store.read(saved_views, "p-1", "customers") == ()


def test_views_are_there_after_the_store_was_closed(store: Store, clock: FixedClock) -> None:
    keep(store, clock, "p-1", KeptView("a", '{"words": "宏远"}', True))
    folder, key = store.folder, store.key
    store.close()
    again = Store.open(folder, key, clock)
    assert again.read(saved_views, "p-1", "customers")[0].layout == '{"words": "宏远"}'
    again.close()
