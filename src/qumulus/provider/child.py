"""One job, in the process that may be killed: prepare, run, and tell the worker.

The forked kind has only what :data:`FORKED_PRELOAD` names; a job that needs Qiskit is sent on to the
resident kind, which has called :func:`warm_up`.
"""

from __future__ import annotations

import sys
import traceback
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Final, Literal

from qumulus.circuits import Circuit, DynamicProgram, Operation, ProgramError, read_any
from qumulus.execution.failures import ExecutionError, InternalError, LimitExceededError
from qumulus.execution.settings import Settings
from qumulus.execution.transpiler_info import DEFAULT_OPTIONS
from qumulus.provider.drivers import DRIVERS, cached_driver
from qumulus.provider.drivers.base import Driver, DynamicDriver
from qumulus.provider.job_run import JobRun, prepare_job
from qumulus.provider.messages import GO, Failed, Finished, Redirect, decode_task, encode
from qumulus.provider.rehearsal import execute_without_running
from qumulus.sandbox.contract import Channel

FORKED_PRELOAD: Final = (
    "qumulus.provider.child",
    "qumulus.provider.drivers.statevector",
    "qumulus.provider.engines.qulacs_engine",
    "qumulus.provider.engines.stim_engine",
)
"""What the zygote imports, so that a forked child imports nothing."""

_STEERED: Final = (
    'OPENQASM 3; include "stdgates.inc"; qubit q; bit c; h q; c = measure q; if (c) { x q; } c = measure q;'
)


def warm_up() -> None:
    """Load Qiskit, Aer and the reference parser; build each driver's pass manager and a first noise model."""
    from qumulus.execution.transpile import transpiler_for

    for kind in DRIVERS:
        driver = cached_driver(kind, "warm-up", {})
        transpiler_for(driver.target).warm_up(DEFAULT_OPTIONS)
        _warm_simulator(driver)
        _warm_control(driver)


def _warm_simulator(driver: Driver) -> None:
    import qumulus.provider.engines.aer_engine  # noqa: F401 # marks this process as resident

    operations = (Operation("sx", (0,)), Operation("measure", (0,), clbits=(0,)))
    circuit = Circuit(n_qubits=1, n_clbits=1, operations=operations)
    driver.prepare(circuit, Settings(shots=1)).sample(shots=1, seed=0)


def _warm_control(driver: Driver) -> None:
    program = read_any(_STEERED)
    if isinstance(driver, DynamicDriver) and isinstance(program, DynamicProgram):
        driver.prepare_dynamic(program, Settings(shots=1)).sample(shots=1, seed=0)


def is_resident() -> bool:
    """Whether this process has loaded what :func:`warm_up` loads."""
    return "qumulus.provider.engines.aer_engine" in sys.modules


def run_job(task: bytes, channel: Channel) -> None:
    """Target of both kinds of sandbox: a :class:`JobTask` in, messages of the child out."""
    _perform(task, channel, JobRun.execute)


def rehearse(task: bytes, channel: Channel) -> None:
    """The same in the zygote, without the run itself."""
    _perform(task, channel, execute_without_running)


def _perform(task: bytes, channel: Channel, execute: Callable[[JobRun], Finished]) -> None:
    job = decode_task(task)
    with _Reporting(channel, "prepare"):
        run = prepare_job(job, is_resident=is_resident())
        if run is None:
            channel.send(encode(Redirect(to="resident")))
            return
        channel.send(encode(run.prepared()))
        with _Reporting(channel, "run"):
            if job.wait_for_go and channel.receive() != GO:
                return
            channel.send(encode(execute(run)))


class _Reporting:
    """Turns whatever goes wrong inside into one message; a worker that is gone is left alone."""

    def __init__(self, channel: Channel, stage: Literal["prepare", "run"]) -> None:
        self._channel = channel
        self._stage = stage

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception) or isinstance(error, EOFError | ConnectionError):
            return False
        failure = explain(error)
        self._channel.send(encode(Failed(code=failure.code, message=str(failure), stage=self._stage)))
        return True


def explain(error: Exception) -> ExecutionError | ProgramError:
    """What the job's owner is told; of our own faults only an incident id, the rest goes to stderr."""
    if isinstance(error, ExecutionError | ProgramError):
        return error
    if isinstance(error, MemoryError):
        return LimitExceededError(
            "The job ran out of memory: use fewer qubits, a shorter program or fewer shots."
        )
    incident = uuid.uuid4().hex[:12]
    sys.stderr.write(f"incident {incident}\n{''.join(traceback.format_exception(error))}")
    return InternalError(
        f"Something went wrong inside the Provider (incident {incident}). It is not your program's fault; "
        "the operator finds the details under this id."
    )
