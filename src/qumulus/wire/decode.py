"""Bytes in, checked structs out; what is wrong is said by name."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Final, NoReturn, TypeVar, Union, get_args, get_origin

import msgspec

from qumulus.domain.errors import BadRequestError, UnknownFieldError

T = TypeVar("T")

MAX_DEPTH: Final = 64

_UNKNOWN: Final = re.compile(
    r"Object contains unknown field `(?P<name>.*?)`(?: - at `\$(?P<path>.*)`)?$", re.S
)
_PLACED: Final = re.compile(r"^(?P<what>.*?) - at `(?P<key>key in )?\$(?P<path>.*)`$", re.S)
_STRINGS: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.S)
"""Possessive, and content with a string that never ends: linear in the length of any text."""

_SQUARED: Final = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in b"[{]}")
_LONGEST_NAME: Final = 100


_WORDS: Final = {"Expected `str` of length >= 1": "it is empty"}
"""What the decoder says of a text → the same for people."""


def worded(pattern: str, words: str) -> str:
    """The pattern of a field, noted with what to say of a text that does not match."""
    _WORDS[f"Expected `str` matching regex {pattern!r}"] = words
    return pattern


@lru_cache(maxsize=128)
def _decoder(shape: Any) -> Any:
    return msgspec.json.Decoder(shape)


def decoder(shape: type[T]) -> msgspec.json.Decoder[T]:
    """Give the decoder of a shape, built once."""
    key: Any = shape
    found: msgspec.json.Decoder[T] = _decoder(key)
    return found


def decode(body: bytes, shape: type[T], *, what: str = "body") -> T:
    """Decode JSON into a struct.

    Raises:
        UnknownFieldError: a field that the struct does not have, with the nearest that it has.
        BadRequestError: not JSON, not UTF-8, nested too deeply, or of wrong types.
    """
    refuse_depth(body, what=what)
    try:
        return decoder(shape).decode(body)
    except msgspec.ValidationError as error:
        _refuse(str(error), shape, what)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequestError(f"The {what} is not valid JSON: {error}.") from error


def refuse_depth(body: bytes, *, what: str = "body") -> None:
    """Refuse JSON nested deeper than ``MAX_DEPTH``; costs nothing for the usual flat body.

    Raises:
        BadRequestError: it is.
    """
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    brackets = without_strings(body).translate(_SQUARED, _NO_BRACKETS)
    for _ in range(MAX_DEPTH):  # each round takes the innermost level away
        if not brackets:
            return
        brackets = brackets.replace(b"[]", b"")
    if brackets.count(b"[") > MAX_DEPTH or b"[]" in brackets:
        raise BadRequestError(f"The {what} is nested deeper than {MAX_DEPTH} levels.")


def without_strings(body: bytes) -> bytes:
    """Take the texts out of JSON: what is left are brackets, numbers and such."""
    return _STRINGS.sub(b"", body)


def nearest(name: str, valid: list[str]) -> str | None:
    """Find the valid name that the caller probably meant."""
    if len(name) > _LONGEST_NAME:  # the search takes time and memory by the length
        return None
    found = get_close_matches(name, valid, n=1, cutoff=0.5)
    return found[0] if found else None


def shortened(name: str) -> str:
    """Cut a name that is too long to be one, for an error's text."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


def unknown_field(name: str, valid: list[str], *, where: str = "") -> UnknownFieldError:
    """Say which field is unknown, where, and what was probably meant."""
    hint = nearest(name, valid)
    name = shortened(name)
    advice = f"did you mean '{hint}'?" if hint else f"known are {', '.join(valid)}."
    return UnknownFieldError(f"Unknown field '{where + '.' if where else ''}{name}': {advice}", field=name)


def field_names(shape: Any, path: str) -> list[str]:
    """List the fields of the struct that stands at a path such as ``[3].jobs[0]``."""
    for step in re.findall(r"\[[^\]]*\]|\.[^.\[]+", path):
        shape = _step(shape, step)
    shape = _struct_of(shape)
    return [] if shape is None else list(shape.__struct_encode_fields__)


def _refuse(text: str, shape: Any, what: str) -> NoReturn:
    unknown = _UNKNOWN.match(text)
    if unknown is not None:
        path = unknown["path"] or ""
        raise unknown_field(unknown["name"], field_names(shape, path), where=path.lstrip("."))
    placed = _PLACED.match(text)
    if placed is None:
        raise BadRequestError(f"The {what} is wrong: {text}.")
    field = placed["path"].lstrip(".") or what
    raise BadRequestError(f"'{field}' is wrong: {_WORDS.get(placed['what'], placed['what'])}.", field=field)


def _step(shape: Any, step: str) -> Any:
    if step.startswith("["):
        inner = [argument for kind in _kinds(shape) for argument in get_args(kind) if argument is not ...]
        return inner[-1] if inner else None
    struct = _struct_of(shape)
    if struct is None:
        return None
    by_name = {field.encode_name: field.type for field in msgspec.structs.fields(struct)}
    return by_name.get(step[1:])


def _struct_of(shape: Any) -> Any:
    return next((kind for kind in _kinds(shape) if hasattr(kind, "__struct_encode_fields__")), None)


def _kinds(shape: Any) -> list[Any]:
    """Take unions and annotations apart."""
    if get_origin(shape) is Annotated:
        return _kinds(get_args(shape)[0])
    if get_origin(shape) in {Union, UnionType}:
        return [kind for part in get_args(shape) for kind in _kinds(part)]
    return [shape]
