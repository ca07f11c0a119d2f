"""Connections to PostgreSQL, and what its errors mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import asyncpg

from qumulus.domain.errors import BadRequestError
from qumulus.store.statements import Dialect, texts
from qumulus.store.submits import as_gone

CONNECT_TIMEOUT_S: Final = 5.0
COMMAND_TIMEOUT_S: Final = 60.0
_MICROS_TO_2000: Final = 946_684_800_000_000

_SETTINGS: Final = {
    "application_name": "qumulus",
    "synchronous_commit": "on",
    "jit": "off",
    # Every query of the hot path walks an index in its order; tables that are empty when a plan is made
    # must not get a plan for small tables that lives on.
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_sort": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "plan_cache_mode": "force_generic_plan",
    # A process that stands still or is cut off in the middle of a transaction keeps its rows from all
    # others, and every stream from going on.
    "idle_in_transaction_session_timeout": "10s",
}

LOST: Final = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.InternalClientError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)
"""The connection is gone, or cannot be used any more."""

_RETRY: Final = frozenset({"40001", "40P01"})
_UNAVAILABLE_CLASSES: Final = ("53", "57", "58")
_UNAVAILABLE: Final = frozenset({"25006", "42P01", "42703", "28P01", "3D000", "28000", "55P03"})


async def prepare(connection: Any) -> None:
    """Make times travel as microseconds since 1970."""
    await connection.set_type_codec(
        "timestamptz",
        schema="pg_catalog",
        encoder=lambda micros: (micros - _MICROS_TO_2000,),
        decoder=lambda parts: parts[0] + _MICROS_TO_2000,
        format="tuple",
    )


async def connect(url: str, **settings: str) -> Any:
    """Open one connection."""
    connection = await asyncpg.connect(
        url,
        timeout=CONNECT_TIMEOUT_S,
        command_timeout=COMMAND_TIMEOUT_S,
        statement_cache_size=500,
        max_cached_statement_lifetime=0,
        server_settings=_SETTINGS | settings,
    )
    await prepare(connection)
    return connection


async def find_forgetfulness(connection: Any) -> str:
    """Say why the server may forget what it acknowledged; empty if it does not."""
    return complain([row[0] for row in await connection.fetch(texts(Dialect.POSTGRES)["unsafe_settings"])])


def complain(unsafe: Sequence[str]) -> str:
    """Say what is wrong with a server that has these settings off; empty if there are none."""
    if not unsafe:
        return ""
    return (
        f"The PostgreSQL server runs without {', '.join(unsafe)}: a power cut would lose acknowledged jobs. "
        "Turn it on; or, if the database is one to throw away, set QUMULUS_ALLOW_UNSAFE_DATABASE=true."
    )


def is_worth_a_retry(error: asyncpg.PostgresError) -> bool:
    """Tell a deadlock, a failed serialisation, or another process that was faster with the same key."""
    return error.sqlstate in _RETRY or getattr(error, "constraint_name", None) == "idempotency_pkey"


def is_overtaken(error: asyncpg.PostgresError) -> bool:
    """Tell that somebody was faster: the next event of an unlocked job is there, or the job is gone."""
    is_moved = getattr(error, "constraint_name", None) == "job_events_pkey"
    return is_moved or isinstance(error, asyncpg.DivisionByZeroError)


def is_unavailable(error: asyncpg.PostgresError) -> bool:
    """Tell whether the server cannot (full, read-only, locked), rather than the request being wrong."""
    state = error.sqlstate or ""
    return state in _UNAVAILABLE or state[:2] in _UNAVAILABLE_CLASSES


def as_cause(error: Exception) -> Exception:
    """Give what the caller is told: a value that no column can hold is the caller's own mistake."""
    if isinstance(error, asyncpg.DataError | UnicodeEncodeError):
        return BadRequestError(f"The database cannot hold this value: {error}.")
    if isinstance(error, asyncpg.NotNullViolationError):
        return as_gone(error.column_name) or error
    return error
