"""What a job costs in the Provider's processes, against the bare engines; everything in ratios of one run."""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections import Counter
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import numpy as np
import qulacs
from qiskit import QuantumCircuit
from qiskit_aer import AerSimulator
from qulacs import gate as gates

from benchmarks.cloud import BELL
from benchmarks.table import Figure
from qumulus.circuits import Circuit, read_program
from qumulus.provider.child import FORKED_PRELOAD
from qumulus.provider.engines.resources import Resources
from qumulus.provider.lane import Lane
from qumulus.provider.messages import Finished, JobTask, Redirect, decode_child_message, encode
from qumulus.provider.rehearsal import rehearsal_task
from qumulus.provider.serve import TARGET
from qumulus.sandbox import ForkedSandbox, Limits, ResidentSandbox, Sandbox

FREE: Final = Limits(memory_bytes=None, wall_s=120.0)
HEAD: Final = 'OPENQASM 3; include "stdgates.inc"; qubit[{n}] q; bit[{n}] c; {body} c = measure q;'
SHOTS: Final = 1000
BATCH: Final = 300
SPARE_S: Final = 6.0
"""The next spare has loaded Qiskit by then."""


@dataclass(frozen=True)
class Boxes:
    """The sandboxes as a Provider has them."""

    forked: Sandbox
    resident: Sandbox
    lane: Lane


@asynccontextmanager
async def _boxes() -> Any:
    rehearsals = [encode(rehearsal_task("SVSim", "statevector", {}))]
    forked = ForkedSandbox(TARGET, FORKED_PRELOAD, rehearsals=rehearsals, standby=1)
    resident = ResidentSandbox(TARGET, workers=1, spares=1)
    try:
        await asyncio.gather(forked.start(), resident.start())
        lane = Lane(forked)
        yield Boxes(forked, resident, lane)
        await lane.close()
    finally:
        await asyncio.gather(forked.close(), resident.close())


def _task(code: str, device: str = "SVSim", *, threads: int = 0, engine: str | None = None) -> bytes:
    driver = {"SVSim": "statevector", "SC": "superconducting"}[device]
    return encode(
        JobTask(
            job_id="bench",
            attempt=1,
            device_id=device,
            job_type="sampling",
            shots=SHOTS,
            form="text",
            job_info={"code": code},
            transpiler_info=None,
            simulator_info={"seed_simulation": 7, "engine": engine},
            mitigation_info={},
            driver=driver,
            options={},
            wait_for_go=False,
            resources=Resources(threads=threads),
        )
    )


async def _run(box: Sandbox, task: bytes) -> Redirect | Finished:
    execution = await box.run(task, FREE)
    while (raw := await execution.receive()) is not None:
        message = decode_child_message(raw)
        if isinstance(message, Redirect | Finished):
            return message
    raise AssertionError(await execution.ended())


async def _whole(boxes: Boxes, task: bytes) -> float:
    """Seconds of a job on SVSim, as a run does it."""
    start = time.perf_counter()
    answer = await boxes.lane.run(task)
    end = None if answer is None else answer.messages[-1]
    if not isinstance(end, Finished) and isinstance(await _run(boxes.forked, task), Redirect):
        await _run(boxes.resident, task)
    return time.perf_counter() - start


async def _settled() -> None:
    """The next child that stands by has been forked, as between two jobs of a person."""
    await asyncio.sleep(0.05)


# --- bare engines ---------------------------------------------------------------------------------


def _timed(call: Callable[[], object], times: int) -> float:
    call()
    took = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        took.append(time.perf_counter() - start)
    return median(took)


def _bell() -> Counter[int]:
    state = qulacs.QuantumState(2)
    gates.H(0).update_quantum_state(state)
    gates.CNOT(0, 1).update_quantum_state(state)
    return Counter(state.sampling(SHOTS, 7))


