"""Contents of archives, between what the store holds and what the files form sends about.

The JSON of inputs and results is checked here as that of the other forms; OpenQASM is never read.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from qumulus.domain.errors import BadArchiveError, BadRequestError
from qumulus.domain.item import MAX_INPUT_BYTES, Item
from qumulus.domain.job import JobForm, Payload
from qumulus.wire.archive import pack, unpack
from qumulus.wire.decode import decode
from qumulus.wire.job_info import check_contents, compose

INPUT_ERROR: Final = "input_error"
"""Key of a stored input that says why the uploaded one cannot be used; its Provider fails the job."""

_RAW: Final = frozenset({Item.COMBINED_PROGRAM, Item.SSE_LOG})
"""Items that are text, not JSON."""

_NAMES: Final = {
    Item.INPUT: "input.json",
    Item.TRANSPILE_RESULT: "transpile_result.json",
    Item.RESULT: "result.json",
    Item.COMBINED_PROGRAM: "combined_program",
    Item.SSE_LOG: "sse_runtime.log",
}
_INPUT_KEYS: Final = ("program", "operator", "parameters", "sse_program")
_encode: Final = msgspec.json.Encoder().encode
_parts: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_TOO_LARGE: Final = f"The archive holds more than {MAX_INPUT_BYTES} bytes."


def read_input_archive(archive: bytes | None) -> str:
    """Give the JSON text to be stored of an uploaded input, which may be anything.

    None stands for an archive that is too large to be read. A bad one is no error of the caller: its
    job fails at the Provider, as one with a bad program does.
    """
    try:
        if archive is None:
            raise BadArchiveError(_TOO_LARGE)
        text = unpack(archive, limit=MAX_INPUT_BYTES).decode()
        if r"\u0000" in text:
            raise BadArchiveError("The input holds a NUL character.")
        check_contents(text)
    except BadRequestError as error:
        return _unusable(str(error).replace("'job_info'", "The input"))
    except UnicodeDecodeError as error:
        return _unusable(f"The input is not UTF-8: {error.reason} at byte {error.start}.")
    return text


def read_output_archive(item: Item, archive: bytes | None) -> str:
    """Give the JSON text to be stored of an uploaded output.

    Raises:
        BadArchiveError: it cannot be read, or holds something else.
    """
    if archive is None:
        raise BadArchiveError(_TOO_LARGE)
    content = unpack(archive, limit=MAX_INPUT_BYTES)
    try:
        text = content.decode()
        if item in _RAW:
            return _encode(_inner_text(text)).decode()
        decode(content, dict[str, Any], what=f"file {item}")
    except BadRequestError as error:
        raise BadArchiveError(str(error)) from error
    except UnicodeDecodeError as error:
        raise BadArchiveError(f"The file {item} is not UTF-8: {error.reason}.") from error
    return text


def read_device_info_archive(archive: bytes | None) -> str:
    """Give the JSON text of an uploaded ``device_info``.

    Raises:
        BadArchiveError: it cannot be read, or holds something else.
    """
    return read_output_archive(Item.DEVICE_INFO, archive)


def make_archive(payload: Payload, item: Item) -> bytes:
    """Pack an item of a job that any other form or Provider brought."""
    if item is Item.INPUT:
        parts = _parts.decode(compose(Payload(input=payload.input, outputs={}), JobForm.OBJECT))
        content = _encode({key: parts[key] for key in _INPUT_KEYS if key in parts})
    else:
        content = payload.outputs[item].encode()
        if item in _RAW:
            content = _as_text(content)
    return pack(_NAMES[item], content)


def _as_text(content: bytes) -> bytes:
    text = msgspec.json.decode(content)
    return text.encode() if isinstance(text, str) else content


def _inner_text(text: str) -> str:
    """A combined program may come as itself or as a JSON string."""
    if text.startswith('"'):
        try:
            return msgspec.json.decode(text, type=str)
        except msgspec.DecodeError:
            return text
    return text


def _unusable(reason: str) -> str:
    return _encode({"program": [], INPUT_ERROR: reason}).decode()
