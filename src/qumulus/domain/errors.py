"""Everything that can be wrong with a call, as facts; none of them knows HTTP.

QumulusError
├── BadRequestError ── InvalidJobInfoError · UnknownFieldError · UnreadableProgramError · DeviceUnusableError
│   · BadArchiveError · InputMissingError
├── CursorTooOldError
├── NotAuthenticatedError
├── NotAllowedError ── WrongDeviceError · UrlRefusedError
├── NotFoundError
├── IllegalMoveError ── WrongStatusError
├── StaleAttemptError
├── ConflictError
├── TooLargeError
├── KeyReusedError
├── TooManyRequestsError
└── UnavailableError ── OutcomeUnknownError
"""

from __future__ import annotations

from typing import ClassVar

from qumulus.domain.texts import within


class QumulusError(Exception):
    """A refused call. ``facts`` are safe to show to the caller."""

    code: ClassVar[str] = "error"
    message: ClassVar[str] = "The call was refused."

    def __init__(self, detail: str = "", **facts: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts = facts

    def __str__(self) -> str:
        """One sentence: the detail when there is one, else the class's message filled with the facts."""
        return within(self.detail or self.message.format_map(self.facts))


class BadRequestError(QumulusError):
    """The request cannot be understood."""

    code = "bad_request"


class InvalidJobInfoError(BadRequestError):
    """``job_info`` is not a JSON object with a program."""

    code = "invalid_job_info"


class UnknownFieldError(BadRequestError):
    """The body has a field that this call does not know."""

    code = "unknown_field"


class UnreadableProgramError(BadRequestError):
    """The program to look at cannot be read; the facts say why and where."""

    code = "invalid_program"


class UnsupportedJobTypeError(BadRequestError):
    """No Provider of this cloud computes such jobs."""

    code = "unsupported_job_type"


class BadArchiveError(BadRequestError):
    """An uploaded archive cannot be read, or does not hold what it should."""

    code = "bad_archive"


class InputMissingError(BadRequestError):
    """The job is registered, but its input was not uploaded."""

    code = "input_missing"
    message = "No input was uploaded for job {job_id}: send it with the registration's form, then submit."


class DeviceUnusableError(BadRequestError):
    """The device does not exist or takes no jobs now."""

    code = "device_unusable"


class CursorTooOldError(QumulusError):
    """The events after this cursor are no longer kept, or the cursor is of another store."""

    code = "cursor_too_old"
    message = "Events after this cursor are no longer kept: read the jobs again and start without a cursor."


class NotAuthenticatedError(QumulusError):
    """No token, or one that is unknown, expired or revoked."""

    code = "not_authenticated"
    message = "No valid token: send 'Authorization: Bearer <id>.<secret>'."


class NotAllowedError(QumulusError):
    """The token is good but not for this."""

    code = "not_allowed"


class WrongDeviceError(NotAllowedError):
    """The token is not bound to this device."""

    code = "wrong_device"
    message = "This token is not bound to device {device_id}."


class UrlRefusedError(NotAllowedError):
    """A storage URL or an upload form is not ours, was changed, or is too old."""

    code = "url_refused"
    message = "This URL or form is not valid, or it has expired: ask for a new one."


class NotFoundError(QumulusError):
    """There is no such thing, or it is somebody else's."""

    code = "not_found"
    message = "No {what} {id} is known to you."


class IllegalMoveError(QumulusError):
    """The job's status does not allow this action by this actor."""

    code = "illegal_move"
    message = "A job in status {status} does not allow {action}."


class WrongStatusError(IllegalMoveError):
    """The same, said to a user."""

    code = "wrong_status"


class StaleAttemptError(QumulusError):
    """The report is of an attempt that was given up; a later one has the job."""

    code = "stale_attempt"
    message = "Attempt {attempt} of job {job_id} is over: the job is at attempt {current}."


class ConflictError(QumulusError):
    """It exists already, or is still in use."""

    code = "conflict"


class TooLargeError(QumulusError):
    """The body is larger than this call takes."""

    code = "too_large"
    message = "The body is larger than {limit} bytes."


class KeyReusedError(QumulusError):
    """The idempotency key was used with another body."""

    code = "key_reused"
    message = "This Idempotency-Key was used with another body: use a new key for a new request."


class TooManyRequestsError(QumulusError):
    """The caller's rate or quota is used up; ``retry_after_s`` says when to come back."""

    code = "too_many_requests"
    message = "Too many requests: come back in {retry_after_s} s."


class UnavailableError(QumulusError):
    """The cloud cannot serve this call now; nothing was changed."""

    code = "unavailable"
    message = "The store does not answer now: try again."


class OutcomeUnknownError(UnavailableError):
    """The connection to the store was lost while committing: repeat the call, it does no harm."""

    code = "outcome_unknown"
    message = "The connection to the store was lost at commit: repeat the call, it can do no harm."