def _bare_qulacs(circuit: Circuit) -> Callable[[], object]:
    made: dict[str, Callable[..., Any]] = {"rx": gates.RotX, "rz": gates.RotZ, "h": gates.H, "cx": gates.CNOT}

    def run() -> Counter[int]:
        state = qulacs.QuantumState(circuit.n_qubits)
        for operation in circuit.operations:
            if operation.name != "measure":
                made[operation.name](*operation.qubits, *operation.params).update_quantum_state(state)
        return Counter(state.sampling(SHOTS, 7))

    return run


def _bare_aer(circuit: Circuit) -> Callable[[], object]:
    built = QuantumCircuit(circuit.n_qubits, circuit.n_qubits)
    for operation in circuit.operations:
        if operation.name != "measure":
            getattr(built, operation.name)(*operation.params, *operation.qubits)
    built.measure(range(circuit.n_qubits), range(circuit.n_qubits))
    simulator = AerSimulator(method="statevector")
    return lambda: simulator.run(built, shots=SHOTS, seed_simulator=7).result().get_counts()


def _layers(n_qubits: int, depth: int) -> str:
    """Rotations of every qubit and couplings of neighbours."""
    angles = np.random.default_rng(5).uniform(0, 2 * math.pi, (depth, 2, n_qubits))
    lines = []
    for layer in range(depth):
        lines += [
            f"rx({angles[layer, 0, q]}) q[{q}]; rz({angles[layer, 1, q]}) q[{q}];" for q in range(n_qubits)
        ]
        lines += [f"cx q[{q}], q[{q + 1}];" for q in range(layer % 2, n_qubits - 1, 2)]
    return HEAD.format(n=n_qubits, body=" ".join(lines))


# --- figures --------------------------------------------------------------------------------------


async def _small(boxes: Boxes) -> list[Figure]:
    """A Bell job alone and among others, over a direct call of qulacs."""
    direct_s = _timed(_bell, 200)
    task = _task(BELL, threads=1)
    took = []
    for _ in range(40):
        await _settled()
        start = time.perf_counter()
        assert isinstance(await _run(boxes.forked, task), Finished)
        took.append(time.perf_counter() - start)
    rates = []
    for _ in range(4):
        start = time.perf_counter()
        answers = await asyncio.gather(*(boxes.lane.run(task) for _ in range(BATCH)))
        rates.append((time.perf_counter() - start) / BATCH)
        assert all(answer and isinstance(answer.messages[-1], Finished) for answer in answers)
    return [
        Figure("Bell job in an isolated child, over qulacs", (median(took) - direct_s) * 1e3, "ms", "<=", 3),
        Figure(
            "Bell job in a resident batch, over qulacs", (min(rates[1:]) - direct_s) * 1e3, "ms", "<=", 0.5
        ),
    ]


async def _against_bare(boxes: Boxes, n_qubits: int, depth: int, times: int) -> tuple[float, float]:
    """Seconds of the whole job, and of the best bare engine, in turns."""
    code = _layers(n_qubits, depth)
    circuit = read_program(code)
    bare = {"qulacs": _bare_qulacs(circuit), "aer": _bare_aer(circuit)}
    best = bare[min(bare, key=lambda name: _timed(bare[name], 1))]
    whole_s, bare_s = [], []
    for _ in range(times):
        await _settled()
        whole_s.append(await _whole(boxes, _task(code)))
        bare_s.append(_timed(best, 1))
    return median(whole_s), median(bare_s)


async def _sizes(boxes: Boxes) -> list[Figure]:
    figures = []
    for n_qubits in (5, 10, 16):
        whole_s, bare_s = await _against_bare(boxes, n_qubits, 6, 7)
        name = f"{n_qubits} qubits: whole job over the best bare engine"
        figures.append(Figure(name, (whole_s - bare_s) * 1e3, "ms", "<=", 4))
    for n_qubits, depth in ((20, 4), (22, 3), (24, 1)):
        whole_s, bare_s = await _against_bare(boxes, n_qubits, depth, 2)
        name = f"{n_qubits} qubits: whole job against the best bare engine"
        figures.append(Figure(name, whole_s / bare_s, "×", "<=", 1.10))
    return figures


