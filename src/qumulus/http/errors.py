"""What callers see of errors: one table from class to status, one shape."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from qumulus.domain import errors
from qumulus.domain.texts import within
from qumulus.http.reply import Headers, Reply, encode
from qumulus.http.request import Answering, Request
from qumulus.wire.errors import ErrorBody

log = logging.getLogger("qumulus.http")

STATUS: Final[Mapping[type, int]] = MappingProxyType(
    {
        errors.BadRequestError: 400,
        errors.WrongStatusError: 400,
        errors.NotAuthenticatedError: 401,
        errors.NotAllowedError: 403,
        errors.NotFoundError: 404,
        errors.IllegalMoveError: 409,
        errors.StaleAttemptError: 409,
        errors.ConflictError: 409,
        errors.CursorTooOldError: 410,
        errors.TooLargeError: 413,
        errors.KeyReusedError: 422,
        errors.TooManyRequestsError: 429,
        errors.UnavailableError: 503,
    }
)


def status_of(error: errors.QumulusError) -> int:
    """Look the class up, or the nearest class above it."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def error_body(error: errors.QumulusError) -> ErrorBody:
    """Write an error down; its facts are safe to show."""
    facts = {
        key: within(value) if isinstance(value, str) else value
        for key, value in error.facts.items()
        if value is not None
    }
    return ErrorBody(code=error.code, message=str(error), details=[facts] if facts else None)


async def sheltered(answering: Answering, request: Request) -> Reply:
    """Ask for an answer; what goes wrong becomes one."""
    try:
        return await answering(request)
    except errors.QumulusError as error:
        return _refusal(error, request)
    except Exception as error:  # noqa: BLE001 - logged there
        return _failure(error, request)


def nothing_at(request: Request, *, advice: str = "") -> Reply:
    """Answer that nothing stands at the path."""
    return _told("not_found", f"There is nothing at {request.path}{advice}.", status=404)


def not_possible(request: Request, allowed: Iterable[str]) -> Reply:
    """Answer that what stands at the path takes other methods."""
    headers = [(b"allow", ", ".join(sorted(allowed)).encode())]
    message = f"{request.method} is not possible at {request.path}."
    return _told("method_not_allowed", message, status=405, headers=headers)


def _told(code: str, message: str, *, status: int, headers: Headers = ()) -> Reply:
    return Reply(encode(ErrorBody(code=code, message=within(message))), status=status, headers=headers)


def _refusal(error: errors.QumulusError, request: Request) -> Reply:
    headers: list[tuple[bytes, bytes]] = []
    if isinstance(error, errors.NotAuthenticatedError) and not _brought_key(request):
        headers.append((b"www-authenticate", b"Bearer"))
    if isinstance(error, errors.TooManyRequestsError):
        headers.append((b"retry-after", str(error.facts["retry_after_s"]).encode()))
    if isinstance(error, errors.UnavailableError):
        headers.append((b"retry-after", b"1"))
        log.warning("store_unavailable", extra={"code": error.code, "reason": str(error)})
    return Reply(encode(error_body(error)), status=status_of(error), headers=headers)


def _failure(error: Exception, request: Request) -> Reply:
    """Nobody foresaw this: it is logged with an incident id, of which alone the caller hears."""
    incident = secrets.token_hex(8)
    log.error(
        "request_failed",
        extra={"incident": incident, "method": request.method, "path": request.path},
        exc_info=error,
    )
    message = f"The cloud failed to do this; its log tells more under incident {incident}."
    return _told("internal_error", message, status=500)


def _brought_key(request: Request) -> bool:
    return b"q-api-token" in request.headers or b"x-api-key" in request.headers
