"""``job_info`` in its forms: the text of the seed, the object of OQTOPUS, and its links to files.

What the user sent is kept as sent; what the Provider wrote lies beside it by key, as JSON texts. A
failure's text is known as ``reason`` and as ``message``; its machine word is ``reason_code``, since
``code`` is the user's program.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeAlias

import msgspec

from qumulus.domain.errors import InvalidJobInfoError
from qumulus.domain.item import OUTPUT_ITEMS, UPLOADED, Item
from qumulus.domain.job import INPUT_KEYS, JobForm, Payload
from qumulus.domain.lifecycle import JobStatus
from qumulus.wire.decode import decoder, refuse_depth, without_strings
from qumulus.wire.patterns import BITS, in_words

Parts = dict[str, msgspec.Raw]

REASON: Final = "reason"
MESSAGE: Final = "message"
REASON_CODE: Final = "reason_code"

_encode = msgspec.json.Encoder().encode
_parts: Final[msgspec.json.Decoder[Parts]] = msgspec.json.Decoder(Parts)
_HUGE: Final = re.compile(r"[eE]\+?0*[1-9][0-9]{2}|(?<![0-9.])[0-9]{200}")
"""Whatever else is a number is less than 1e308, which readers can hold."""
_WANTED: Final = "give 'code' (one OpenQASM text) or 'program' (a text or a list of texts)"


BitText: TypeAlias = Annotated[str, msgspec.Meta(pattern=BITS)]
"""The value of a parameter of type ``bit[n]``, the last character bit 0."""


class OperatorTerm(msgspec.Struct, frozen=True):
    """One weighted Pauli string, such as ``X 0 Z 1``."""

    pauli: str
    coeff: float = 1.0


class Program(msgspec.Struct, frozen=True):
    """What the cloud checks of a program: its presence and its types."""

    code: str | None = None
    program: str | list[str] | None = None
    operator: list[OperatorTerm] | None = None
    parameters: list[dict[str, bool | int | float | BitText]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A checked ``job_info`` of a submit: its form and its JSON text."""

    form: JobForm
    text: str


def text_form(contents: Mapping[str, Any]) -> msgspec.Raw:
    """Write ``job_info`` as the seed does: a JSON text inside a JSON string."""
    return msgspec.Raw(_encode(_encode(contents).decode()))


def object_form(contents: Mapping[str, Any]) -> msgspec.Raw:
    """Write ``job_info`` as OQTOPUS does: an object."""
    return msgspec.Raw(_encode(contents))


def read_input(raw: msgspec.Raw) -> Input:
    """Tell the form and check the contents.

    Raises:
        InvalidJobInfoError: not an object with a program, or of wrong types.
    """
    body = bytes(raw)
    if body.startswith(b'"'):
        text = decoder(str).decode(body)
        form = JobForm.TEXT
    elif body.startswith(b"{"):
        text = body.decode()
        form = JobForm.OBJECT
    else:
        raise InvalidJobInfoError("'job_info' must be a JSON object, as a JSON text or as itself.")
    check_contents(text)
    return Input(form=form, text=text)


def check_contents(text: str) -> None:
    """Check the JSON text of a ``job_info`` object.

    Raises:
        InvalidJobInfoError: it is not an object with a program, or of wrong types.
    """
    if "\x00" in text:
        raise InvalidJobInfoError("'job_info' holds a NUL character.")
    refuse_depth(text.encode(), what="'job_info'")
    try:
        program = decoder(Program).decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        why = in_words(str(error))
        raise InvalidJobInfoError(f"'job_info' must be a JSON object: {why}; {_WANTED}.") from error
    if not (program.code or program.program):
        raise InvalidJobInfoError(f"'job_info' has no program: {_WANTED}.")
    _refuse_huge_numbers(text)


def _refuse_huge_numbers(text: str) -> None:
    """Keys unknown here travel on to Providers, who could not read any job of a list with such a number."""
    if _HUGE.search(text) is not None and _HUGE.search(without_strings(text.encode()).decode()) is not None:
        raise InvalidJobInfoError("'job_info' holds a number that is too large: from 1e100 on none is taken.")


def outputs_of(parts: Mapping[str, msgspec.Raw]) -> dict[str, str]:
    """Turn what a Provider wrote into what is stored; nulls and the user's own keys are left out.

    ``reason`` and ``message`` are stored as ``reason``; ``code`` beside them as ``reason_code``.
    """
    outputs = {key: bytes(raw).decode() for key, raw in parts.items() if key not in INPUT_KEYS}
    outputs = {key: text for key, text in outputs.items() if text != "null"}
    if MESSAGE in outputs:
        outputs.setdefault(REASON, outputs.pop(MESSAGE))
        outputs.pop(MESSAGE, None)
    if REASON in outputs and "code" in parts:
        outputs.setdefault(REASON_CODE, bytes(parts["code"]).decode())
    return outputs


def compose(payload: Payload, form: JobForm) -> msgspec.Raw:
    """Write ``job_info`` with its contents, as a text or else as an object, ready to stand in an answer."""
    parts = _merge(payload)
    if form is JobForm.TEXT:
        return msgspec.Raw(_encode(_encode(parts).decode()))
    return msgspec.Raw(_encode(_as_object(parts)))


def compose_links(payload: Payload, status: JobStatus, *, link: Callable[[Item], str]) -> msgspec.Raw:
    """Write ``job_info`` in the files form: an address for each archive that is there, and the message."""
    parts: dict[str, Any] = {Item.INPUT: link(Item.INPUT)}
    for item in sorted(OUTPUT_ITEMS & payload.outputs.keys()):
        if item is not Item.RESULT or status is JobStatus.SUCCEEDED:
            parts[item] = link(item)
    reason = payload.outputs.get(REASON) or payload.outputs.get(MESSAGE)
    if reason is not None:
        parts[MESSAGE] = msgspec.Raw(reason.encode())
    if REASON_CODE in payload.outputs:
        parts[REASON_CODE] = msgspec.Raw(payload.outputs[REASON_CODE].encode())
    return msgspec.Raw(_encode(parts))


def has_outputs(payload: Payload) -> bool:
    """Has the Provider written anything?"""
    return bool(payload.outputs)


def _merge(payload: Payload) -> Parts:
    parts = _parts.decode(payload.input)
    for key, text in payload.outputs.items():
        name = REASON_CODE if key == "code" else key
        if name not in INPUT_KEYS and text != UPLOADED:
            parts[name] = msgspec.Raw(text.encode())
    if REASON in payload.outputs:
        parts[MESSAGE] = parts[REASON]
    return parts


def _as_object(parts: Parts) -> Parts:
    program = bytes(parts.get("program", b"null"))
    if program == b"null":
        program = bytes(parts.get("code", b"null"))
    if not program.startswith(b"["):
        parts["program"] = msgspec.Raw(b"[]" if program == b"null" else b"[" + program + b"]")
    return parts
