"""A person's record in a database: SQLite in one folder, or PostgreSQL by its address; the same code and the same tests for both."""

from spasmograph.io.store.database import open_database
from spasmograph.io.store.entries import EntryStore, Point

__all__ = ["EntryStore", "Point", "open_database"]
