"""What callers see of errors: one table from class to status, one shape."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from litestar import Request
from litestar.exceptions import HTTPException

from qumulus.domain import errors
from qumulus.http.reply import JsonResponse
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

_CODES: Final = MappingProxyType({400: "bad_request", 404: "not_found", 405: "method_not_allowed"})


def status_of(error: errors.QumulusError) -> int:
    """Look the class up, or the nearest class above it."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def error_body(error: errors.QumulusError) -> ErrorBody:
    """Write an error down; its facts are safe to show."""
    facts = {key: value for key, value in error.facts.items() if value is not None}
    return ErrorBody(code=error.code, message=str(error), details=[facts] if facts else None)


def answer_refusal(request: Request[Any, Any, Any], error: errors.QumulusError) -> JsonResponse:
    """Answer a refused call."""
    headers: dict[str, str] = {}
    if isinstance(error, errors.NotAuthenticatedError) and not _brought_key(request):
        headers["www-authenticate"] = "Bearer"
    if isinstance(error, errors.TooManyRequestsError):
        headers["retry-after"] = str(error.facts["retry_after_s"])
    if isinstance(error, errors.UnavailableError):
        headers["retry-after"] = "1"
        log.warning("store_unavailable", extra={"code": error.code, "reason": str(error)})
    return JsonResponse(error_body(error), status_code=status_of(error), headers=headers)


def answer_framework(request: Request[Any, Any, Any], error: HTTPException) -> JsonResponse:
    """Answer what the framework refuses: unknown paths, methods, malformed requests."""
    scope = request.scope
    message = {
        404: f"There is nothing at {scope['path']}.",
        405: f"{scope['method']} is not possible at {scope['path']}.",
    }.get(error.status_code, error.detail)
    code = _CODES.get(error.status_code, HTTPStatus(error.status_code).phrase.lower().replace(" ", "_"))
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    return JsonResponse(ErrorBody(code=code, message=message), status_code=error.status_code, headers=headers)


def answer_failure(request: Request[Any, Any, Any], error: Exception) -> JsonResponse:
    """Answer what nobody foresaw: logged with an incident id, of which alone the caller hears."""
    incident = secrets.token_hex(8)
    log.error(
        "request_failed",
        extra={"incident": incident, "method": request.scope["method"], "path": request.scope["path"]},
        exc_info=error,
    )
    message = f"The cloud failed to do this; its log tells more under incident {incident}."
    return JsonResponse(ErrorBody(code="internal_error", message=message), status_code=500)


def _brought_key(request: Request[Any, Any, Any]) -> bool:
    return any(name in {b"q-api-token", b"x-api-key"} for name, _ in request.scope["headers"])


HANDLERS: Final[dict[Any, Any]] = {
    errors.QumulusError: answer_refusal,
    HTTPException: answer_framework,
    Exception: answer_failure,
}
