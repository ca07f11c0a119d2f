"""Back up, restore and adopt a database, by its URL."""

from __future__ import annotations

import asyncio
from pathlib import Path

from qumulus.domain.errors import BadRequestError, ConflictError, UnavailableError
from qumulus.store.copied import Copied
from qumulus.store.opening import is_sqlite, new_epoch, postgres_url, sqlite_file


async def back_up(url: str, target: Path) -> Copied:
    """Write a copy of the database, as of one moment, to a new file; Clouds may be at work.

    When this returns, the file is on the disk and was read again.

    Raises:
        ConflictError: there is a file of that name.
        UnavailableError: the database cannot be read, or the file cannot be written.
    """
    await asyncio.to_thread(_make_room, target)
    if is_sqlite(url):
        from qumulus.store.sqlite import backup

        return await asyncio.to_thread(backup.back_up, sqlite_file(url), target)
    from qumulus.store.postgres.backup import back_up as dump

    return await dump(postgres_url(url), target)


async def restore(source: Path, url: str, *, may_replace: bool) -> Copied:
    """Put a backup in the place of a database that no Cloud uses.

    The schema becomes this version's. A new epoch begins: cursors of event streams from before are
    too old, for what they stood behind may not have happened.

    Raises:
        BadRequestError: the backup is damaged, or of the other kind of database.
        ConflictError: the database is not empty, and ``may_replace`` is not set.
        UnavailableError: a Cloud is at work, or the backup is of a later version.
    """
    from qumulus.store.postgres.archive import is_archive

    if is_sqlite(url) == is_archive(source):
        kinds = ("PostgreSQL", "SQLite") if is_sqlite(url) else ("SQLite", "PostgreSQL")
        raise BadRequestError(f"{source} is no backup of a {kinds[1]} database; it may be of {kinds[0]}.")
    epoch = new_epoch()
    if is_sqlite(url):
        from qumulus.store.sqlite import backup

        file = sqlite_file(url)
        return await asyncio.to_thread(backup.restore, source, file, may_replace=may_replace, epoch=epoch)
    from qumulus.store.postgres.backup import restore as fill

    return await fill(source, postgres_url(url), may_replace=may_replace, epoch=epoch)


async def adopt(url: str) -> None:
    """Make a database that other tools put there fit to serve: a new epoch, numbers that this server knows.

    Raises:
        UnavailableError: a Cloud is at work.
    """
    if is_sqlite(url):
        from qumulus.store.sqlite import backup

        await asyncio.to_thread(backup.adopt, sqlite_file(url), epoch=new_epoch())
        return
    from qumulus.store.postgres.backup import adopt as renew

    await renew(postgres_url(url), epoch=new_epoch())


def _make_room(target: Path) -> None:
    if target.exists():
        raise ConflictError(f"{target} exists already: take another name.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UnavailableError(f"{target.parent} cannot be made: {error.strerror}.") from error
