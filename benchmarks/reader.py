"""Parse times of straight-line programs, against Qiskit's OpenQASM 3 importer."""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable

from qumulus.circuits import read_program

SIZES = (10, 1_000, 20_000)


def program(n_gates: int, *, n_qubits: int = 20) -> str:
    """Clifford gates, rotations by fractions of π and by arbitrary angles, then a measurement."""
    rng = random.Random(n_gates)
    lines = ["OPENQASM 3.0;", 'include "stdgates.inc";', f"qubit[{n_qubits}] q;", f"bit[{n_qubits}] c;"]
    for _ in range(n_gates):
        a, b = rng.sample(range(n_qubits), 2)
        gates = (
            f"h q[{a}];",
            f"cx q[{a}], q[{b}];",
            f"rz({rng.uniform(-4, 4)}) q[{a}];",
            f"rx(pi/{rng.randint(1, 9)}) q[{a}];",
        )
        lines.append(rng.choice(gates))
    return "\n".join([*lines, "c = measure q;", ""])


def best_of(read: Callable[[str], object], source: str, *, budget_s: float = 2.0) -> float:
    """Shortest of as many runs as fit in the budget, in seconds of processor time."""
    times: list[float] = []
    while not times or (sum(times) < budget_s and len(times) < 5_000):
        start = time.process_time()
        read(source)
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of gates")
    sizes = parser.parse_args().sizes
    import qiskit.qasm3

    print(f"{'gates':>8} {'qumulus ms':>11} {'qiskit ms':>11} {'ratio':>7}")
    for n_gates in sizes:
        source = program(n_gates)
        ours, theirs = best_of(read_program, source), best_of(qiskit.qasm3.loads, source)
        print(f"{n_gates:8d} {ours * 1e3:11.3f} {theirs * 1e3:11.2f} {theirs / ours:7.0f}")


if __name__ == "__main__":
    main()
