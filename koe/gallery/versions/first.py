"""The first version: entries, likes, and the servers' secret."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "entries",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("parent", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("n_likes", sa.Integer(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("shuffle", sa.Integer(), nullable=False),
        sa.Column("exhibition", sa.String(40), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("model", sa.String(80), nullable=False),
        sa.Column("deletion", sa.LargeBinary(32), nullable=False),
        sa.Column("making", sa.LargeBinary(), nullable=False),
        sa.Column("midi", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_entries"),
        sa.UniqueConstraint("id", name="uq_entries_id"),
        sa.ForeignKeyConstraint(["parent"], ["entries.number"], name="fk_entries_parent", ondelete="SET NULL"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entries_parent", "entries", ["parent"])
    op.create_index("ix_entries_by_newest", "entries", ["hidden", "created_us", "number"])
    op.create_index("ix_entries_by_liked", "entries", ["hidden", "n_likes", "number"])
    op.create_index("ix_entries_by_chance", "entries", ["hidden", "shuffle", "number"])
    op.create_index("ix_entries_by_exhibition", "entries", ["hidden", "exhibition", "created_us", "number"])
    op.create_table(
        "likes",
        sa.Column("entry", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("visitor", sa.LargeBinary(32), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entry", "visitor", name="pk_likes"),
        sa.ForeignKeyConstraint(["entry"], ["entries.number"], name="fk_likes_entry", ondelete="CASCADE"),
    )
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_secrets"),
    )


def downgrade() -> None:
    """Take them away, and all that is in them."""
    op.drop_table("secrets")
    op.drop_table("likes")
    op.drop_table("entries")
