"""Numbered migrations per dialect; one that was released never changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

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


def newest(dialect: Dialect) -> int:
    """Give the number of the schema that this version works with."""
    return migrations(dialect)[-1].number
