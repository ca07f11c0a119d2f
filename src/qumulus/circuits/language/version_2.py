"""OpenQASM 2 into the tree of OpenQASM 3, which the interpreter walks through.

The reference parser reads OpenQASM 3 alone: to it names that are its words, ``^`` and ``opaque`` are strange.
"""

from __future__ import annotations

import re
from typing import Any, Final

from qumulus.circuits.errors import ReadLimits, Source
from qumulus.circuits.expressions import ExpressionReader, read_number
from qumulus.circuits.lexer import Cursor
from qumulus.circuits.program import WORDS_OF_3_ALONE

_VERSION: Final = re.compile(r"2(?:\.[0-9]*)?")


def parse(source: Source, limits: ReadLimits) -> Any:
    """The tree of an OpenQASM 2 program.

    Raises:
        ProgramError: at the first token that the grammar of OpenQASM 2 does not have there.
    """
    from openqasm3 import ast

    return _Parser(ast, source, limits).program()


class _Parser:
    def __init__(self, ast: Any, source: Source, limits: ReadLimits) -> None:
        self._ast = ast
        self._source = source
        self._cursor = Cursor(source, 0)
        self._expressions = ExpressionReader(version=2, nesting=limits.nesting, constants={})
        self._defined: set[str] = set()
        """Names of gates, for any word of OpenQASM 3 may be one."""

    def program(self) -> Any:
        statements: list[Any] = []
        version = None
        if self._cursor.accept("OPENQASM"):
            version = self._cursor.text
            if not _VERSION.fullmatch(version) or self._cursor.unit is not None:
                raise self._cursor.unexpected("a version such as 2.0")
            self._cursor.advance()
            self._cursor.expect(";")
        while self._cursor.kind != "end":
            if not self._cursor.accept(";"):
                statements.append(self._statement())
        return self._ast.Program(statements, version)

    def _here(self) -> Any:
        """The place of the token at the cursor; cheap where it is asked for from left to right."""
        line, column = self._source.place(self._cursor.start)
        return self._ast.Span(line, column - 1, line, column - 1)

    def _at(self, node: Any, span: Any) -> Any:
        """The node, placed in the text."""
        node.span = span
        return node

    def _statement(self) -> Any:
        start, word = self._here(), self._cursor.text
        if word in ("gate", "opaque"):
            return self._definition(start, end="}" if word == "gate" else ";")
        if word == "include":
            self._cursor.advance()
            if self._cursor.kind != "string":
                raise self._cursor.unexpected("the name of a file in quotes")
            node = self._ast.Include(self._cursor.text[1:-1])
            self._cursor.advance()
        elif word in ("qreg", "creg"):
            node = self._register(word)
        elif word == "if":
            node = self._branch()
        else:
            return self._operation()
        self._cursor.expect(";")
        return self._at(node, start)

    def _definition(self, start: Any, *, end: str) -> Any:
        """Step over it: it is read from the text, by its place."""
        self._cursor.advance()
        self._defined.add(self._cursor.text)
        while self._cursor.text != end and self._cursor.kind != "end":
            self._cursor.advance()
        self._cursor.expect(end)
        return self._at(self._ast.QuantumGateDefinition(self._ast.Identifier(""), [], [], []), start)

    def _register(self, word: str) -> Any:
        self._cursor.advance()
        name = self._name()
        self._cursor.expect("[")
        size = self._integer()
        self._cursor.expect("]")
        if word == "qreg":
            return self._ast.QubitDeclaration(name, size)
        return self._ast.ClassicalDeclaration(self._ast.BitType(size), name, None)

    def _branch(self) -> Any:
        """``if (c == 3)`` and one operation, up to its semicolon."""
        self._cursor.advance()
        self._cursor.expect("(")
        start, name = self._here(), self._name()
        self._cursor.expect("==")
        condition = self._ast.BinaryExpression(self._ast.BinaryOperator["=="], name, self._integer())
        self._cursor.expect(")")
        return self._ast.BranchingStatement(self._at(condition, start), [self._operation(is_last=False)], [])

    def _operation(self, *, is_last: bool = True) -> Any:
        """A measurement, a reset, a barrier or a gate call; with ``is_last`` its semicolon too."""
        start, cursor = self._here(), self._cursor
        if cursor.accept("measure"):
            measured = self._at(self._ast.QuantumMeasurement(self._operand()), start)
            cursor.expect("->")
            node = self._ast.QuantumMeasurementStatement(measured, self._operand())
        elif cursor.accept("reset"):
            node = self._ast.QuantumReset(self._operand())
        elif cursor.accept("barrier"):
            node = self._ast.QuantumBarrier(self._operands())
        elif cursor.text in WORDS_OF_3_ALONE and cursor.text not in self._defined:
            raise cursor.unexpected("a gate")
        else:
            name = self._name()
            node = self._ast.QuantumGate([], name, self._parameters(), self._operands())
        if is_last:
            cursor.expect(";")
        return self._at(node, start)

    def _parameters(self) -> list[Any]:
        """The parameters of a call are constants in OpenQASM 2."""
        found: list[Any] = []
        if not self._cursor.accept("("):
            return found
        while self._cursor.text != ")":
            start = self._here()
            value = float(self._expressions.read_value(self._cursor))
            found.append(self._at(self._ast.FloatLiteral(value), start))
            if not self._cursor.accept(","):
                break
        self._cursor.expect(")")
        return found

    def _operands(self) -> list[Any]:
        found = [self._operand()]
        while self._cursor.accept(","):
            found.append(self._operand())
        return found

    def _operand(self) -> Any:
        start, name = self._here(), self._name()
        if not self._cursor.accept("["):
            return name
        index = self._integer()
        self._cursor.expect("]")
        return self._at(self._ast.IndexedIdentifier(name, [[index]]), start)

    def _name(self) -> Any:
        start = self._here()
        return self._at(self._ast.Identifier(self._cursor.expect_name("a name")), start)

    def _integer(self) -> Any:
        start, text = self._here(), self._cursor.text
        if self._cursor.kind != "number" or not text.isdigit():
            raise self._cursor.unexpected("a whole number")
        return self._at(self._ast.IntegerLiteral(read_number(self._cursor)), start)
