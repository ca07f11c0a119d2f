"""Open, upgrade and check a store, by its URL: ``sqlite:///path`` or ``postgresql://…``."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import Collection
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from qumulus.domain.errors import UnavailableError
from qumulus.ports.bell import Bell
from qumulus.ports.store import Store
from qumulus.store.checks import CHECKS
from qumulus.store.sql_store import SqlStore
from qumulus.store.statements import Dialect, statement
from qumulus.store.writer import Writer

_SQLITE: Final = "sqlite:///"
_POSTGRES: Final = ("postgresql://", "postgres://")


async def open_store(url: str, *, bell: Bell, migrate: bool = True, must_be_durable: bool = False) -> Store:
    """Open a store.

    An SQLite file is kept for this process alone, and created or migrated if ``migrate`` says so;
    a PostgreSQL database is never migrated here, and is connected to when it is first needed.
    ``must_be_durable``: a PostgreSQL server that may forget commits is unavailable.

    Raises:
        UnavailableError: another process has the file's folder, or the schema is another version's.
        ValueError: the URL is of neither kind.
    """
    if is_sqlite(url):
        return await _open_sqlite(sqlite_file(url), bell, migrate=migrate)
    return _open_postgres(postgres_url(url), bell, must_be_durable=must_be_durable)


async def forgetfulness(url: str) -> str:
    """Say why a database may forget what it acknowledged; empty if it does not, as SQLite under our settings.

    Raises:
        UnavailableError: it cannot be asked.
    """
    if is_sqlite(url):
        return ""
    from qumulus.store.postgres.connection import find_forgetfulness
    from qumulus.store.postgres.migrate import connected

    async with connected(postgres_url(url)) as connection:
        return await find_forgetfulness(connection)


async def upgrade(url: str) -> int:
    """Apply the missing migrations; gives how many."""
    if is_sqlite(url):
        return await asyncio.to_thread(_upgrade_sqlite, sqlite_file(url))
    from qumulus.store.postgres.migrate import migrate

    return await migrate(postgres_url(url), epoch=new_epoch())


async def is_empty(url: str) -> bool:
    """Tell whether there is no schema yet.

    Raises:
        UnavailableError: the database does not answer, or cannot be read.
    """
    if is_sqlite(url):
        from qumulus.store.sqlite.connection import connect
        from qumulus.store.sqlite.migrate import applied_migrations

        file = sqlite_file(url)
        if not file.exists():
            return True
        try:
            with closing(connect(file, is_read_only=True)) as connection:
                return not applied_migrations(connection)
        except sqlite3.Error as error:
            raise UnavailableError(f"The database {file} cannot be read: {error}.") from error
    from qumulus.store.postgres.migrate import read_applied

    return not await read_applied(postgres_url(url))


async def check(url: str) -> list[str]:
    """Look for broken invariants in the whole store; one line each.

    Raises:
        UnavailableError: the database does not answer, or its schema is not this version's.
    """
    if is_sqlite(url):
        return await asyncio.to_thread(_check_sqlite, sqlite_file(url))
    from qumulus.store.postgres.migrate import read_all, read_applied

    _must_be_current(Dialect.POSTGRES, await read_applied(postgres_url(url)))
    asked = [statement(Dialect.POSTGRES, name).text for name in (*CHECKS, "check_future")]
    return [row[0] for rows in await read_all(postgres_url(url), asked) for row in rows]


def is_sqlite(url: str) -> bool:
    """Tell whether the URL names an SQLite file."""
    return url.startswith(_SQLITE)


def sqlite_file(url: str) -> Path:
    """Give the file that an ``sqlite:///path`` URL names; ``sqlite:////path`` is absolute too."""
    path = unquote(url.removeprefix(_SQLITE))
    return Path("/" + path.lstrip("/")) if path.startswith("/") else Path(path)


def postgres_url(url: str) -> str:
    """Give the URL, if it names a PostgreSQL database.

    Raises:
        ValueError: it does not.
    """
    if not url.startswith(_POSTGRES):
        raise ValueError(
            f"{url.split('://', maxsplit=1)[0]!r} is no database: use sqlite:///path or postgresql://user@host/name"
        )
    return url


def new_epoch() -> str:
    """Name the time of a store from now until its next restore."""
    return secrets.token_hex(4)


async def _open_sqlite(file: Path, bell: Bell, *, migrate: bool) -> Store:
    from qumulus.store.sqlite.database import FolderLock, SqliteDatabase
    from qumulus.store.sqlite.engine import SqliteEngine

    file.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as undo:
        lock = FolderLock(file.parent)
        undo.callback(lock.release)
        await asyncio.to_thread(_prepare_sqlite, file, may_migrate=migrate)
        engine = SqliteEngine(file)
        database = SqliteDatabase(file, engine, lock)
        undo.pop_all()
    return SqlStore(database, Writer(engine, bell))


def _prepare_sqlite(file: Path, *, may_migrate: bool) -> None:
    from qumulus.store.sqlite.connection import connect
    from qumulus.store.sqlite.migrate import applied_migrations, migrate

    if may_migrate:
        migrate(file, epoch=new_epoch())
        return
    with closing(connect(file)) as connection:
        _must_be_current(Dialect.SQLITE, applied_migrations(connection))


def _must_be_current(dialect: Dialect, applied: Collection[int]) -> None:
    from qumulus.store.migrations import missing

    if missing(dialect, applied):
        raise UnavailableError("The database has an earlier version's schema: run 'qumulus db upgrade'.")


def _upgrade_sqlite(file: Path) -> int:
    from qumulus.store.sqlite.database import FolderLock
    from qumulus.store.sqlite.migrate import migrate

    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FolderLock(file.parent)
    try:
        return migrate(file, epoch=new_epoch())
    finally:
        lock.release()


def _check_sqlite(file: Path) -> list[str]:
    from qumulus.store.sqlite.checking import broken_rules, damage
    from qumulus.store.sqlite.connection import connect
    from qumulus.store.sqlite.migrate import applied_migrations

    with closing(connect(file, is_read_only=True)) as connection:
        _must_be_current(Dialect.SQLITE, applied_migrations(connection))
        return damage(connection) + broken_rules(connection)


def _open_postgres(url: str, bell: Bell, *, must_be_durable: bool) -> Store:
    from qumulus.store.postgres.database import PostgresDatabase
    from qumulus.store.postgres.engine import PostgresEngine

    engine = PostgresEngine(url, must_be_durable=must_be_durable)
    database = PostgresDatabase(url, engine, must_be_durable=must_be_durable)
    return SqlStore(database, Writer(engine, bell))
