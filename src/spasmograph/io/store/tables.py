"""The tables: entries of every kind in one, as JSON beside what is searched and drawn; and the work that waits.

An entry is kept whole in `body`; the other columns repeat what is sorted, looked up or drawn by the thousand. Moments are microseconds of UTC.
"""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text, text

LONGEST_SUBJECT = 500

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

entries = Table(
    "entries",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("offset_s", Integer, nullable=False),  # of local time from UTC
    Column("subject", String(LONGEST_SUBJECT), nullable=False),  # the scale, the kind of treatment, the recording's sha256
    Column("value", Float),  # severity, or a scale's total
    Column("version", Integer, nullable=False),
    Column("changed_us", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "kind", "at_us"),
    # The same file twice is one recording.
    Index("uq_entries_recording", "subject", unique=True, sqlite_where=text("kind = 'recording'"), postgresql_where=text("kind = 'recording'")),
)

jobs = Table(
    "jobs",
    metadata,
    Column("recording", String(64), ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("owner", String(64), nullable=False),  # who works on it; empty while nobody does
    Column("beat_us", BigInteger, nullable=False),  # when the owner last showed that it lives
)
