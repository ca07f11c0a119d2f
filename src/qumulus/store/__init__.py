"""Where jobs are kept: SQLite or PostgreSQL behind one port, written by one group-commit writer."""

from qumulus.store.backup import adopt, back_up, restore
from qumulus.store.opening import check, forgetfulness, is_empty, is_sqlite, open_store, upgrade

__all__ = [
    "adopt",
    "back_up",
    "check",
    "forgetfulness",
    "is_empty",
    "is_sqlite",
    "open_store",
    "restore",
    "upgrade",
]
