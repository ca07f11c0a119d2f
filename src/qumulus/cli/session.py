"""Which cloud the command line talks to, and as whom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from qumulus.sdk import Client
    from qumulus.transport import SyncHttpClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The global options; None: not given."""

    url: str | None = None
    token: str | None = None
    user: str | None = None


@contextmanager
def user_client(ctx: typer.Context) -> Iterator[Client]:
    """The SDK's client by the global options."""
    from qumulus.sdk import Client

    session = _session(ctx)
    with Client(session.url, session.token, user=session.user) as client:
        yield client


@contextmanager
def admin_client(ctx: typer.Context) -> Iterator[SyncHttpClient]:
    """A client for the Admin API by the global options."""
    from qumulus.sdk.credentials import find_credentials
    from qumulus.transport import SyncHttpClient

    session = _session(ctx)
    found = find_credentials(session.url, session.token, admin=True)
    with SyncHttpClient(found.url, found.token) as http:
        yield http


def _session(ctx: typer.Context) -> Session:
    return ctx.obj if isinstance(ctx.obj, Session) else Session()
