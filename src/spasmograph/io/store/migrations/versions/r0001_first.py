"""The first tables: entries and the work that waits."""

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
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("offset_s", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(500), nullable=False),
        sa.Column("value", sa.Float()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_us", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
    )
    op.create_index("ix_entries_kind_at_us", "entries", ["kind", "at_us"])
    recordings = sa.text("kind = 'recording'")
    op.create_index("uq_entries_recording", "entries", ["subject"], unique=True, sqlite_where=recordings, postgresql_where=recordings)
    op.create_table(
        "jobs",
        sa.Column("recording", sa.String(64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("beat_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("recording", name="pk_jobs"),
        sa.ForeignKeyConstraint(["recording"], ["entries.id"], name="fk_jobs_recording", ondelete="CASCADE"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("jobs")
    op.drop_table("entries")
