"""the index of search."""

import sqlalchemy as sa
from alembic import op

revision = "local_0003"
down_revision = "local_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward; what stands in them is built when the store is opened."""
    op.create_table(
        "search_build",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("print", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_search_build")),
    )
    op.create_table(
        "search_due",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("old", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "scope", "n", name=op.f("pk_search_due")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_shelf",
        sa.Column("shelf", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("shelf", name=op.f("pk_search_shelf")),
    )
    op.create_table(
        "search_word",
        sa.Column("shelf", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("shelf", "word", "n", name=op.f("pk_search_word")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "CREATE VIRTUAL TABLE search_text USING fts5(signs, content='', contentless_delete=1,"
        " detail=none, tokenize='ascii')"
    )
