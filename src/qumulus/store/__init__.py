"""Where jobs are kept: SQLite or PostgreSQL behind one port, written by one group-commit writer."""

from qumulus.store.opening import check, is_empty, is_sqlite, open_store, upgrade

__all__ = ["check", "is_empty", "is_sqlite", "open_store", "upgrade"]
