"""Back up and restore a SQLite file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from qumulus.domain.errors import BadRequestError, ConflictError, UnavailableError
from qumulus.store.administration import PRUNED_TO
from qumulus.store.copied import Copied
from qumulus.store.files import place, sync
from qumulus.store.migrations import missing
from qumulus.store.sqlite.checking import broken_rules, damage
from qumulus.store.sqlite.connection import connect
from qumulus.store.sqlite.copying import new_copy
from qumulus.store.sqlite.database import FolderLock
from qumulus.store.sqlite.migrate import applied_migrations, apply
from qumulus.store.sqlite.seal import is_broken, seal
from qumulus.store.statements import Dialect, statement

MAGIC: Final = b"SQLite format 3\x00"
_DIALECT: Final = Dialect.SQLITE


def back_up(file: Path, target: Path) -> Copied:
    """Copy the file as of one moment, check the copy, then give it its name; a Cloud may be at work.

    Raises:
        UnavailableError: the file cannot be read, or the copy is damaged; nothing is left of it.
    """
    with _refusals(), closing(connect(file, is_read_only=True)) as connection:
        with new_copy(connection, target) as copy:
            with closing(connect(copy, is_read_only=True)) as copied:
                _must_be_whole(copied, f"The copy of {file}")
                found = _describe(copied, target)
            seal(copy)
            place(copy, target)
    return found


def restore(source: Path, file: Path, *, may_replace: bool, epoch: str) -> Copied:
    """Put a copy in the place of a database, at this version's schema and in a new epoch.

    The database that stood there is kept beside it, as ``<name>.before-restore``.

    Raises:
        BadRequestError: the copy is damaged, or holds no jobs' database.
        ConflictError: there is a database already, and it may not be replaced.
        UnavailableError: a Cloud uses the folder, or the copy is of a later version.
    """
    if not _is_sqlite(source):
        raise BadRequestError(f"{source} is no backup: it is no database of SQLite.")
    with _refusals(), closing(connect(source, is_read_only=True)) as original:
        if is_broken(source):
            raise BadRequestError(
                f"{source} is damaged: its checksum says that it was changed since it was made."
            )
        _must_be_ours(original, source)
        with _alone(file):
            if not may_replace and holds_jobs(file):
                raise ConflictError(f"{file} holds a database already: --force replaces it.")
            with new_copy(original, file) as copy:
                found = _make_current(copy, epoch)
                _keep_old(file)
                place(copy, file)
    return found


def adopt(file: Path, *, epoch: str) -> None:
    """Begin a new epoch in a file that was put there by other means.

    Raises:
        UnavailableError: a Cloud uses the folder.
    """
    with _refusals(), _alone(file), closing(connect(file)) as connection:
        _renew(connection, epoch)


def holds_jobs(file: Path) -> bool:
    """Tell whether a file has a schema, or is none that could be looked into."""
    if not file.exists() or not file.stat().st_size:
        return False
    with suppress(UnavailableError, sqlite3.Error), closing(connect(file, is_read_only=True)) as connection:
        return bool(applied_migrations(connection))
    return True


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise UnavailableError(f"The database refuses: {error}.") from error
    except OSError as error:
        raise UnavailableError(f"{error.filename}: {error.strerror}.") from error


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FolderLock(file.parent)
    try:
        yield
    finally:
        lock.release()


def _must_be_whole(connection: sqlite3.Connection, what: str) -> None:
    found = damage(connection, is_thorough=True)
    if found:
        raise UnavailableError(f"{what} is damaged: {found[0]}.")


def _is_sqlite(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(MAGIC)) == MAGIC


def _must_be_ours(connection: sqlite3.Connection, source: Path) -> None:
    try:
        found = damage(connection, is_thorough=True)
        applied = applied_migrations(connection)
    except sqlite3.DatabaseError as error:
        raise BadRequestError(f"{source} is damaged: {error}.") from error
    if found:
        raise BadRequestError(f"{source} is damaged: {found[0]}.")
    if not applied:
        raise BadRequestError(f"{source} is no database of Qumulus.")
    missing(_DIALECT, applied)  # refuses what a later version made


def _describe(connection: sqlite3.Connection, target: Path) -> Copied:
    is_current = not missing(_DIALECT, applied_migrations(connection))
    return Copied(
        file=target,
        n_jobs=connection.execute("SELECT count(*) FROM jobs").fetchone()[0],
        problems=tuple(broken_rules(connection)) if is_current else (),
        is_current=is_current,
    )


def _make_current(copy: Path, epoch: str) -> Copied:
    with closing(connect(copy)) as connection:
        apply(connection, missing(_DIALECT, applied_migrations(connection)), epoch=epoch)
        _renew(connection, epoch)
        found = _describe(connection, copy)
        connection.execute("PRAGMA journal_mode = DELETE")
    return found


def _renew(connection: sqlite3.Connection, epoch: str) -> None:
    write, delete = statement(_DIALECT, "write_meta"), statement(_DIALECT, "delete_meta")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(write.text, write.bind({"key": "epoch", "value": epoch}))
    connection.execute(delete.text, delete.bind({"key": PRUNED_TO}))
    connection.execute("COMMIT")


def _keep_old(file: Path) -> None:
    """Leave the old database under another name, and nothing that SQLite would take for the new one's log."""
    if not file.exists():
        return
    with suppress(UnavailableError, sqlite3.Error), closing(connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    old = file.with_name(f"{file.name}.before-restore")
    old.unlink(missing_ok=True)
    os.link(file, old)
    for suffix in ("-wal", "-shm"):
        companion, kept = (name.with_name(name.name + suffix) for name in (file, old))
        kept.unlink(missing_ok=True)
        if companion.exists():
            companion.rename(kept)
    sync(file.parent)
