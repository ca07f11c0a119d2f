"""Every row of the table of supported OpenQASM is a program that does what the row says."""

from __future__ import annotations

import pytest

from qumulus.circuits import Circuit, DynamicProgram, ProgramError, read_any
from tests.meta.documents import ROOT, table

PAGE = ROOT / "docs" / "explanation" / "openqasm.md"
ROWS = {row["construct"]: row for row in table(PAGE.read_text())}


def source_of(program: str) -> str:
    bits = "" if "bit[2] c;" in program else " bit[3] c;"
    qubits = "" if "$" in program else " qubit[3] q;"
    return f'OPENQASM 3.0; include "stdgates.inc";{qubits}{bits} {program}'


@pytest.mark.parametrize("construct", ROWS)
def test_the_row_is_true(construct: str) -> None:
    row = ROWS[construct]
    source = source_of(row["program"])
    if row["runs"].startswith("refused: "):
        with pytest.raises(ProgramError) as caught:
            read_any(source)
        assert row["runs"].removeprefix("refused: ") in str(caught.value)
        assert caught.value.line
        return
    assert type(read_any(source)) is {"everywhere": Circuit, "simulators": DynamicProgram}[row["runs"]]
