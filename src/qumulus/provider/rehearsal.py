"""What a zygote does before its first fork, so that its children need not do it again, each for itself.

After a job has gone all the way once, drivers are loaded, types looked up and bytecode is specialised. A
child would write all that into pages that it has to copy first: half of the cost of a small job.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from qumulus.circuits import Operation
from qumulus.execution.counts import Counts
from qumulus.provider.engines.simulation import Simulation
from qumulus.provider.job_run import JobRun
from qumulus.provider.messages import Finished, JobTask

_BELL: Final = (
    'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;'
)


def rehearsal_task(device_id: str, driver: str, options: Mapping[str, Any]) -> JobTask:
    """A small job of a device."""
    return JobTask(
        job_id="rehearsal",
        attempt=1,
        device_id=device_id,
        job_type="sampling",
        shots=1000,
        form="text",
        job_info={"code": _BELL},
        transpiler_info=None,
        simulator_info={},
        mitigation_info={},
        driver=driver,
        options=dict(options),
        wait_for_go=False,
    )


class _State:
    """What simulating the task would give; a state vector of qulacs for all who draw from it."""

    def sampling(self, shots: int, seed: int) -> list[int]:  # noqa: ARG002 - always the same
        return [0, 3] * (shots // 2)


class _Unrun(Simulation):
    """A simulation that has its state already."""

    __slots__ = ()

    def sample(self, *, shots: int, seed: int) -> Counts:
        from qumulus.provider.engines.qulacs_engine import measure

        return measure(_State(), self.choice, shots=shots, seed=seed)


def execute_without_running(run: JobRun) -> Finished:
    """All but the simulation, which may start threads: a process that has some must not fork."""
    from qumulus.provider.engines.qulacs_engine import make_gate

    for operation in (Operation("h", (0,)), Operation("cx", (0, 1))):
        make_gate(operation)
    run.runnables = tuple(
        _Unrun(choice=item.choice, memory_limit_bytes=item.memory_limit_bytes)
        for item in run.runnables
        if isinstance(item, Simulation)
    )
    return run.execute()
