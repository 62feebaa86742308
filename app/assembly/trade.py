"""What desk and hub hand to their verbs alike: names, delegations."""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

from app.approvals.rules import Delegation
from app.customers.rules.names import NameWords, read_name_words
from app.kit.calendar import SHANGHAI
from app.packs.resources import resource_bytes
from app.packs.trust import PackStore


def name_words() -> NameWords:
    """Read the words that organisation names are compared without."""
    return read_name_words(resource_bytes("rules/organisation_names.json"))


def delegations_of(packs: PackStore) -> Callable[[], Sequence[Delegation]]:
    """Give the delegations in force, as the packs say them when they are asked."""

    def given() -> list[Delegation]:
        return [
            Delegation(
                scope=one.scope,
                levels=one.levels,
                valid_from=datetime.combine(one.origin.valid_from, time(0), SHANGHAI),
                valid_to=datetime.combine(
                    one.origin.valid_to + timedelta(days=1), time(0), SHANGHAI
                ),
            )
            for one in packs.delegations()
        ]

    return given
