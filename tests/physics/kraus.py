"""A noisy device by density matrices in plain numpy, one for each value of the classical bits.

Nothing here is Qiskit's or ours: Kraus operators follow from the calibration document, the schedule (as late
as possible; readout and reset take no time) is made again. Small programs only.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from tests.physics.devices import Document, confusion

Matrix = np.ndarray
_PAULIS = [np.eye(2), np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])]
_GATES: Mapping[str, Matrix] = {
    "id": np.eye(2),
    "x": _PAULIS[1],
    "sx": np.array([[1 + 1j, 1 - 1j], [1 - 1j, 1 + 1j]]) / 2,
    "cx": np.eye(4)[[0, 3, 2, 1]],
}
_RESET = [np.diag([1, 0]), np.array([[0, 1], [0, 0]])]
_INSTANT = ("rz", "measure", "reset", "barrier")


class Step(NamedTuple):
    """An operation; ``value`` is an angle, or the nanoseconds of a delay, ``bit`` what is written."""

    name: str
    qubits: tuple[int, ...]
    value: float = 0.0
    bit: int = 0


def text_of(steps: Sequence[Step], n_qubits: int, n_bits: int) -> str:
    """The same as a program."""
    lines = ['OPENQASM 3.0; include "stdgates.inc";', f"qubit[{n_qubits}] q; bit[{n_bits}] c;"]
    for name, qubits, value, bit in steps:
        names = ", ".join(f"q[{qubit}]" for qubit in qubits)
        if name == "measure":
            lines.append(f"c[{bit}] = measure {names};")
        else:
            call = {"delay": f"delay[{value!r}ns]", "rz": f"rz({value!r})"}.get(name, name)
            lines.append(f"{call} {names};")
    return "\n".join(lines)


def distribution(steps: Sequence[Step], document: Document, n_qubits: int, n_bits: int) -> dict[str, float]:
    """Probability of each key."""
    states = {(0,) * n_bits: np.diag([1.0 + 0j, *[0] * ((1 << n_qubits) - 1)])}
    free: dict[int, float] = {}
    for start, end, step in _schedule(steps, document):
        for qubit in step.qubits:
            if qubit in free and free[qubit] > start:
                waiting = _relaxing(document, qubit, free[qubit] - start)
                states = {bits: _through(rho, waiting, (qubit,)) for bits, rho in states.items()}
            if step.name != "barrier" or qubit in free:
                free[qubit] = end
        states = _after(states, step, document)
    return {"".join(map(str, reversed(bits))): float(np.trace(rho).real) for bits, rho in states.items()}


def _schedule(steps: Sequence[Step], document: Document) -> list[tuple[float, float, Step]]:
    """Start and end of each step, as times before the end of the program."""
    since: dict[int, float] = {}
    found = []
    for step in reversed(steps):
        end = max(since.get(qubit, 0.0) for qubit in step.qubits)
        start = end + _length_ns(step, document)
        since.update(dict.fromkeys(step.qubits, start))
        found.append((start, end, step))
    return found[::-1]


def _length_ns(step: Step, document: Document) -> float:
    if step.name in _INSTANT:
        return 0.0
    if step.name == "delay":
        return step.value
    entry = _entry(document, step.qubits)
    return float(entry["gate_duration"][step.name])


def _entry(document: Document, qubits: Sequence[int]) -> Any:
    if len(qubits) == 1:
        return document["qubits"][qubits[0]]
    return next(pair for pair in document["couplings"] if (pair["control"], pair["target"]) == tuple(qubits))


def _after(
    states: Mapping[tuple[int, ...], Matrix], step: Step, document: Document
) -> dict[tuple[int, ...], Matrix]:
    if step.name == "measure":
        found: dict[tuple[int, ...], Matrix] = {}
        for bits, rho in _read(states, step, document):
            found[bits] = found.get(bits, 0) + rho
        return found
    return {bits: _changed(rho, step, document) for bits, rho in states.items()}


def _read(
    states: Mapping[tuple[int, ...], Matrix], step: Step, document: Document
) -> Iterator[tuple[tuple[int, ...], Matrix]]:
    chances = confusion(document, step.qubits[0])
    for bits, rho in states.items():
        for outcome in (0, 1):
            kept = _through(rho, [np.diag([1 - outcome, outcome])], step.qubits)
            for read in (0, 1):
                yield (*bits[: step.bit], read, *bits[step.bit + 1 :]), chances[read, outcome] * kept


def _changed(rho: Matrix, step: Step, document: Document) -> Matrix:
    if step.name == "barrier":
        return rho
    if step.name == "reset":
        return _through(rho, _RESET, step.qubits)
    if step.name == "delay":
        return _through(rho, _relaxing(document, step.qubits[0], step.value), step.qubits)
    if step.name == "rz":
        half = step.value / 2
        return _through(rho, [np.diag([np.exp(-1j * half), np.exp(1j * half)])], step.qubits)
    rho = _through(rho, [_GATES[step.name]], step.qubits)
    for channel in _errors(step, document):
        rho = _through(rho, channel, step.qubits)
    return rho


def _through(rho: Matrix, channel: Sequence[Matrix], qubits: Sequence[int]) -> Matrix:
    n_qubits = len(rho).bit_length() - 1
    whole = [_embedded(operator, qubits, n_qubits) for operator in channel]
    total: Matrix = sum(operator @ rho @ operator.conj().T for operator in whole)
    return total


def _embedded(operator: Matrix, qubits: Sequence[int], n_qubits: int) -> Matrix:
    states = np.arange(1 << n_qubits)
    inside = sum((states >> qubit & 1) << place for place, qubit in enumerate(qubits))
    outside = states & ~sum(1 << qubit for qubit in qubits)
    return operator[np.ix_(inside, inside)] * (outside[:, None] == outside[None, :])


def _relaxing(document: Document, qubit: int, time_ns: float) -> list[Matrix]:
    """Amplitude damping by T1; phase flips so often that coherences decay by T2."""
    lifetime = document["qubits"][qubit]["qubit_lifetime"]
    t1_ns, t2_ns = lifetime["t1"] * 1e3, min(lifetime["t2"], 2 * lifetime["t1"]) * 1e3
    stays = math.exp(-time_ns / t1_ns)
    flips = (1 - math.exp(time_ns / (2 * t1_ns) - time_ns / t2_ns)) / 2
    damping = [np.diag([1, math.sqrt(stays)]), np.array([[0, math.sqrt(1 - stays)], [0, 0]])]
    return [math.sqrt(p) * m @ k for p, m in ((1 - flips, np.eye(2)), (flips, _PAULIS[3])) for k in damping]


def _errors(step: Step, document: Document) -> list[list[Matrix]]:
    """Relaxing, and then depolarising as far as the calibrated average gate fidelity."""
    entry, size = _entry(document, step.qubits), 2 ** len(step.qubits)
    relaxing = [np.eye(1)]
    for qubit in step.qubits:
        one = _relaxing(document, qubit, _length_ns(step, document))
        relaxing = [np.kron(high, low) for high in one for low in relaxing]
    reached = (sum(abs(np.trace(k)) ** 2 for k in relaxing) + size) / (size * (size + 1))
    if reached <= entry["fidelity"]:
        return [relaxing]
    share = (reached - entry["fidelity"]) / (reached - 1 / size)
    paulis = _PAULIS if size == 2 else [np.kron(a, b) for a in _PAULIS for b in _PAULIS]
    unchanged = math.sqrt(1 - share + share / size**2)
    return [relaxing, [unchanged * paulis[0], *(math.sqrt(share) / size * p for p in paulis[1:])]]
