"""The table of engines with what each costs, and the contest between them for a circuit."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Final

from qumulus.execution.failures import UnsupportedInstructionError
from qumulus.execution.settings import Method
from qumulus.provider.engines.choice import AMPLITUDE_BYTES, CUMULATIVE_BYTES, Choice, EngineName, aer_memory
from qumulus.provider.engines.compact import CompactCircuit
from qumulus.provider.engines.resources import PARALLEL_QUBITS, RESOURCES, Costs
from qumulus.provider.engines.workload import Workload, mps_bytes

SECOND_THREAD: Final = 0.8
"""What each further thread adds."""
DRAWN_PASSES: Final = 8
"""Drawing from a state takes as long as so many gates, on one thread."""
SHOT_S: Final = 0.3e-6
MPS_DRAW_S: Final = 0.2e-6
"""For each shot and qubit of a chain of neighbours."""
MPS_SHOT_S: Final = 2.2e-6
"""The same of other matrix product states, which go through Aer for each shot."""

Takes = Callable[[Workload], bool]
Seconds = Callable[[Workload, Costs, int], float]
Bytes = Callable[[Workload], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A simulator: ``module`` has ``VERSIONS`` and ``sample(choice, *, shots, seed)``.

    ``seconds`` is for all shots, by the costs and the threads given; ``is_automatic``: it may be chosen
    for a job that asks for no method.
    """

    name: str
    method: Method
    module: str | None = None
    needs_resident: bool
    takes: Takes
    seconds: Seconds
    memory_bytes: Bytes
    is_automatic: bool = True


def winner(
    circuit: CompactCircuit,
    method: Method,
    *,
    shots: int,
    memory_bytes: int | None,
    only: str | None = None,
) -> Choice:
    """The fastest engine of those that take the circuit and fit, or if none fits, the least needy."""
    work = Workload(circuit=circuit, shots=shots)
    resources = RESOURCES.get()
    threads = resources.threads or os.cpu_count() or 1
    rivals = [
        engine
        for engine in (*ENGINES, *map(load_engine, resources.engines))
        if (engine.is_automatic if method is Method.AUTO else engine.method is method) and engine.takes(work)
    ]
    if not rivals:
        raise UnsupportedInstructionError(
            f"The method {method} cannot simulate this program: leave simulator_info.method out."
        )
    if only is not None:
        rivals = [engine for engine in rivals if engine.name in only.split("+")] or rivals
    needs = [(engine.memory_bytes(work), engine) for engine in rivals]
    fitting = [(need, engine) for need, engine in needs if memory_bytes is None or need <= memory_bytes]
    times = [(engine.seconds(work, resources.costs, threads), need, engine) for need, engine in fitting]
    if times:
        predicted_s, need, best = min(times, key=lambda timed: timed[0])
    else:
        need, best = min(needs, key=lambda needed: needed[0])
        predicted_s = 0.0
    return Choice(
        engine=best.name,
        method=best.method,
        circuit=circuit,
        memory_bytes=need,
        predicted_s=predicted_s,
        module=best.module,
        needs_resident=best.needs_resident,
    )


@cache
def load_engine(path: str) -> Engine:
    """An engine of another package, by ``module:attribute``."""
    module, _, name = path.partition(":")
    engine: Engine = getattr(import_module(module), name)
    return engine


def _speed(work: Workload, threads: int) -> float:
    return 1.0 if work.n_qubits < PARALLEL_QUBITS else 1.0 + SECOND_THREAD * (threads - 1)


def _amplitudes(n_qubits: int) -> float:
    return 2.0**n_qubits


def _qulacs_s(work: Workload, costs: Costs, threads: int) -> float:
    if _is_for_stim(work):
        return work.n_gates * costs.qulacs_amplitude_s * _amplitudes(work.n_qubits)
    amplitudes = sum(group.amplitudes for group in work.groups) / _speed(work, threads)
    drawn = sum(DRAWN_PASSES << len(group.qubits) for group in work.groups)
    once_s = work.n_gates * costs.qulacs_gate_s + work.shots * SHOT_S
    return once_s + costs.qulacs_amplitude_s * (amplitudes + drawn)


def _is_for_stim(work: Workload) -> bool:
    """It is not worth a closer look."""
    return work.is_clifford and work.n_qubits > PARALLEL_QUBITS


