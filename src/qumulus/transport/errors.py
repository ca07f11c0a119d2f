"""What can go wrong between a client and the Cloud.

ClientError
├── CloudUnreachableError
└── ApiError
    ├── RefusedError
    │   ├── BadRequestError
    │   ├── NotAuthenticatedError
    │   ├── NotAllowedError
    │   ├── NotFoundError
    │   ├── ConflictError
    │   ├── GoneError
    │   ├── TooLargeError
    │   ├── KeyReusedError
    │   └── TooManyRequestsError
    └── CloudFailedError ── CloudUnavailableError
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from time import time
from types import MappingProxyType
from typing import Any, Final

import msgspec

from qumulus.transport.answer import Answer

LONGEST_PLAIN_TEXT: Final = 200
"""Characters shown of an answer that is not in the error shape, such as a proxy's page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    code: str
    message: str
    details: tuple[Any, ...]


class ClientError(Exception):
    """The root of all that the clients raise on purpose."""


class CloudUnreachableError(ClientError):
    """No answer from ``url``, however often it was tried.

    ``may_have_been_done``: the last request may have arrived all the same.
    """

    def __init__(self, url: str, reason: str, *, may_have_been_done: bool) -> None:
        super().__init__(f"No answer from {url}: {reason}")
        self.url = url
        self.reason = reason
        self.may_have_been_done = may_have_been_done


class ApiError(ClientError):
    """The Cloud answered, and the answer is no.

    ``code`` is the machine's word. ``after_repeat``: an earlier try of the same call may have been
    done, so that "not found" can mean that it was deleted by that very call.
    """

    def __init__(self, answer: Answer, *, after_repeat: bool = False) -> None:
        refusal = _read(answer)
        super().__init__(refusal.message)
        self.status = answer.status
        self.code = refusal.code
        self.message = refusal.message
        self.details = refusal.details
        self.after_repeat = after_repeat


class RefusedError(ApiError):
    """4xx: the call was understood or misunderstood, and changed nothing."""


class BadRequestError(RefusedError):
    """400 and the odd ones of its family: the request is wrong in itself."""


class NotAuthenticatedError(RefusedError):
    """401: no token, or one that is unknown, expired or revoked."""


class NotAllowedError(RefusedError):
    """403: the token is good but not for this."""


class NotFoundError(RefusedError):
    """404: there is no such thing, or it is somebody else's."""


class ConflictError(RefusedError):
    """409: somebody was faster, or the status does not allow it."""


class GoneError(RefusedError):
    """410: the cursor is too old."""


class TooLargeError(RefusedError):
    """413: the body is larger than this call takes."""


class KeyReusedError(RefusedError):
    """422: the idempotency key was used with another body."""


class TooManyRequestsError(RefusedError):
    """429: the rate or a quota is used up; ``retry_after_s`` says when to come back."""

    def __init__(self, answer: Answer, *, after_repeat: bool = False) -> None:
        super().__init__(answer, after_repeat=after_repeat)
        self.retry_after_s = retry_after_s(answer)


class CloudFailedError(ApiError):
    """5xx: the Cloud could not do it."""


class CloudUnavailableError(CloudFailedError):
    """502, 503 or 504: not now."""


_BY_STATUS: Final[Mapping[int, type[ApiError]]] = MappingProxyType(
    {
        401: NotAuthenticatedError,
        403: NotAllowedError,
        404: NotFoundError,
        409: ConflictError,
        410: GoneError,
        413: TooLargeError,
        422: KeyReusedError,
        429: TooManyRequestsError,
        502: CloudUnavailableError,
        503: CloudUnavailableError,
        504: CloudUnavailableError,
    }
)


def api_error(answer: Answer, *, after_repeat: bool = False) -> ApiError:
    """Make the error of the answer's family."""
    family: type[ApiError] = BadRequestError if answer.status < 500 else CloudFailedError
    return _BY_STATUS.get(answer.status, family)(answer, after_repeat=after_repeat)


def error_code(answer: Answer) -> str:
    """The machine's word of a refusal."""
    return _read(answer).code


def retry_after_s(answer: Answer) -> float | None:
    """Seconds until the server wants to see us again; None: it does not say."""
    value = answer.headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time())
    except ValueError:
        return None


def _read(answer: Answer) -> _Refusal:
    """Read the one error shape leniently: proxies in between have their own."""
    try:
        body = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        body = None
    fields = body if isinstance(body, dict) else {}
    return _Refusal(
        code=str(fields.get("code") or f"http_{answer.status}"),
        message=str(fields.get("message") or _plain_text(answer)),
        details=tuple(details) if isinstance(details := fields.get("details"), list) else (),
    )


def _plain_text(answer: Answer) -> str:
    if 300 <= answer.status < 400:
        return f"The answer points elsewhere, to {answer.headers.get('location', '?')}: use that URL."
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "unknown status"
    is_text = answer.headers.get("content-type", "").startswith("text/plain")
    text = answer.body[:LONGEST_PLAIN_TEXT].decode("utf-8", "replace").strip() if is_text else ""
    return f"{answer.status} {phrase}: {text}" if text else f"{answer.status} {phrase}"
