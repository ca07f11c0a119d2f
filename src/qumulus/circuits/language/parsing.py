"""From text to the reference parser's tree, guarded: that parser is slow, recursive and terse."""

from __future__ import annotations

import re
from typing import Any, Final

from qumulus.circuits.errors import ProgramError, ReadLimits, Source
from qumulus.circuits.language import version_2
from qumulus.circuits.lexer import Cursor
from qumulus.circuits.program import undeclared_version

# Refused wherever they stand, before the parser sees the program: word → what it is.
_REFUSED: Final[dict[str, str]] = {
    "cal": "pulse-level control",
    "defcal": "pulse-level control",
    "defcalgrammar": "pulse-level control",
    "extern": "a function from outside the program",
    "stretch": "a duration that hardware timing decides",
    "durationof": "a duration that hardware timing decides",
    "opaque": "a gate without a definition",
    "pragma": "an instruction to one particular compiler",
}
_SAYS_2: Final = re.compile(r"\s*OPENQASM\s+2")
_HARMLESS_ANNOTATIONS: Final = frozenset(("reversible",))
_POSSIBLE: Final = (
    "possible is all of OpenQASM 3 but pulses, `extern`, hardware timing, pragmas and unknown annotations"
)
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_POWER: Final = re.compile(r"\bpow\b(?=\s*\()")
_POWER_FUNCTION: Final = "ᵖow"
"""As long as ``pow``, which the grammar has for the modifier alone."""
_AT: Final = re.compile(r"\s*+@")
_PLACE: Final = re.compile(r"L([0-9]+):C([0-9]+)")


def parse(source: Source, limits: ReadLimits) -> Any:
    """The tree of a program of the whole language; places in it are those of the text.

    Raises:
        ProgramError: the program is wrong, too large or too deep, or uses a construct that is refused.
    """
    if len(source.text) > limits.tree_characters:
        raise ProgramError(
            "limit_exceeded",
            f"a program with classical control may have up to {limits.tree_characters:,} characters",
            hint="use loops, gates and subroutines",
        )
    if undeclared_version(source.text) != 2 and not _SAYS_2.match(source.text):
        return _parse_3(source, limits)
    try:
        return version_2.parse(source, limits)
    except ProgramError as error:
        wrong = error
    try:  # Some programs of OpenQASM 2 have a few statements of OpenQASM 3.
        return _parse_3(source, limits)
    except ProgramError as error:
        raise (wrong if error.code == "invalid_program" else error) from None


def _parse_3(source: Source, limits: ReadLimits) -> Any:
    _screen(source, limits)
    try:
        from openqasm3 import parser as reference
    except ImportError:
        raise ProgramError(
            "unsupported_instruction",
            "classical control needs the reference parser, which is not installed",
            hint="pip install 'openqasm3[parser]'",
        ) from None
    try:
        return _parse(reference, source.text)
    except (reference.QASM3ParsingError, reference.ParseCancellationException) as error:
        raise _syntax_error(error) from None
    except RecursionError:
        raise ProgramError("limit_exceeded", "an expression or a block is nested too deeply") from None
    except (ValueError, AttributeError, TypeError, KeyError, IndexError, OverflowError):
        # The visitor stumbles over some numbers and over some forms that the grammar alone allows.
        raise ProgramError("invalid_program", "the program cannot be read: it breaks the grammar") from None


def _parse(reference: Any, text: str) -> Any:
    """``openqasm3.parse``, which would also write to the standard error stream."""

    class Raising(reference.ErrorListener):  # type: ignore[misc] # imported when needed only
        def syntaxError(self, *where: Any) -> None:  # noqa: N802 # the name that ANTLR calls
            _, _, line, column, message, _ = where
            raise reference.QASM3ParsingError(f"L{line}:C{column}: {message}")

    class Visitor(reference.QASMNodeVisitor):  # type: ignore[misc] # likewise
        def visitCallExpression(self, context: Any) -> Any:  # noqa: N802 # likewise
            call = super().visitCallExpression(context)
            name = getattr(call, "name", None)  # A `sizeof` has none.
            if name is not None and name.name == _POWER_FUNCTION:
                name.name = "pow"
            return call

    lexer = reference.qasm3Lexer(reference.InputStream(_with_power_functions(text)))
    parser = reference.qasm3Parser(reference.CommonTokenStream(lexer))
    parser._errHandler = reference.BailErrorStrategy()  # noqa: SLF001 # as openqasm3 itself does
    for recognizer in (lexer, parser):
        recognizer.removeErrorListeners()
    lexer.addErrorListener(Raising())
    return Visitor().visitProgram(parser.program())


