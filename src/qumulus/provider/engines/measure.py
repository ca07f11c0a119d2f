"""Measuring what the engines cost on this machine; takes about a second, and needs Qiskit."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from qumulus.circuits import Circuit, Operation
from qumulus.execution.settings import Method
from qumulus.provider.engines import aer_engine, qulacs_engine, stim_engine
from qumulus.provider.engines.choice import Choice, EngineName
from qumulus.provider.engines.compact import compact
from qumulus.provider.engines.contest import DRAWN_PASSES
from qumulus.provider.engines.groups import follow_groups
from qumulus.provider.engines.resources import RESOURCES, Costs, Resources

SMALL: Final = 4
LARGE: Final = 17
LAYERS: Final = 4
CLIFFORD: Final = 40
_TIMES: Final = 3
_LEAST: Final = 1e-11


def measure_costs() -> Costs:
    """One thread's seconds, each the best of several tries; of processor time, as qulacs may use several."""
    token = RESOURCES.set(Resources(threads=1))
    try:
        qulacs_s = [_seconds(EngineName.QULACS, qulacs_engine.sample, width) for width in (SMALL, LARGE)]
        aer_s = [_seconds(EngineName.AER, aer_engine.sample, width) for width in (SMALL, LARGE)]
        stim_s = _seconds(EngineName.STIM, stim_engine.sample, CLIFFORD)
        empty_s = _seconds(EngineName.AER, aer_engine.sample, 1)
    finally:
        RESOURCES.reset(token)
    defaults = Costs()
    small, large = _n_gates(SMALL), _n_gates(LARGE)
    return Costs(
        qulacs_gate_s=qulacs_s[0] / small,
        qulacs_amplitude_s=max(_LEAST, (qulacs_s[1] - qulacs_s[0] * large / small) / _n_amplitudes(LARGE)),
        aer_start_s=empty_s,
        aer_gate_s=max(_LEAST, aer_s[0] - empty_s) / small,
        aer_amplitude_s=max(_LEAST, (aer_s[1] - aer_s[0]) / (large << LARGE)),
        stim_start_s=defaults.stim_start_s,
        stim_gate_s=stim_s / _n_gates(CLIFFORD),
    )


def _n_amplitudes(width: int) -> int:
    """What qulacs computes, and draws from."""
    groups = follow_groups(width, _layers(EngineName.QULACS, width).circuit.operations)
    return sum(group.amplitudes + (DRAWN_PASSES << len(group.qubits)) for group in groups)


def _n_gates(width: int) -> int:
    return LAYERS * (3 * width - 1)


def _seconds(engine: EngineName, sample: Callable[..., object], width: int) -> float:
    choice = _layers(engine, width)
    took = []
    for _ in range(_TIMES):
        start = time.process_time()
        sample(choice, shots=1, seed=1)
        took.append(time.process_time() - start)
    return min(took)


def _layers(engine: EngineName, width: int) -> Choice:
    """Turns of each qubit and couplings of neighbours; Clifford gates for stim."""
    is_clifford = engine is EngineName.STIM
    operations: list[Operation] = []
    for layer in range(LAYERS):
        for qubit in range(width):
            angle = (0.1 + layer + 0.3 * qubit,)
            turns = (("h", ()), ("s", ())) if is_clifford else (("rx", angle), ("rz", angle))
            operations += [Operation(name, (qubit,), params) for name, params in turns]
        operations += [Operation("cx", (qubit, qubit + 1)) for qubit in range(width - 1)]
    # All of them: Aer leaves out what no measurement depends on.
    operations += [Operation("measure", (qubit,), clbits=(qubit,)) for qubit in range(width)]
    circuit = Circuit(n_qubits=width, n_clbits=width, operations=tuple(operations))
    method = Method.STABILIZER if is_clifford else Method.STATEVECTOR
    return Choice(engine=engine, method=method, circuit=compact(circuit, noisy=False), memory_bytes=0)
