"""Programs: reading them, looking at them over HTTP, and many bindings of one."""

from __future__ import annotations

import asyncio
import json
import math
import time

from benchmarks import reader
from benchmarks.cloud import Cloud, job, running
from benchmarks.table import Figure, quantile
from qumulus.circuits import read_program

GOALS = {10: 50, 1_000: 50, 20_000: 30}
BINDINGS = 1_000
N_QUBITS = 5
BELL = 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;'


def figures() -> list[Figure]:
    """The reader in this process, the rest through ``qumulus up``."""
    found = [_reading(n_gates) for n_gates in reader.SIZES]
    with running(providers=True) as cloud:
        found += asyncio.run(_looking(cloud))
        found += asyncio.run(_binding(cloud))
    return found


def _reading(n_gates: int) -> Figure:
    import qiskit.qasm3

    source = reader.program(n_gates)
    ours, theirs = (reader.best_of(read, source) for read in (read_program, qiskit.qasm3.loads))
    what = f"reading {n_gates:,} gates, {ours * 1e3:.3g} ms: times as fast as Qiskit"
    return Figure(what, theirs / ours, "x", ">=", GOALS[n_gates])


async def _looking(cloud: Cloud) -> list[Figure]:
    body, found = json.dumps({"code": BELL}).encode(), []
    async with cloud.user() as user:
        for call in ("check", "layout"):
            took_ms = []
            for _ in range(220):
                start = time.perf_counter()
                (await user.call("POST", f"/user/qasm/{call}", body)).json()
                took_ms.append((time.perf_counter() - start) * 1000)
            found.append(Figure(f"{call} of a Bell program, p50", quantile(took_ms[20:], 0.5), "ms", "<=", 5))
    return found


async def _binding(cloud: Cloud) -> list[Figure]:
    """The same ansatz with the same angles, as one job and as many."""
    angles = [{f"a{k}": math.sin(index + k) for k in range(2 * N_QUBITS)} for index in range(BINDINGS)]
    inputs = "".join(f"input float a{k};" for k in range(2 * N_QUBITS))
    one = {**job(), "job_info": {"code": _ansatz(inputs), "parameters": angles}}
    many = [
        {**job(), "job_info": {"code": _ansatz("".join(f"const float {k} = {v!r};" for k, v in row.items()))}}
        for row in angles[: BINDINGS // 4]
    ]
    for device in ("SVSim", "SC"):
        await _rate(cloud, [job(device)], 1)  # The Provider's processes are up.
    rates = [await _rate(cloud, [one], BINDINGS), await _rate(cloud, many, len(many))]
    return [
        Figure(f"bindings of a {N_QUBITS}-qubit ansatz in one job", rates[0], "1/s"),
        Figure("the same as jobs in a batch", rates[1], "1/s"),
        Figure("bindings per job that takes as long", rates[0] / rates[1], "x", ">=", 20),
    ]


def _ansatz(head: str) -> str:
    turns = [f"ry(a{k}) q[{k}]; rz(a{k + N_QUBITS}) q[{k}];" for k in range(N_QUBITS)]
    chain = [f"cx q[{k}], q[{k + 1}];" for k in range(N_QUBITS - 1)]
    body = "".join([*turns, *chain, *turns])
    return (
        f'OPENQASM 3; include "stdgates.inc"; {head} qubit[{N_QUBITS}] q; bit[{N_QUBITS}] c; '
        f"{body} c = measure q;"
    )


async def _rate(cloud: Cloud, jobs: list[dict[str, object]], n_results: int) -> float:
    body = json.dumps(jobs).encode()
    async with cloud.user() as user:
        start = time.perf_counter()
        ids = [entry["job_id"] for entry in (await user.call("POST", "/user/jobs/batch", body)).json()]
        for job_id in reversed(ids):
            seen = (await user.call("GET", f"/user/jobs/{job_id}/status?wait=60")).json()
            assert seen["status"] == "succeeded", seen
        return n_results / (time.perf_counter() - start)
