"""Further terms of quotes."""

import sqlalchemy as sa
from alembic import op

import app.store.types

revision = "shared_0003"
down_revision = "shared_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "quote_further",
        sa.Column("quote_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reckoned", sa.Boolean(), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("_seq", sa.BigInteger(), nullable=False),
        sa.Column("_ver", sa.BigInteger(), nullable=False),
        sa.Column("_pend", sa.BigInteger(), nullable=False),
        sa.Column("_extra", app.store.types.Json(), nullable=True),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_quote_further")),
    )
    with op.batch_alter_table("quote_further", schema=None) as batch_op:
        batch_op.create_index("ix_quote_further_quote", ["quote_id"], unique=False)
