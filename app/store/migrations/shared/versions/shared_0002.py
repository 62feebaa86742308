"""Further fields of customers, and what a field held before."""

import sqlalchemy as sa
from alembic import op

import app.store.types

revision = "shared_0002"
down_revision = "shared_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "customer_change",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("at", app.store.types.Utc(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("_seq", sa.BigInteger(), nullable=False),
        sa.Column("_ver", sa.BigInteger(), nullable=False),
        sa.Column("_pend", sa.BigInteger(), nullable=False),
        sa.Column("_extra", app.store.types.Json(), nullable=True),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_customer_change")),
    )
    with op.batch_alter_table("customer_change", schema=None) as batch_op:
        batch_op.create_index(
            "ix_customer_change_field", ["scope", "customer_id", "field"], unique=False
        )

    op.create_table(
        "customer_further",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("_seq", sa.BigInteger(), nullable=False),
        sa.Column("_ver", sa.BigInteger(), nullable=False),
        sa.Column("_pend", sa.BigInteger(), nullable=False),
        sa.Column("_extra", app.store.types.Json(), nullable=True),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_customer_further")),
    )
    with op.batch_alter_table("customer_further", schema=None) as batch_op:
        batch_op.create_index(
            "ix_customer_further_customer", ["scope", "customer_id"], unique=False
        )
