"""Circuits: OpenQASM in, a flat representation, OpenQASM out. Pure, and capped."""

from qumulus.circuits.dynamic import (
    BinomialSource,
    BranchingState,
    DynamicProgram,
    OutcomeTree,
    QuantumBackend,
)
from qumulus.circuits.errors import ProgramError, ReadLimits
from qumulus.circuits.gates import GATES, Gate, Matrix, is_clifford, matrix
from qumulus.circuits.ir import Circuit, Operation, Register
from qumulus.circuits.reader import read_program
from qumulus.circuits.whole import (
    ParametricProgram,
    WholeLanguageNeeded,
    read_any,
    read_parametric,
    read_quickly,
)
from qumulus.circuits.writer import write_openqasm3

__all__ = [
    "GATES",
    "BinomialSource",
    "BranchingState",
    "Circuit",
    "DynamicProgram",
    "Gate",
    "Matrix",
    "Operation",
    "OutcomeTree",
    "ParametricProgram",
    "ProgramError",
    "QuantumBackend",
    "ReadLimits",
    "Register",
    "WholeLanguageNeeded",
    "is_clifford",
    "matrix",
    "read_any",
    "read_parametric",
    "read_program",
    "read_quickly",
    "write_openqasm3",
]
