"""What a job costs in the Provider's processes, against the bare engines; everything in ratios of one run."""

from __future__ import annotations

import asyncio
import math
import os
import random
import time
from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from statistics import median
from typing import Final

from benchmarks import bare
from benchmarks.boxes import FREE, SPARE_S, Boxes, boxes, job_task, run, settled, timed, whole
from benchmarks.cloud import BELL
from benchmarks.table import Figure
from qumulus.circuits import read_program
from qumulus.provider.engines.choice import Choice
from qumulus.provider.engines.qulacs_engine import use_threads
from qumulus.provider.messages import Finished, JobTask, encode

HEAD: Final = 'OPENQASM 3; include "stdgates.inc"; qubit[{n}] q; bit[{n}] c; {body} c = measure q;'
BATCH: Final = 300
N_ROUNDS: Final = 10
IN_A_ROUND: Final = 4
"""Programs for SC, none of which was seen before."""
ALL: Final = os.cpu_count() or 1
"""Threads of an engine that is called by itself."""

# --- programs -------------------------------------------------------------------------------------


def _layers(n_qubits: int, depth: int, *, far: bool) -> str:
    """Rotations of every qubit, and couplings of neighbours, or of any two where it entangles all."""
    draw = random.Random(5)
    lines = []
    for layer in range(depth):
        for qubit in range(n_qubits):
            lines.append(f"rx({draw.uniform(0, math.tau):.6f}) q[{qubit}];")
            lines.append(f"rz({draw.uniform(0, math.tau):.6f}) q[{qubit}];")
        order = draw.sample(range(n_qubits), n_qubits) if far else range(layer % 2, n_qubits)
        pairs = zip(order[::2], order[1::2], strict=False)
        lines += [f"cx q[{control}], q[{target}];" for control, target in pairs]
    return HEAD.format(n=n_qubits, body=" ".join(lines))


def _ghz(order: list[int]) -> str:
    chain = pairwise(order)
    return f"h q[{order[0]}]; " + " ".join(f"cx q[{one}], q[{other}];" for one, other in chain)


def _fourier(order: list[int]) -> str:
    lines = []
    for place, qubit in enumerate(order):
        lines.append(f"h q[{qubit}];")
        lines += [
            f"cp(pi / {2**distance}) q[{other}], q[{qubit}];"
            for distance, other in enumerate(order[place + 1 :], start=1)
        ]
    return " ".join(lines)


def _unseen(body: Callable[[list[int]], str]) -> Iterator[str]:
    """On five qubits in another order each time, each turned by another angle before."""
    draw = random.Random(9)
    while True:
        order = draw.sample(range(5), 5)
        turns = " ".join(f"ry({draw.uniform(0, math.pi)}) q[{qubit}];" for qubit in range(5))
        yield HEAD.format(n=5, body=f"{turns} {body(order)}")


# --- figures --------------------------------------------------------------------------------------


async def _small(among: Boxes) -> list[Figure]:
    """A Bell job alone and among others, over a direct call of qulacs."""
    direct_s = timed(bare.bell, 200)
    task = job_task(BELL, threads=1)
    took = []
    for _ in range(40):
        await settled()
        start = time.perf_counter()
        assert isinstance(await run(among.forked, task), Finished)
        took.append(time.perf_counter() - start)
    rates = []
    for _ in range(4):
        start = time.perf_counter()
        answers = await asyncio.gather(*(among.lane.run(encode(task)) for _ in range(BATCH)))
        rates.append((time.perf_counter() - start) / BATCH)
        assert all(answer and isinstance(answer.messages[-1], Finished) for answer in answers)
    return [
        Figure("Bell job in an isolated child, over qulacs", (median(took) - direct_s) * 1e3, "ms", "<=", 3),
        Figure(
            "Bell job in a resident batch, over qulacs", (min(rates[1:]) - direct_s) * 1e3, "ms", "<=", 0.5
        ),
    ]


async def _against_bare(
    among: Boxes, n_qubits: int, depth: int, *, far: bool, times: int, threads: int = ALL
) -> tuple[float, float, str]:
    """Seconds of the whole job, and of the best bare engine on ``threads``, in turns; and who they were."""
    code = _layers(n_qubits, depth, far=far)
    calls = bare.noiseless(read_program(code), entangles=far)
    use_threads(threads)
    best = min(calls, key=lambda name: timed(calls[name], 1))
    whole_s, bare_s = [], []
    for _ in range(times + 1):
        await settled()
        took_s, engine = await whole(among, job_task(code))
        whole_s.append(took_s)
        bare_s.append(timed(calls[best], 1))
    return median(whole_s[1:]), median(bare_s[1:]), f"{engine} against {best}"


