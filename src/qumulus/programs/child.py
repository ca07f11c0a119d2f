"""The process that reads one program: a question in, an answer out, both JSON."""

from __future__ import annotations

import json
from typing import Any

from qumulus.circuits import ProgramError
from qumulus.programs.answers import check, error_of, layout
from qumulus.sandbox.contract import Channel


def answer(task: bytes, channel: Channel) -> None:
    """Target of the sandbox: ``{"call": "check" | "layout", "source", "device"}``.

    Sends the answer behind one byte: ``+``, or ``-`` and why the program cannot be read.
    """
    question = json.loads(task)
    try:
        found = _answer(question)
    except ProgramError as error:
        channel.send(b"-" + json.dumps(error_of(error)).encode())
    else:
        channel.send(b"+" + json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode())


rehearse = answer
"""What the zygote performs before it forks, so that its children find everything looked up."""


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    if question["call"] == "layout":
        return layout(question["source"])
    device = question["device"]
    if device is not None:
        device["couplings"] = frozenset(map(tuple, device["couplings"]))
    return check(question["source"], device)
