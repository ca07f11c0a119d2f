"""A call of somebody who is not known yet: what a public endpoint gets instead of a ``Call``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from litestar import Request
from litestar.di import NamedDependency

from qumulus.http.asgi import Receive
from qumulus.http.body import read_body
from qumulus.http.call import Desk
from qumulus.http.limits import RateLimit
from qumulus.http.settings import HttpSettings
from qumulus.service import Services
from qumulus.wire.decode import decode

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Guest:
    """One call without credentials."""

    services: Services
    settings: HttpSettings
    headers: dict[bytes, bytes]
    receive: Receive
    tries: RateLimit
    address: str

    async def read(self, shape: type[T]) -> T:
        """Read the body as a struct."""
        body = await read_body(self.receive, self.headers, limit=self.settings.max_guest_bytes)
        return decode(body, shape)

    def note_failure(self) -> None:
        """Count an attempt to sign in that failed; good ones go through, whoever shares their address.

        Raises:
            TooManyRequestsError: too many from this address have failed.
        """
        self.tries.take(self.address)


TheGuest = NamedDependency[Guest]
"""How a public endpoint asks for it."""


def guest_maker(desk: Desk) -> Callable[[Request[Any, Any, Any]], Awaitable[Guest]]:
    """Make the one dependency of public endpoints."""
    tries = RateLimit(desk.settings.sign_ins_per_s)

    async def make_guest(request: Request[Any, Any, Any]) -> Guest:
        scope: Any = request.scope
        client = scope.get("client")
        address = client[0] if client else ""
        return Guest(desk.services, desk.settings, dict(scope["headers"]), request.receive, tries, address)

    return make_guest
