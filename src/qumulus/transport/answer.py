"""What one exchange over HTTP gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; ``headers`` are looked up in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoAnswerError(Exception):
    """The connection failed before a whole answer was there.

    ``may_have_arrived`` False: the request surely never reached a server. ``is_silence``: the
    connection stood, and nothing came.
    """

    def __init__(self, reason: str, *, may_have_arrived: bool, is_silence: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.may_have_arrived = may_have_arrived
        self.is_silence = is_silence
