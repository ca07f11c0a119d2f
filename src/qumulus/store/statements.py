"""The SQL files: statements by name, and lists composed from named fragments.

``sql/common`` holds for both dialects; a dialect's file overrides a common text by name. A text may
hold ``{name}``, which stands for the fragment of that name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

_NAME: Final = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_FRAGMENT: Final = re.compile(r"\{(\w+)\}")
_PARAMETER: Final = re.compile(r"(?<![:\w]):([a-z]\w*)")
_ALL_THERE: Final = "SELECT 1 / (cardinality(:id::text[]) = (SELECT count(*) FROM update_jobs))::int"
"""Divides by zero where a job that is updated is gone."""

Row = Sequence[Any]


class Dialect(StrEnum):
    """Whose SQL."""

    SQLITE = "sqlite"
    POSTGRES = "postgres"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as its driver takes it; ``names`` are the parameters in the order of their places."""

    name: str
    text: str
    names: tuple[str, ...]

    def bind(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Give the values in the order of their places."""
        return tuple(values[name] for name in self.names)


@cache
def texts(dialect: Dialect) -> Mapping[str, str]:
    """Give every text of a dialect by name, with its fragments filled in."""
    raw: dict[str, str] = {}
    for folder in ("common", dialect.value):
        names: set[str] = set()
        for file in sorted((files(__package__) / "sql" / folder).iterdir(), key=lambda file: file.name):
            for name, text in _split(file.read_text("utf-8")):
                if name in names:
                    raise ValueError(f"sql/{folder} has two texts named {name}")
                names.add(name)
                raw[name] = text
    return {name: _FRAGMENT.sub(lambda found: raw[found[1]], text) for name, text in raw.items()}


@cache
def statement(dialect: Dialect, name: str) -> Statement:
    """Give one statement by its name."""
    return _compile(dialect, name, texts(dialect)[name])


@cache
def compose(dialect: Dialect, pattern: str, names: tuple[str, ...]) -> Statement:
    """Fill a pattern's ``{name}`` places with columns and join the named fragments behind it."""
    known = texts(dialect)
    head = _FRAGMENT.sub(lambda found: known[found[1]], pattern)
    return _compile(dialect, "_".join(names), "\n".join([head, *(known[name] for name in names)]))


@cache
def combine(names: tuple[str, ...]) -> Statement:
    """Make one PostgreSQL statement of many that change data; a later one may read an earlier by name.

    All see the database as it was before, so no two may touch the same row. A parameter is named
    ``<statement>.<parameter>``. Where a job that is updated is gone, it divides by zero: nothing is written.
    """
    known = texts(Dialect.POSTGRES)
    parameters: list[str] = []
    parts = []
    end = "SELECT 1"
    for name in names:
        places = {found: f"${len(parameters) + 1 + i}" for i, found in enumerate(_parameters(known[name]))}
        parameters += [f"{name}.{found}" for found in places]
        body = _PARAMETER.sub(lambda found, places=places: places[found[1]], known[name])  # type: ignore[misc]
        parts.append(f"{name} AS (\n{body}\n)")
        if name == "update_jobs":
            end = _ALL_THERE.replace(":id", places["id"])
    if len(names) == 1:
        return Statement(names[0], body, tuple(parameters))
    return Statement("+".join(names), "WITH " + ",\n".join(parts) + f"\n{end}", tuple(parameters))


def _split(text: str) -> list[tuple[str, str]]:
    _, *rest = _NAME.split(text)
    return [
        (name, "\n".join(line for line in body.splitlines() if not line.startswith("--")).strip().rstrip(";"))
        for name, body in zip(rest[::2], rest[1::2], strict=True)
    ]


def _parameters(text: str) -> list[str]:
    return list(dict.fromkeys(_PARAMETER.findall(text)))


def _compile(dialect: Dialect, name: str, text: str) -> Statement:
    if dialect is Dialect.POSTGRES:
        names = _parameters(text)
        places = {found: f"${i}" for i, found in enumerate(names, 1)}
        return Statement(name, _PARAMETER.sub(lambda found: places[found[1]], text), tuple(names))
    return Statement(name, _PARAMETER.sub("?", text), tuple(_PARAMETER.findall(text)))
