"""Head office's own acts, done before it serves: a unit of work that ends in the feed."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection as Connection
from sqlalchemy.orm import Session

from app.kit.clock import Clock
from app.store.work import Actor, Work, open_work
from sync.hub.feed import FeedDraft, FeedJournal, publish


@contextmanager
def founding_work(connection: Connection, founder: Actor, clock: Clock) -> Iterator[Work]:
    """Open the first unit of work of a new hub; what it wrote is published under a new epoch.

    Nothing is kept where the body raises: the caller's transaction goes back with it.
    """
    draft = FeedDraft(connection)
    session = Session(connection, join_transaction_mode="create_savepoint")
    with open_work(session, founder, clock, FeedJournal(draft), side="hub") as work:
        yield work
        work.commit()
    publish(draft, secrets.token_hex(8))
