"""The hub's own tables (sync.md 6.3); the business tables beside them are app.schema's.

All are keyed by scope where they can be, so that a branch's push stays on one shard. Digests are
16 hex digits, moments microseconds since 1970.
"""

from sqlalchemy import Column, Index, MetaData, Table, UniqueConstraint, false

from app.store.base import NAMING
from app.store.types import (
    BoolType,
    BytesType,
    CodeType,
    IdType,
    IntType,
    JsonType,
    ShaType,
    TextType,
    UtcType,
)

METADATA = MetaData(naming_convention=NAMING)

scope_head = Table(
    "hub_scope_head",
    METADATA,
    Column("scope", CodeType, primary_key=True),
    Column("epoch", CodeType, nullable=False),
    Column("seq", IntType, nullable=False),
    Column("min_seq", IntType, nullable=False),
    Column("live_n", IntType, nullable=False),
    Column("digest", CodeType, nullable=False),
)
"""Where each feed stands; its row lock orders the commits of a scope."""

sync_row = Table(
    "hub_sync_row",
    METADATA,
    Column("scope", CodeType, primary_key=True),
    Column("kind", CodeType, primary_key=True),
    Column("id", IdType, primary_key=True),
    Column("seq", IntType, nullable=False),
    Column("cut", IntType, nullable=False),
    Column("ver", IntType, nullable=False),
    Column("op", CodeType, nullable=False),
    Column("body", JsonType),
    UniqueConstraint("scope", "seq", name="uq_hub_sync_row_scope_seq"),
)
"""The feed, always compacted: one row per record; ``cut`` is the last place of its transaction."""

applied = Table(
    "hub_applied",
    METADATA,
    Column("device", CodeType, primary_key=True),
    Column("mseq", IntType, primary_key=True),
    Column("hash", ShaType, nullable=False),
    Column("result", JsonType, nullable=False),
    Column("at", UtcType, nullable=False),
)
"""The final word on every mutation, kept 35 days: the same mutation gets the same word again."""

device_head = Table(
    "hub_device_head",
    METADATA,
    Column("device", CodeType, primary_key=True),
    Column("last_mseq", IntType, nullable=False),
    Column("last_request", IntType, nullable=False),
    Column("seen_at", UtcType),
)
"""How far each workstation has come: its mutations, and its rising request sequence."""

nonce = Table(
    "hub_nonce",
    METADATA,
    Column("device", CodeType, primary_key=True),
    Column("nonce", CodeType, primary_key=True),
    Column("at", UtcType, nullable=False, index=True),
)
"""The nonces of the signature window: a request counts once."""

history = Table(
    "hub_history",
    METADATA,
    Column("device", CodeType, primary_key=True),
    Column("mseq", IntType, primary_key=True),
    Column("scope", CodeType, nullable=False),
    Column("seq", IntType, nullable=False),
    Column("ver", IntType, nullable=False),
    Column("kind", CodeType, nullable=False),
    Column("row_id", IdType, nullable=False),
    Column("op", CodeType, nullable=False),
    Column("actor", CodeType, nullable=False),
    Column("patch", JsonType),
    Column("at", UtcType, nullable=False),
    Index("ix_hub_history_row", "scope", "kind", "row_id"),
)
"""Every accepted mutation with its values, append-only: nothing that was typed disappears."""

device = Table(
    "hub_device",
    METADATA,
    Column("device", CodeType, primary_key=True),
    Column("name", TextType, nullable=False),
    Column("algorithm", CodeType, nullable=False),
    Column("public_key", TextType, nullable=False),
    Column("revoked", BoolType, nullable=False),
    Column("enrolled_at", UtcType, nullable=False),
    Column("wipe", BoolType, nullable=False, default=False, server_default=false()),
    Column("push_until", UtcType),
    Column("wiped_at", UtcType),
)
"""The workstations head office has taken in.

One that is revoked with ``wipe`` is told to empty itself and may hand in its work until
``push_until``; ``wiped_at`` is when it said that it did.
"""

scope_grant = Table(
    "hub_scope_grant",
    METADATA,
    Column("device", CodeType, primary_key=True),
    Column("scope", CodeType, primary_key=True),
    Column("revoked", BoolType, nullable=False),
    Column("push_until", UtcType),
    Column("read_only", BoolType, nullable=False, default=False),
    Column("keep", BoolType, nullable=False, default=False, server_default=false()),
)
"""Which scopes a workstation may follow; after a revoke it may still push until ``push_until``.

``keep``: what it holds of a revoked scope stays with it to be read.
"""

usage = Table(
    "hub_usage",
    METADATA,
    Column("device", CodeType, primary_key=True),
    Column("day", IntType, primary_key=True),
    Column("requests", IntType, nullable=False),
    Column("bytes", IntType, nullable=False),
    Column("mutations", IntType, nullable=False),
    Column("minute", IntType, nullable=False),
    Column("of_minute", IntType, nullable=False),
    Column("asked", ShaType, nullable=False),
    Column("of_asked", IntType, nullable=False),
)
"""What each workstation has asked for; days and minutes since 1970 (UTC).

``bytes`` are those of bodies sent here and of stretches of files fetched.
``of_minute`` counts requests of that minute, ``of_asked`` how often in it the last one came alike.
"""

