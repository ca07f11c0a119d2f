"""Declare endpoints: a route, and what its OpenAPI page needs that the code does not say."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import Any, Final

from qumulus.http.reply import Headers

NO_STORE: Final = ((b"cache-control", b"no-store"),)
_ID: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What a call takes and gives, as the OpenAPI page says it.

    ``errors`` are statuses beside those that every call knows; ``answer`` None: the endpoint's return
    annotation; ``media`` names further content types of the answer. ``is_read``: it changes nothing
    whatever its method is.
    """

    body: Any = None
    is_body_optional: bool = False
    query: Any = None
    answer: Any = None
    errors: tuple[int, ...] = ()
    headers: Mapping[str, str] | None = None
    media: tuple[str, ...] = ()
    example: Any = None
    is_read: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A function that serves a method at some paths; ``status`` and ``headers`` are those of its answer.

    ``needs`` is what it takes behind the ids of its path: a ``call``, or as a public one a ``guest`` or
    nothing ("").
    """

    method: str
    paths: tuple[str, ...]
    status: int
    headers: Headers
    contract: Contract
    serve: Callable[..., Awaitable[Any]]
    needs: str


def endpoint(
    method: str, *paths: str, status: int = 200, response_headers: Headers = (), **contract: Any
) -> Callable[[Callable[..., Awaitable[Any]]], Endpoint]:
    """Make an endpoint; ``contract`` are attributes of ``Contract``."""

    def declare(serve: Callable[..., Awaitable[Any]]) -> Endpoint:
        return Endpoint(
            method=method,
            paths=paths,
            status=status,
            headers=response_headers,
            contract=Contract(**contract),
            serve=serve,
            needs=_needs_of(serve, paths),
        )

    return declare


def get(*paths: str, **options: Any) -> Callable[[Any], Endpoint]:
    """Read."""
    return endpoint("GET", *paths, **options)


def post(*paths: str, **options: Any) -> Callable[[Any], Endpoint]:
    """Make, or do."""
    return endpoint("POST", *paths, **options)


def patch(*paths: str, **options: Any) -> Callable[[Any], Endpoint]:
    """Change a part."""
    return endpoint("PATCH", *paths, **options)


def put(*paths: str, **options: Any) -> Callable[[Any], Endpoint]:
    """Replace."""
    return endpoint("PUT", *paths, **options)


def delete(*paths: str, **options: Any) -> Callable[[Any], Endpoint]:
    """Remove."""
    return endpoint("DELETE", *paths, **options)


def _needs_of(serve: Callable[..., Awaitable[Any]], paths: tuple[str, ...]) -> str:
    taken = [*signature(serve).parameters]
    needs = taken[-1] if taken and taken[-1] in {"call", "guest"} else ""
    for path in paths:
        if taken != _ID.findall(path) + [needs] * bool(needs):
            raise TypeError(f"{serve.__qualname__} takes {taken}, which does not fit {path}")
    return needs
