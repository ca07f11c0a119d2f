"""What goes wrong, said to a person: what, where, and what to do; and the exit codes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from qumulus.transport.errors import ApiError, CloudUnreachableError


_TURNING: Final = (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""They turn the direction of writing, so that a line reads otherwise than it is."""

_STEERING: Final = {
    code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"
} | {code: f"\\u{code:04x}" for code in _TURNING}


class ExitCode(IntEnum):
    """What the shell gets. 130 is an interruption, as everywhere."""

    DONE = 0
    JOB_NOT_SUCCEEDED = 1
    WRONG_USAGE = 2
    CLOUD_SAYS_NO = 3
    """The cloud cannot be reached, or refused the call; or there is no token."""
    STILL_WAITING = 4
    """The waiting time was over; the job goes on."""
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A message for people; ``advice`` says what to do, "" if there is nothing to add."""

    message: str
    advice: str = ""
    exit_code: ExitCode = ExitCode.CLOUD_SAYS_NO

    def show(self) -> None:
        """Write it to standard error."""
        colour = None if os.environ.get("NO_COLOR") else "red"
        typer.secho("Error: ", fg=colour, bold=True, nl=False, err=True)
        typer.echo(printable(self.message), err=True)
        if self.advice:
            typer.echo(self.advice, err=True)


def printable(text: str) -> str:
    """The text with what would steer a terminal made visible: much of it was written by others."""
    return text.translate(_STEERING)


def explain(error: Exception) -> Failure | None:
    """Say what an error means; None: it is none of those that are expected."""
    from qumulus.sdk import errors as sdk
    from qumulus.transport import errors as transport

    if isinstance(error, transport.CloudUnreachableError):
        return Failure(message=str(error), advice=_reaching(error))
    if isinstance(error, transport.ApiError):
        return Failure(message=error.message, advice=_asking(error))
    if isinstance(error, sdk.JobNotSucceededError):
        return Failure(message=str(error), exit_code=ExitCode.JOB_NOT_SUCCEEDED)
    if isinstance(error, sdk.WaitTimeoutError):
        return Failure(
            message=f"Job {error.job_id} is still {error.status} after {error.timeout_s:g} s.",
            advice=f"To go on: qumulus jobs wait {error.job_id}\n"
            "Whether a Provider serves its device: qumulus devices show DEVICE",
            exit_code=ExitCode.STILL_WAITING,
        )
    if isinstance(error, transport.ClientError):
        return Failure(message=str(error))
    return None


def _reaching(error: CloudUnreachableError) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in error.reason:
        return "If its certificate is from an authority of your own, name that one's file: SSL_CERT_FILE."
    advice = "Is it running? Start one with 'qumulus up', or name another by --url or QUMULUS_URL."
    if error.may_have_been_done:
        return f"{advice} The call may have been done all the same: look before you repeat it."
    return advice


def _asking(error: ApiError) -> str:
    from qumulus.transport import errors as transport

    if isinstance(error, transport.NotAuthenticatedError):
        return (
            "The token is unknown, expired or revoked: give another by --token or QUMULUS_TOKEN. "
            "An administrator makes one with 'qumulus admin token add --owner USER'."
        )
    if isinstance(error, transport.NotAllowedError):
        return (
            "If you may do it, give another token by --token or QUMULUS_TOKEN; "
            "without both, the one that 'qumulus up' made for such commands is taken."
        )
    if error.code == "device_unusable":
        return "Those that you may use: qumulus devices list"
    if isinstance(error, transport.TooManyRequestsError) and error.retry_after_s is not None:
        return f"Come back in {error.retry_after_s:g} s."
    if isinstance(error, transport.CloudUnavailableError):
        return "The cloud is starting, stopping or overloaded: try again."
    return ""
