"""Numbered migrations per dialect; one that was released never changes."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from qumulus.domain.errors import UnavailableError
from qumulus.store.statements import Dialect


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One step of the schema."""

    number: int
    name: str
    text: str


@cache
def migrations(dialect: Dialect) -> tuple[Migration, ...]:
    """Give all migrations in order."""
    found = []
    for file in (files(__package__) / dialect.value).iterdir():
        named = re.fullmatch(r"(\d{4})_(\w+)\.sql", file.name)
        if named:
            found.append(Migration(number=int(named[1]), name=named[2], text=file.read_text("utf-8")))
    return tuple(sorted(found, key=lambda migration: migration.number))


def missing(dialect: Dialect, applied: Collection[int]) -> list[Migration]:
    """Give the migrations that a database lacks, in order.

    Raises:
        UnavailableError: the database has some that this version does not know.
    """
    known = migrations(dialect)
    unknown = set(applied) - {migration.number for migration in known}
    if unknown:
        raise UnavailableError(
            f"The database has schema {max(unknown)}, which a later version of Qumulus made: upgrade Qumulus."
        )
    return [migration for migration in known if migration.number not in applied]
