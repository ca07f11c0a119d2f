"""Texts for people."""

from __future__ import annotations

from typing import Final

LONGEST: Final = 4000


def within(text: str, longest: int = LONGEST) -> str:
    """Take the middle out of a text that is too long to be read, as of one that repeats its reader's own."""
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]} … {text[-half:]}"
