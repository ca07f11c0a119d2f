"""Circuits: OpenQASM in, a flat representation, OpenQASM out. Pure, and capped."""

from qumulus.circuits.errors import ProgramError, ReadLimits
from qumulus.circuits.gates import GATES, Gate, Matrix, is_clifford, matrix
from qumulus.circuits.ir import Circuit, Operation, Register
from qumulus.circuits.reader import read_program
from qumulus.circuits.writer import write_openqasm3

__all__ = [
    "GATES",
    "Circuit",
    "Gate",
    "Matrix",
    "Operation",
    "ProgramError",
    "ReadLimits",
    "Register",
    "is_clifford",
    "matrix",
    "read_program",
    "write_openqasm3",
]