async def _sizes(among: Boxes) -> list[Figure]:
    figures = []
    for far, kind in ((False, "neighbours"), (True, "any two")):
        for n_qubits in (5, 10, 16):
            name = f"{n_qubits} qubits, {kind} coupled, whole job over bare"
            for threads, which in ((ALL, "all threads"), (1, "one thread, as the job")):
                whole_s, bare_s, who = await _against_bare(
                    among, n_qubits, 6, far=far, times=7, threads=threads
                )
                more_ms = (whole_s - bare_s) * 1e3
                figures.append(Figure(f"{name} on {which}: {who}", more_ms, "ms", "<=", 4))
    for far, kind in ((False, "neighbours"), (True, "any two")):
        for n_qubits, depth in ((20, 6), (22, 4), (24, 3 if far else 2)):
            times = 2 if far else 7
            whole_s, bare_s, who = await _against_bare(among, n_qubits, depth, far=far, times=times)
            name = f"{n_qubits} qubits, {kind} coupled, whole job against bare: {who}"
            figures.append(Figure(name, whole_s / bare_s, "×", "<=", 1.10))
    return figures


def _choice(task: JobTask) -> Choice:
    """What the device makes of a job: the gates, errors and qubits that are simulated."""
    from qumulus.provider.engines.simulation import Simulation
    from qumulus.provider.prepare_job import prepare_job

    prepared = prepare_job(task, is_resident=True)
    assert prepared is not None
    (simulation,) = prepared.runnables
    assert isinstance(simulation, Simulation)
    return simulation.choice


async def _noisy(among: Boxes) -> list[Figure]:
    """Programs that no process has seen, each once, against Aer on what is simulated of each."""
    figures = []
    for name, body in (("GHZ", _ghz), ("Fourier transform", _fourier)):
        programs = _unseen(body)
        whole_s: list[float] = []
        bare_s: dict[str, list[float]] = {}
        for _ in range(N_ROUNDS):
            tasks = [job_task(code, "SC", threads=1) for code in islice(programs, IN_A_ROUND)]
            for task in tasks:
                start = time.perf_counter()
                assert isinstance(await run(among.resident, task), Finished)
                whole_s.append(time.perf_counter() - start)
            for task in tasks:
                for way, call in bare.noisy(_choice(task)).items():
                    bare_s.setdefault(way, []).append(timed(call, 1))
        of = {way: median(seconds[IN_A_ROUND:]) for way, seconds in bare_s.items()}
        best = min(of, key=lambda way: of[way])
        job_s = median(whole_s[IN_A_ROUND:])  # the first round finds the device's couplings
        what = f"SC, {name} on 5 qubits of 27, transpiled, against bare Aer"
        figures.append(Figure(f"{what} with {best}", job_s / of[best], "×", "<=", 1.2))
        figures.append(Figure(f"{what} with a noise model", job_s / of["noise model"], "×"))
    return figures


async def _together(among: Boxes) -> list[Figure]:
    """Two jobs at once, each on one thread, against one after the other."""
    task = job_task(
        _layers(20, 8, far=True), threads=1, engine="qulacs"
    )  # the fastest may need a resident worker
    gains = []
    for _ in range(3):
        start = time.perf_counter()
        ends = [await run(among.forked, task) for _ in range(2)]
        one_by_one_s = time.perf_counter() - start
        start = time.perf_counter()
        ends += await asyncio.gather(*(run(among.forked, task) for _ in range(2)))
        assert all(isinstance(end, Finished) for end in ends)
        gains.append(one_by_one_s / (time.perf_counter() - start))
    goal = 1.7 if (os.cpu_count() or 1) >= 2 else None
    return [Figure("two jobs at once against one single-threaded at a time", median(gains), "×", ">=", goal)]


async def _replaced(among: Boxes) -> list[Figure]:
    """From a kill until the next job on SC has begun, with a warm spare."""
    took = []
    for _ in range(3):
        task = job_task(BELL, "SC")
        execution = await among.resident.run(encode(task), FREE)
        await execution.receive()
        start = time.perf_counter()
        execution.kill()
        following = await among.resident.run(encode(task), FREE)
        assert await following.receive() is not None
        took.append(time.perf_counter() - start)
        await following.ended()
        await asyncio.sleep(SPARE_S)
    return [Figure("SC after a cancel: the next job is prepared", max(took) * 1e3, "ms", "<=", 100)]


async def _measure() -> list[Figure]:
    async with boxes() as among:
        return [
            *await _small(among),
            *await _sizes(among),
            *await _noisy(among),
            *await _together(among),
            *await _replaced(among),
        ]


def figures() -> list[Figure]:
    """Measure the sandboxes and engines without a Cloud."""
    return asyncio.run(_measure())
