"""Back up and restore a PostgreSQL database, with no program beside this one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

from qumulus import __version__
from qumulus.domain.errors import BadRequestError, ConflictError, UnavailableError
from qumulus.store.administration import PRUNED_TO
from qumulus.store.checks import CHECKS
from qumulus.store.copied import Copied
from qumulus.store.files import beside, place
from qumulus.store.migrations import migrations, missing
from qumulus.store.postgres.archive import (
    FORMAT,
    Archive,
    Manifest,
    TableRows,
    new_archive,
    new_member,
    write_manifest,
)
from qumulus.store.postgres.database import MIGRATION_LOCK
from qumulus.store.postgres.migrate import applied_migrations, apply, connected, read_consistently
from qumulus.store.statements import Dialect, statement, texts

LONGEST_S: Final = 24 * 3600.0
"""For one table."""
_DIALECT: Final = Dialect.POSTGRES
_MADE: Final = re.compile(
    r"^\s*(?:CREATE TABLE (?:IF NOT EXISTS )?|ALTER TABLE \w+ RENAME TO )(\w+)", re.MULTILINE
)
_GONE_WITHIN_S: Final = 2.0


async def back_up(url: str, target: Path) -> Copied:
    """Copy all tables as of one moment into a file, read it again, then give it its name.

    Raises:
        UnavailableError: the server does not answer, or the file cannot be written.
    """
    async with connected(url) as connection, read_consistently(connection):
        applied = await applied_migrations(connection)
        is_current = not missing(_DIALECT, applied)
        with beside(target) as copy, _disk(target):
            manifest = await _dump(connection, copy, applied)
            with Archive(copy) as archive:
                archive.check()
            place(copy, target)
        return Copied(
            file=target,
            n_jobs=manifest.tables["jobs"].n_rows,
            problems=tuple(await _broken_rules(connection)) if is_current else (),
            is_current=is_current,
        )


async def restore(source: Path, url: str, *, may_replace: bool, epoch: str) -> Copied:
    """Put a backup in the place of a database, at this version's schema and in a new epoch: all, or nothing.

    Raises:
        BadRequestError: the backup is damaged.
        ConflictError: there is a database already, and it may not be replaced.
        UnavailableError: a Cloud is at work, the server does not answer, or the backup is of a later version.
    """
    with Archive(source) as archive:
        archive.check()
        manifest = archive.manifest
        later = missing(_DIALECT, manifest.migrations)
        if not manifest.tables.keys() <= set(tables_of(manifest.migrations)):
            raise BadRequestError(f"{source} is damaged: its tables are not those of its schema.")
        async with connected(url) as connection:
            await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
            applied = await applied_migrations(connection)
            if applied and not may_replace:
                raise ConflictError("The database is not empty: --force replaces what it holds.")
            await _must_be_alone(connection)
            async with connection.transaction():
                await _drop(connection, applied)
                earlier = [one for one in migrations(_DIALECT) if one.number in manifest.migrations]
                await apply(connection, earlier, epoch=epoch)
                await _fill(connection, archive)
                await _renew(connection, epoch)
                await apply(connection, later, epoch=epoch)
                problems = await _broken_rules(connection)
                await _must_be_alone(connection)
            await connection.execute("ANALYZE", timeout=LONGEST_S)
    n_jobs = manifest.tables["jobs"].n_rows
    return Copied(file=source, n_jobs=n_jobs, problems=tuple(problems), is_current=True)


async def adopt(url: str, *, epoch: str) -> None:
    """Begin a new epoch in a database that was put there by other means.

    Raises:
        UnavailableError: a Cloud is at work, or the server does not answer.
    """
    async with connected(url) as connection:
        await _must_be_alone(connection)
        async with connection.transaction():
            for name in ("mend_events", "mend_jobs"):
                await connection.execute(texts(_DIALECT)[name], timeout=LONGEST_S)
            await _renew(connection, epoch)


def tables_of(numbers: Collection[int]) -> list[str]:
    """Give the tables that these migrations made, in that order; some may be gone again."""
    made = (_MADE.findall(one.text) for one in migrations(_DIALECT) if one.number in numbers)
    return list(dict.fromkeys(table for tables in made for table in tables))


async def _dump(connection: Any, file: Path, applied: Collection[int]) -> Manifest:
    asked = statement(_DIALECT, "stored_columns")
    columns: dict[str, list[str]] = {table: [] for table in tables_of(applied)}
    for table, column in await connection.fetch(asked.text, *asked.bind({"tables": list(columns)})):
        columns[table].append(column)
    tables = {}
    with new_archive(file) as archive:
        for table, names in columns.items():
            if names:
                tables[table] = await _dump_table(connection, archive, table, columns=names)
        manifest = Manifest(
            format=FORMAT,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            made_by=__version__,
            migrations=tuple(sorted(applied)),
            tables=tables,
            sequences=await _sequences(connection, list(tables)),
        )
        write_manifest(archive, manifest)
    return manifest


async def _dump_table(connection: Any, archive: ZipFile, table: str, *, columns: Sequence[str]) -> TableRows:
    with new_member(archive, table) as member:
        said = await connection.copy_from_table(table, output=member, columns=columns, timeout=LONGEST_S)
    return TableRows(columns=tuple(columns), n_rows=int(said.removeprefix("COPY ")))


async def _sequences(connection: Any, tables: Sequence[str]) -> Mapping[str, int]:
    asked = statement(_DIALECT, "stored_sequences")
    found = await connection.fetch(asked.text, *asked.bind({"tables": tables}))
    return {place: last for place, last in found if last is not None}


async def _drop(connection: Any, applied: Collection[int]) -> None:
    if applied:
        await connection.execute(f"DROP TABLE IF EXISTS {', '.join([*tables_of(applied), 'migrations'])}")


async def _fill(connection: Any, archive: Archive) -> None:
    manifest = archive.manifest
    await connection.execute(f"TRUNCATE {', '.join(manifest.tables)}")
    for table, rows in manifest.tables.items():
        with archive.rows(table) as source:
            await connection.copy_to_table(table, source=source, columns=rows.columns, timeout=LONGEST_S)
    set_sequence = statement(_DIALECT, "set_sequence")
    for name, last in manifest.sequences.items():
        table, column = name.split(".")
        values = {"table_name": table, "column_name": column, "last": last}
        await connection.execute(set_sequence.text, *set_sequence.bind(values))


async def _renew(connection: Any, epoch: str) -> None:
    for name, values in (
        ("write_meta", {"key": "epoch", "value": epoch}),
        ("delete_meta", {"key": PRUNED_TO}),
    ):
        asked = statement(_DIALECT, name)
        await connection.execute(asked.text, *asked.bind(values))


async def _broken_rules(connection: Any) -> list[str]:
    known = texts(_DIALECT)
    return [row[0] for name in CHECKS for row in await connection.fetch(known[name], timeout=LONGEST_S)]


async def _must_be_alone(connection: Any) -> None:
    """A connection that was closed just now may be seen for a moment."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _GONE_WITHIN_S
    while await connection.fetchval(texts(_DIALECT)["clouds_at_work"]):
        if loop.time() > deadline:
            raise UnavailableError("A Cloud uses this database: stop it first.")
        await asyncio.sleep(0.1)


@contextmanager
def _disk(target: Path) -> Iterator[None]:
    """Tell errors of the file from those of the connection."""
    try:
        yield
    except (ConnectionError, TimeoutError):
        raise
    except OSError as error:
        raise UnavailableError(f"{target} cannot be written: {error.strerror}.") from error
    except BadRequestError as error:
        raise UnavailableError(f"The disk does not give back what was written to it: {error}") from error
