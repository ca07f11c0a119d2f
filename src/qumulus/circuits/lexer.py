"""Tokens of OpenQASM 2 and 3, read one at a time so that no list of them is ever built."""

from __future__ import annotations

import re

from qumulus.circuits.errors import ProgramError, Source

_NUMBER = r"(?:[0-9][0-9_]*+)?\.[0-9][0-9_]*+(?:[eE][+-]?[0-9]++)?|[0-9][0-9_]*+\.?(?:[eE][+-]?[0-9]++)?"
_TOKEN = re.compile(
    rf"""[ \t\r\n\f\v]*+(?:
      (?P<number>0[xX][0-9a-fA-F_]++|0[bB][01_]++|0[oO][0-7_]++|{_NUMBER})
        (?P<unit>[ ]?(?:dt|ns|us|µs|μs|ms|s|im)\b)?
    | (?P<name>[^\W\d]\w*+)
    | (?P<physical>\$[0-9]++)
    | (?P<string>"[^"\n]*+"|'[^'\n]*+')
    | (?P<operator>\*\*|->|\+\+|<<|>>|==|!=|<=|>=|&&|\|\||[-+*/%^()\[\]{{}},;:@=<>!~&|.\#])
    | (?P<end>\Z)
    | (?P<bad>.)
    )""",
    re.VERBOSE | re.DOTALL,
)
_COMMENT = re.compile(r'"[^"\n]*+"|//[^\n]*+|/\*.*?\*/|/\*', re.DOTALL)
_NOT_NEWLINE = re.compile(r"[^\n]")


def blank_comments(text: str) -> str:
    """Replace comments by spaces, so that every other character keeps its place."""
    if "//" not in text and "/*" not in text:
        return text

    def blank(match: re.Match[str]) -> str:
        found = match.group()
        if found == "/*":
            raise Source(text).invalid(match.start(), "this comment is never closed", "close it with `*/`")
        if found[0] == '"':
            return found
        return _NOT_NEWLINE.sub(" ", found) if "\n" in found else " " * len(found)

    return _COMMENT.sub(blank, text)


class Cursor:
    """Stands on one token of a source; ``kind`` is the name of a group of the token pattern."""

    def __init__(self, source: Source, offset: int) -> None:
        self.source = source
        self._text = source.text
        self.kind, self.text = "end", ""
        self.start = self.end = offset
        self.unit: str | None = None
        self.advance()

    def advance(self) -> None:
        """Go to the next token; ``unit`` is set on a number that carries one."""
        match = _TOKEN.match(self._text, self.end)
        assert match is not None  # the pattern takes any character, and the end
        kind, self.unit, self.end = match.lastgroup or "end", None, match.end()
        if kind == "unit":
            kind, self.unit = "number", match["unit"]
        self.kind, self.text, self.start = kind, match[kind], match.start(kind)
        if kind == "bad":
            hint = "a string is not closed on this line" if self.text in "\"'" else None
            raise self.source.invalid(self.start, f"unexpected character {self.text!r}", hint)

    def accept(self, text: str) -> bool:
        """Step over the token if it reads ``text``."""
        if self.text != text or self.kind not in ("operator", "name"):
            return False
        self.advance()
        return True

    def expect(self, text: str) -> None:
        """Step over a token that must read ``text``."""
        if not self.accept(text):
            raise self.unexpected(f"`{text}`")

    def expect_name(self, what: str) -> str:
        """Step over a name and return it."""
        if self.kind != "name":
            raise self.unexpected(what)
        name = self.text
        self.advance()
        return name

    def unexpected(self, wanted: str) -> ProgramError:
        """The error that this token is not what the language wants here."""
        found = "the end of the program" if self.kind == "end" else f"`{self.text[:40]}`"
        return self.source.invalid(self.start, f"expected {wanted}, found {found}")
