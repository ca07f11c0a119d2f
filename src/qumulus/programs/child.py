"""The process that reads programs, one after the other: a question in, an answer out, both JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from qumulus.circuits import ProgramError
from qumulus.programs.answers import check, drawing, error_of, layout
from qumulus.sandbox.contract import Channel

_BELL: Final = (
    'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;'
)


def warm_up() -> None:
    """Read a first program, so that the next finds everything looked up."""
    check(_BELL)
    layout(_BELL)


def answer(task: bytes, channel: Channel) -> None:
    """Target of the sandbox: a question of :func:`answer_of`."""
    channel.send(answer_of(json.loads(task)))


def answer_of(question: dict[str, Any]) -> bytes:
    """The answer to ``{"call": "check", "source", "device"}``, to ``{"call": "layout", "source"}`` or to
    ``{"call": "draw", "source", "width", "is_plain"}``.

    It stands behind one byte: ``+``, or ``-`` and why the program cannot be read.
    """
    try:
        found = _CALLS[question["call"]](question)
    except ProgramError as error:
        return b"-" + json.dumps(error_of(error)).encode()
    return b"+" + json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def _check(question: dict[str, Any]) -> dict[str, Any]:
    device = question["device"]
    if device is not None:
        device["couplings"] = frozenset(map(tuple, device["couplings"]))
    return check(question["source"], device)


_CALLS: Final[Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "check": _check,
    "layout": lambda question: layout(question["source"]),
    "draw": lambda question: drawing(
        question["source"], width=question["width"], is_plain=question["is_plain"]
    ),
}
