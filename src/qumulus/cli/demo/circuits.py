"""The circuits of the demo."""

from __future__ import annotations

from typing import Final

BERNSTEIN_VAZIRANI: Final = """\
OPENQASM 3;
include "stdgates.inc";
// Finds the hidden bit string 1011 with one call of the oracle.
qubit[4] q;
qubit ancilla;
bit[4] c;
x ancilla;
h ancilla;
h q;
cx q[0], ancilla;
cx q[1], ancilla;
cx q[3], ancilla;
h q;
c = measure q;
"""

GHZ: Final = """\
OPENQASM 3;
include "stdgates.inc";
qubit[5] q;
bit[5] c;
h q[0];
cx q[0], q[1];
cx q[1], q[2];
cx q[2], q[3];
cx q[3], q[4];
c = measure q;
"""


def _layers(n_qubits: int, gates: list[str], layers: int) -> str:
    """Layers of gates and a ring of CNOTs, then a measurement of all."""
    layer = [*gates, *(f"cx q[{k}], q[{(k + 1) % n_qubits}];" for k in range(n_qubits))]
    head = ["OPENQASM 3;", 'include "stdgates.inc";', f"qubit[{n_qubits}] q;", f"bit[{n_qubits}] c;"]
    return "\n".join([*head, *layer * layers, "c = measure q;", ""])


TOO_WIDE: Final = _layers(40, ["h q;", "t q;"], 20)
"""Neither Clifford nor little entangled, so it needs all 2^40 amplitudes: 16 TiB."""


def long_running(n_qubits: int = 23, layers: int = 400) -> str:
    """Layers of rotations and a ring of CNOTs: minutes of work for a state vector."""
    return _layers(n_qubits, ["ry(0.3) q;", "rz(0.7) q;"], layers)