enrol_token = Table(
    "hub_enrol_token",
    METADATA,
    Column("token_sha256", ShaType, primary_key=True),
    Column("scopes", JsonType, nullable=False),
    Column("read_only", JsonType, nullable=False),
    Column("note", TextType, nullable=False),
    Column("until", UtcType, nullable=False),
    Column("used_by", CodeType),
)
"""One-time codes, only their hash is kept; ``read_only`` names those of ``scopes`` only read."""

number_block = Table(
    "hub_number_block",
    METADATA,
    Column("scope", CodeType, primary_key=True),
    Column("series", CodeType, primary_key=True),
    Column("first", IntType, primary_key=True),
    Column("last", IntType, nullable=False),
    Column("lease", IdType, nullable=False, unique=True),
    Column("device", CodeType, nullable=False, index=True),
    Column("until", UtcType, nullable=False),
)
"""Blocks of numbers lent to workstations; a block is lent once."""

blob = Table(
    "hub_blob",
    METADATA,
    Column("sha256", ShaType, primary_key=True),
    Column("size", IntType, nullable=False),
    Column("at", UtcType, nullable=False),
)
"""Files that are whole and verified."""

blob_part = Table(
    "hub_blob_part",
    METADATA,
    Column("sha256", ShaType, primary_key=True),
    Column("device", CodeType, primary_key=True),
    Column("received", IntType, nullable=False),
    Column("total", IntType, nullable=False),
    Column("at", UtcType, nullable=False),
)
"""Files on their way, each workstation its own; ``received`` bytes are on the disk."""

blob_ref = Table(
    "hub_blob_ref",
    METADATA,
    Column("scope", CodeType, primary_key=True),
    Column("sha256", ShaType, primary_key=True),
)
"""Which scopes speak of which file: who sees no row that names a file does not see the file."""

snapshot = Table(
    "hub_snapshot",
    METADATA,
    Column("scope", CodeType, primary_key=True),
    Column("sha256", ShaType, primary_key=True),
    Column("epoch", CodeType, nullable=False),
    Column("head", IntType, nullable=False),
    Column("schema", IntType, nullable=False),
    Column("digest", CodeType, nullable=False),
    Column("rows", IntType, nullable=False),
    Column("size", IntType, nullable=False),
    Column("key", BytesType, nullable=False),
    Column("at", UtcType, nullable=False),
)
"""The snapshot files there are: a scope at one head, each under a raw key of its own."""

audit_chain = Table(
    "hub_audit_chain",
    METADATA,
    Column("scope", CodeType, primary_key=True),
    Column("chain", CodeType, primary_key=True),
    Column("n", IntType, nullable=False),
    Column("hash", ShaType, nullable=False),
    Column("fault", TextType, nullable=False),
    Column("at", UtcType, nullable=False),
)
"""How far each audit chain was verified as it came, and the first thing that did not hold."""

log_due = Table(
    "hub_log_due",
    METADATA,
    Column("scope", CodeType, primary_key=True),
    Column("chain", CodeType, primary_key=True),
    Column("n", IntType, primary_key=True),
    Column("hash", ShaType, primary_key=True),
    Column("device", CodeType, nullable=False),
    Column("signature", TextType, nullable=False),
    Column("at", UtcType, nullable=False),
)
"""Heads of audit chains that were verified and wait for their place in the log."""

log_entry = Table(
    "hub_log_entry",
    METADATA,
    Column("place", IntType, primary_key=True),
    Column("chain", CodeType, nullable=False),
    Column("n", IntType, nullable=False),
    Column("hash", ShaType, nullable=False),
    Column("device", CodeType, nullable=False),
    Column("signature", TextType, nullable=False),
    Column("leaf", ShaType, nullable=False),
    Column("at", UtcType, nullable=False),
    UniqueConstraint("chain", "n", "hash", name="uq_hub_log_entry_head"),
)
"""The log of audit heads (RFC 6962), in the order of their places; only ever added to."""

log_node = Table(
    "hub_log_node",
    METADATA,
    Column("level", IntType, primary_key=True),
    Column("place", IntType, primary_key=True),
    Column("hash", ShaType, nullable=False),
)
"""The log's full subtrees: node ``place`` of ``level`` spans 2^level leaves."""

log_head = Table(
    "hub_log_head",
    METADATA,
    Column("size", IntType, primary_key=True),
    Column("root", ShaType, nullable=False),
    Column("key_id", CodeType, nullable=False),
    Column("signature", TextType, nullable=False),
    Column("at", UtcType, nullable=False),
)
"""The signed heads of the log; each is told for good."""
