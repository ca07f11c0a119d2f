"""What the log says when the Cloud does not do what a Provider asks, again and again."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from qumulus.provider.backoff import Backoff
from qumulus.transport import ClientError
from qumulus.transport.errors import NotAllowedError, NotAuthenticatedError, NotFoundError

T = TypeVar("T")

_MADE_BY: Final = "an administrator makes one with 'qumulus admin token add --device {device_id}'"
_TAKES: Final = "give it with --token, QUMULUS_TOKEN or in the settings file, and start this Provider again"

_ADVICE: Final[Mapping[type[ClientError], str]] = MappingProxyType(
    {
        NotAuthenticatedError: f"the Cloud does not know the token: {_MADE_BY}; {_TAKES}",
        NotAllowedError: f"the token is not for this device: {_MADE_BY}; {_TAKES}",
        NotFoundError: "the Cloud has no such device: an administrator adds it with "
        "'qumulus admin device add {device_id}'",
    }
)


def is_for_the_operator(error: ClientError) -> bool:
    """Only somebody who changes a token or the Cloud's devices can mend it."""
    return type(error) in _ADVICE


def tell(log: logging.Logger, event: str, error: ClientError, *, device_id: str) -> None:
    """Warn; where the operator must act, say what to do."""
    named = {"device_id": device_id, "error": str(error)}
    advice = _ADVICE.get(type(error))
    if advice is None:
        log.warning(event, extra=named)
    else:
        log.error("provider_refused", extra={**named, "advice": advice.format(device_id=device_id)})


async def until_answered(
    call: Callable[[], Awaitable[T]], log: logging.Logger, event: str, *, device_id: str
) -> T:
    """Call again and again, however long it takes; the first failure is told as ``event``."""
    backoff = Backoff()
    while True:
        try:
            return await call()
        except ClientError as error:
            if backoff.is_fresh:
                tell(log, event, error, device_id=device_id)
            await backoff.pause()
