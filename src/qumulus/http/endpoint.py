"""Declare endpoints: a route, and what its OpenAPI page needs that the code does not say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from litestar.handlers import HTTPRouteHandler

OPT: Final = "contract"
NO_STORE: Final = {"cache-control": "no-store"}


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
    is_public: bool = False
    is_read: bool = False


def endpoint(
    method: str,
    path: str | list[str],
    *,
    status: int = 200,
    response_headers: Mapping[str, str] | None = None,
    **contract: Any,
) -> Callable[[Any], HTTPRouteHandler]:
    """Make an endpoint; ``contract`` are attributes of ``Contract``."""
    return HTTPRouteHandler(
        path,
        http_method=[method],  # type: ignore[list-item]  # the literal words are checked by the framework
        status_code=status,
        response_headers=response_headers,
        opt={OPT: Contract(**contract)},
    )


def get(path: str | list[str], **options: Any) -> Callable[[Any], HTTPRouteHandler]:
    """Read."""
    return endpoint("GET", path, **options)


def post(path: str | list[str], **options: Any) -> Callable[[Any], HTTPRouteHandler]:
    """Make, or do."""
    return endpoint("POST", path, **options)


def patch(path: str | list[str], **options: Any) -> Callable[[Any], HTTPRouteHandler]:
    """Change a part."""
    return endpoint("PATCH", path, **options)


def put(path: str | list[str], **options: Any) -> Callable[[Any], HTTPRouteHandler]:
    """Replace."""
    return endpoint("PUT", path, **options)


def delete(path: str | list[str], **options: Any) -> Callable[[Any], HTTPRouteHandler]:
    """Remove."""
    return endpoint("DELETE", path, **options)
