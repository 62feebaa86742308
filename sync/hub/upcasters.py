"""Bringing mutations of older programs up to this one's schema, a named step for each version.

A desk that was away hands in what it made under the schema it had then; its numbers and hashes are
those of that time and are compared as they came. Only what is then done with a mutation is this
version's. A step takes a mutation of schema n and gives what the same act is called in n + 1; it is
kept for at least twelve months after the last program that wrote schema n. There is no step yet:
what came after the first schema only added tables and fields with a default, and an order or a row
without them is read as it always was (tests/sync/test_tomorrow.py holds the history against that).
"""

from collections.abc import Callable, Mapping

from app.store.outbox import SCHEMA
from sync.wire.messages import Mutation, Txn

Step = Callable[[Mutation], Mutation]

OLDEST = 1
"""The oldest schema whose mutations are taken."""
STEPS: Mapping[int, Step] = {}
"""Schema n to the step that brings a mutation from n to n + 1."""


def brought_up(
    txn: Txn, *, steps: Mapping[int, Step] = STEPS, to: int = SCHEMA, oldest: int = OLDEST
) -> Txn:
    """Give a transaction as this version would have made it.

    A mutation of a newer schema, or of one too old, stays as it is: ``readable`` says so of it.
    """
    if all(mutation.schema >= to for mutation in txn.mutations):
        return txn
    return Txn(txn.id, [_brought_up(m, steps, to, oldest) for m in txn.mutations])


def _brought_up(mutation: Mutation, steps: Mapping[int, Step], to: int, oldest: int) -> Mutation:
    if mutation.schema < oldest:
        return mutation
    for schema in range(mutation.schema, to):
        mutation = steps[schema](mutation)
    return mutation


def readable(mutation: Mutation, *, schema: int = SCHEMA, oldest: int = OLDEST) -> bool:
    """Say whether a mutation that ``brought_up`` gave may be carried out.

    The order of a newer program may say more than this one would read of it, and half an order is
    not what was meant; a row of a newer program may, its further fields are kept beside it.
    """
    if mutation.schema > schema:
        return mutation.op != "command"
    return mutation.schema >= oldest
