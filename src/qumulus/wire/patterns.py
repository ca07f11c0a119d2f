"""Texts that must look like something, and how a person is told so."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

IDENTIFIER: Final = r"^(?!\.{1,2}$)[\w.@+-]+(?!\n)$"
EMAIL: Final = r"^[^@\s]+@[^@\s]+(?!\n)$"
BITS: Final = "^[01]+$"

_LOOKS: Final = MappingProxyType(
    {
        IDENTIFIER: "letters, digits and the signs . _ - + @",
        EMAIL: "an address such as eve@lab.org",
        BITS: "one or more of 0 and 1",
    }
)

_EMPTY: Final = re.compile(r"Expected `str` of length >= 1(?= - at|$)")


def in_words(text: str) -> str:
    """Say what msgspec says, without a regular expression or the length of nothing."""
    for pattern, looks in _LOOKS.items():
        text = text.replace(f"Expected `str` matching regex {pattern!r}", f"Expected {looks}")
    return _EMPTY.sub("it is empty", text)