def _with_power_functions(text: str) -> str:
    """The text in which ``pow(a, b)`` has another name where it is no modifier."""

    def named(found: re.Match[str]) -> str:
        depth, end = 0, found.end()
        for end in range(found.end(), len(text)):
            depth += (text[end] in _OPENING) - (text[end] in _CLOSING)
            if depth <= 0 and text[end] in _CLOSING:
                break
        return "pow" if _AT.match(text, end + 1) else _POWER_FUNCTION

    return _POWER.sub(named, text)


def _screen(source: Source, limits: ReadLimits) -> None:
    """Look at every token once: refuse by name what cannot be done, and too deep nesting."""
    cursor, depth = Cursor(source, 0), 0
    while cursor.kind != "end":
        if cursor.kind == "operator":
            depth += (cursor.text in _OPENING) - (cursor.text in _CLOSING)
            if depth > limits.nesting:
                raise source.exceeded(
                    cursor.start, f"the program is nested deeper than {limits.nesting} levels"
                )
            if cursor.text in "@#":
                _screen_directive(source, cursor)
        elif cursor.kind == "name" and cursor.text in _REFUSED:
            what = _REFUSED[cursor.text]
            raise source.unsupported(
                cursor.start, f"`{cursor.text}` ({what}) is not supported here", _POSSIBLE
            )
        elif cursor.unit is not None and cursor.unit.strip() == "dt":
            raise source.unsupported(
                cursor.start,
                "a duration in `dt` depends on the device's sample time",
                "write it in ns, us, ms or s",
            )
        cursor.advance()


def _screen_directive(source: Source, cursor: Cursor) -> None:
    """An annotation at the start of a line; a modifier's ``@`` and ``#dim`` stand elsewhere."""
    start = cursor.start
    line_start = source.text.rfind("\n", 0, start) + 1
    if source.text[line_start:start].strip():
        return
    name = re.match(r"[\w.]*", source.text[start + 1 :])
    word = name.group() if name else ""
    if cursor.text == "#" or word not in _HARMLESS_ANNOTATIONS:
        kind = "pragma" if cursor.text == "#" else "annotation"
        raise source.unsupported(
            start, f"the {kind} `{cursor.text}{word[:40]}` is not supported here", "remove the line"
        )


def _syntax_error(error: Exception) -> ProgramError:
    """The parser's error at the token that it names, if it names one."""
    found = _PLACE.search(str(error))
    if found is not None:
        line, column = int(found[1]), int(found[2]) + 1
        return ProgramError("invalid_program", _at_token(None, str(error)), line=line, column=column)
    cause: Any = error
    while cause is not None:
        token = getattr(cause, "offendingToken", None)
        if token is not None:
            message = _at_token(token.text)
            return ProgramError("invalid_program", message, line=token.line, column=token.column + 1)
        cause = cause.__cause__ or (cause.args[0] if cause.args and _is_error(cause.args[0]) else None)
    return ProgramError("invalid_program", "the program breaks the grammar of OpenQASM 3")


def _is_error(value: object) -> bool:
    return isinstance(value, BaseException)


def _at_token(text: str | None, message: str = "") -> str:
    if text is None:
        return message.partition(": ")[2][:200] or "the program breaks the grammar of OpenQASM 3"
    if text == "<EOF>":
        return "the program ends in the middle of a statement"
    return f"`{text[:40]}` is not expected here"
