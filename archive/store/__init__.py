"""One SQLite file with what was read: the only place, beside search, that speaks SQL."""

from archive.store.database import database_path, open_database, opened_to_write, writing

__all__ = ["database_path", "open_database", "opened_to_write", "writing"]
