"""What each API says of itself, to anybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from qumulus.http.docs_page import render_page
from qumulus.http.endpoint import Endpoint, get
from qumulus.http.reply import Reply, encode
from qumulus.http.settings import HttpSettings
from qumulus.wire.user import Banner

CONTRACT: Final = 1
FEATURES: Final = (
    "text-form",
    "object-form",
    "files-form",
    "idempotency",
    "batch",
    "long-poll",
    "leases",
    "reports",
    "events",
)
HTML: Final = b"text/html; charset=utf-8"


def banner_endpoints(settings: HttpSettings, document: Callable[[], dict[str, Any]]) -> tuple[Endpoint, ...]:
    """Make the public endpoints; the document is written when it is first asked for."""

    @cache
    def whole() -> bytes:
        return encode(document())

    @cache
    def page() -> bytes:
        return render_page(document()).encode()

    @get("/")
    async def banner() -> Banner:
        """Which server this is and what it can."""
        return Banner(version=settings.version, contract=CONTRACT, features=FEATURES)

    @get("/openapi.json")
    async def openapi() -> Reply:
        """This API as OpenAPI 3.1."""
        return Reply(whole())

    @get("/docs")
    async def docs() -> Reply:
        """This API as a page."""
        return Reply(page(), media_type=HTML)

    return (banner, openapi, docs)
