"""A call of somebody who is not known yet: what a public endpoint gets instead of a ``Call``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from qumulus.http.body import read_body
from qumulus.http.call import Desk
from qumulus.http.limits import RateLimit
from qumulus.http.request import Request
from qumulus.http.settings import HttpSettings
from qumulus.service import Services
from qumulus.wire.decode import decode

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Guest:
    """One call without credentials."""

    services: Services
    settings: HttpSettings
    request: Request
    tries: RateLimit
    address: str

    async def read(self, shape: type[T]) -> T:
        """Read the body as a struct."""
        body = await read_body(self.request, limit=self.settings.max_guest_bytes)
        return decode(body, shape)

    def note_failure(self) -> None:
        """Count an attempt to sign in that failed; good ones go through, whoever shares their address.

        Raises:
            TooManyRequestsError: too many from this address have failed.
        """
        self.tries.take(self.address)


def make_guest(desk: Desk, request: Request) -> Guest:
    """Ask for nothing."""
    client = request.scope.get("client")
    address = client[0] if client else ""
    return Guest(desk.services, desk.settings, request, desk.tries, address)