def _noisy_aer(task: bytes) -> Callable[[], object]:
    """Aer on what the device makes of the job: the same gates, errors and qubits."""
    from qumulus.provider.engines.aer_engine import build, build_readout_model
    from qumulus.provider.engines.simulation import Simulation
    from qumulus.provider.job_run import prepare_job
    from qumulus.provider.messages import decode_task

    run = prepare_job(decode_task(task), is_resident=True)
    assert run is not None
    (simulation,) = run.runnables
    assert isinstance(simulation, Simulation)
    choice = simulation.choice
    assert choice.calibration is not None
    circuit, noise = build(choice), build_readout_model(choice.calibration, choice.circuit.active)
    # As many threads as the job has: more would contend for the processors with the child's.
    simulator = AerSimulator(method="density_matrix", max_parallel_threads=1)
    return lambda: (
        simulator.run(circuit, shots=SHOTS, seed_simulator=7, noise_model=noise).result().get_counts()
    )


async def _noisy(boxes: Boxes) -> list[Figure]:
    ghz = "h q[0]; " + " ".join(f"cx q[{q}], q[{q + 1}];" for q in range(4))
    qft = " ".join(
        f"h q[{q}]; " + " ".join(f"cp(pi / {2 ** (r - q)}) q[{r}], q[{q}];" for r in range(q + 1, 5))
        for q in range(5)
    )
    figures = []
    for name, body in (("GHZ", ghz), ("QFT", qft)):
        task = _task(HEAD.format(n=5, body=body), "SC", threads=1)
        bare = _noisy_aer(task)
        bare()
        whole_s, bare_s = [], []
        for _ in range(15):
            start = time.perf_counter()
            assert isinstance(await _run(boxes.resident, task), Finished)
            whole_s.append(time.perf_counter() - start)
            bare_s.append(_timed(bare, 1))
        ratio = median(whole_s[3:]) / median(bare_s[3:])
        figures.append(
            Figure(f"SC, {name} on 5 qubits of 27, transpiled, against bare Aer", ratio, "×", "<=", 1.2)
        )
    return figures


async def _together(boxes: Boxes) -> list[Figure]:
    """Two jobs at once, each on one thread, against one after the other."""
    task = _task(_layers(20, 8), threads=1, engine="qulacs")  # the fastest may need a resident worker
    gains = []
    for _ in range(3):
        start = time.perf_counter()
        ends = [await _run(boxes.forked, task) for _ in range(2)]
        one_by_one_s = time.perf_counter() - start
        start = time.perf_counter()
        ends += await asyncio.gather(*(_run(boxes.forked, task) for _ in range(2)))
        assert all(isinstance(end, Finished) for end in ends)
        gains.append(one_by_one_s / (time.perf_counter() - start))
    goal = 1.7 if (os.cpu_count() or 1) >= 2 else None
    return [Figure("two jobs at once against one single-threaded at a time", median(gains), "×", ">=", goal)]


async def _replaced(boxes: Boxes) -> list[Figure]:
    """From a kill until the next job on SC has begun, with a warm spare."""
    took = []
    for _ in range(3):
        task = _task(BELL, "SC")
        execution = await boxes.resident.run(task, FREE)
        await execution.receive()
        start = time.perf_counter()
        execution.kill()
        following = await boxes.resident.run(task, FREE)
        assert await following.receive() is not None
        took.append(time.perf_counter() - start)
        await following.ended()
        await asyncio.sleep(SPARE_S)
    return [Figure("SC after a cancel: the next job is prepared", max(took) * 1e3, "ms", "<=", 100)]


async def _measure() -> list[Figure]:
    async with _boxes() as boxes:
        return [
            *await _small(boxes),
            *await _sizes(boxes),
            *await _noisy(boxes),
            *await _together(boxes),
            *await _replaced(boxes),
        ]


def figures() -> list[Figure]:
    """Measure the sandboxes and engines without a Cloud."""
    return asyncio.run(_measure())