def _qulacs_bytes(work: Workload) -> int:
    """All states, and what is drawn from beside one."""
    if _is_for_stim(work):
        return (AMPLITUDE_BYTES + CUMULATIVE_BYTES) << work.n_qubits
    sizes = [1 << len(group.qubits) for group in work.groups]
    return AMPLITUDE_BYTES * sum(sizes) + CUMULATIVE_BYTES * max(sizes, default=1)


def _stim_s(work: Workload, costs: Costs, threads: int) -> float:  # noqa: ARG001
    measured = len(work.circuit.wiring or ()) or work.n_gates
    return costs.stim_start_s + work.n_gates * costs.stim_gate_s + work.shots * (SHOT_S + 1e-8 * measured)


def _aer_s(work: Workload, costs: Costs, threads: int, *, n_bits: int, runs: int) -> float:
    amplitudes_s = costs.aer_amplitude_s * _amplitudes(n_bits) / _speed(work, threads)
    once_s = work.n_gates * costs.aer_gate_s
    return costs.aer_start_s + once_s + runs * work.n_gates * amplitudes_s + work.shots * SHOT_S


def _aer_vector_s(work: Workload, costs: Costs, threads: int) -> float:
    runs = 1 if work.ends_in_measurements else work.shots
    return _aer_s(work, costs, threads, n_bits=work.n_qubits, runs=runs)


def _aer_density_s(work: Workload, costs: Costs, threads: int) -> float:
    runs = work.shots if work.measures_midway else 1
    return _aer_s(work, costs, threads, n_bits=2 * work.n_qubits, runs=runs)


def _mps_s(work: Workload, costs: Costs, threads: int) -> float:  # noqa: ARG001
    bonds = work.bonds
    if bonds is None:
        return float("inf")
    steps_s = (work.n_gates + bonds.n_steps) * costs.mps_gate_s + bonds.cubes * costs.mps_cube_s
    widest = 4.0 ** max(bonds.bits, default=0)
    shot_s = MPS_DRAW_S if work.is_chain and work.ends_in_measurements else MPS_SHOT_S
    shots_s = work.shots * work.n_qubits * (shot_s + widest * costs.mps_cube_s)
    return costs.aer_start_s + steps_s * (1 if work.ends_in_measurements else work.shots) + shots_s


def _mps_bytes(work: Workload) -> int:
    """Where the bonds grow too far to be followed, as much as any state of these qubits may take."""
    n_qubits = work.n_qubits
    most = [min(cut, n_qubits - cut) for cut in range(1, n_qubits)]
    return mps_bytes(most if work.bonds is None else work.bonds.bits)


def _always(_: Workload) -> bool:
    return True


def _vector_bytes(work: Workload) -> int:
    return aer_memory(work.n_qubits, Method.STATEVECTOR)


ENGINES: Final = (
    Engine(
        name=EngineName.QULACS,
        method=Method.STATEVECTOR,
        needs_resident=False,
        takes=lambda work: work.ends_in_measurements,
        seconds=_qulacs_s,
        memory_bytes=_qulacs_bytes,
    ),
    Engine(
        name=EngineName.STIM,
        method=Method.STABILIZER,
        needs_resident=False,
        takes=lambda work: work.is_clifford,
        seconds=_stim_s,
        memory_bytes=lambda work: work.n_qubits**2 // 2,
    ),
    Engine(
        name=EngineName.AER,
        method=Method.STATEVECTOR,
        needs_resident=True,
        takes=_always,
        seconds=_aer_vector_s,
        memory_bytes=_vector_bytes,
    ),
    Engine(
        name=EngineName.AER,
        method=Method.DENSITY_MATRIX,
        needs_resident=True,
        takes=_always,
        seconds=_aer_density_s,
        memory_bytes=lambda work: aer_memory(work.n_qubits, Method.DENSITY_MATRIX),
    ),
    Engine(
        name=EngineName.AER,
        method=Method.MATRIX_PRODUCT_STATE,
        needs_resident=True,
        takes=_always,
        seconds=_mps_s,
        memory_bytes=_mps_bytes,
    ),
)
"""A new engine is a line here, and a module with ``sample``."""
