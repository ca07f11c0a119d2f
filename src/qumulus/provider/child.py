"""One job, in the process that may be killed: prepare, run, and tell the worker.

The forked kind has only what :data:`FORKED_PRELOAD` names; a job that needs Qiskit is sent on to the
resident kind, which has called :func:`warm_up`.
"""

from __future__ import annotations

import logging
import sys
import traceback
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Final, Literal

import msgspec

from qumulus.circuits import (
    Circuit,
    DynamicProgram,
    Operation,
    ProgramError,
    ReadLimits,
    read_any,
    read_quickly,
)
from qumulus.execution.failures import ExecutionError, InternalError, LimitExceededError
from qumulus.execution.program import Reader
from qumulus.execution.settings import Settings
from qumulus.execution.transpiler_info import DEFAULT_OPTIONS
from qumulus.provider.drivers import cached_driver
from qumulus.provider.drivers.base import (
    ANNOUNCE,
    DeviceUnavailableError,
    Driver,
    DriverSettingsError,
    DynamicDriver,
)
from qumulus.provider.engines.resources import RESOURCES, Resources
from qumulus.provider.engines.simulation import Simulation
from qumulus.provider.job_run import JobRun
from qumulus.provider.messages import (
    GO,
    MEASURE,
    SESSION,
    Announced,
    Failed,
    Finished,
    JobTask,
    Redirect,
    Unavailable,
    decode_task,
    encode,
    join_answer,
)
from qumulus.provider.notes import Notes
from qumulus.provider.prepare_job import prepare_job
from qumulus.provider.rehearsal import execute_without_running
from qumulus.sandbox.contract import Channel

log = logging.getLogger("qumulus.provider.child")

_NOTES: Final = Notes()

FORKED_PRELOAD: Final = (
    "qumulus.provider.child",
    "qumulus.provider.drivers.statevector",
    "qumulus.provider.engines.contest",
    "qumulus.provider.engines.qulacs_engine",
    "qumulus.provider.engines.stim_engine",
)
"""What the zygote imports, so that a forked child imports nothing."""

QUICK_S: Final = 0.02
QUICK_BYTES: Final = 64 << 20
"""What a job may take among small ones."""
QUICK_LIMITS: Final = ReadLimits(operations=10_000)
"""So many are read in about as much time; definitions nested in one another are counted, not expanded."""
_SHOT_S: Final = 0.4e-6
_KEY_BIT_S: Final = 25e-9
"""For each bit in the keys of a histogram."""
_PAULI_S: Final = 20e-6
_PAULI_BYTE_S: Final = 0.5e-9
"""For each byte of the state."""

WARMED: Final = ("statevector", "superconducting")
"""Drivers that need nothing but this machine."""

_STEERED: Final = (
    'OPENQASM 3; include "stdgates.inc"; qubit q; bit c; h q; c = measure q; if (c) { x q; } c = measure q;'
)


def warm_up() -> None:
    """Load Qiskit, Aer and the reference parser; build each driver's pass manager and a first noise model."""
    from qumulus.execution.transpile import transpiler_for

    for kind in WARMED:
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
    if task == SESSION:
        _serve_small_jobs(channel)
    elif task == MEASURE:
        from qumulus.provider.engines.measure import measure_costs

        channel.send(msgspec.msgpack.encode(measure_costs()))
    else:
        _perform(task, channel, JobRun.execute)


def _serve_small_jobs(channel: Channel) -> None:
    """Until the worker ends this process: a task in, all that is to be said of it in one message out."""
    while True:
        answer = _Collected()
        _perform(channel.receive(), answer, JobRun.execute, admits=is_quick, reader=_read_small)
        channel.send(join_answer(answer.messages))


class _NotSmallError(Exception):
    """Reading alone would keep the next jobs waiting."""


def _read_small(source: str) -> Circuit:
    try:
        return read_quickly(source, QUICK_LIMITS)
    except ProgramError as error:
        if error.code != "limit_exceeded":
            raise
    raise _NotSmallError


class _Collected:
    """A channel that keeps what is sent; small jobs are never answered."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []

    def send(self, message: bytes) -> None:
        """Keep it."""
        self.messages.append(message)

    def receive(self) -> bytes:
        """There is nothing to come."""
        raise EOFError


def is_quick(run: JobRun) -> bool:
    """Whether a job may keep the next ones waiting."""
    simulations = [item for item in run.runnables if isinstance(item, Simulation)]
    return (
        len(simulations) == len(run.runnables)
        and sum(_service_s(run, item) for item in simulations) <= QUICK_S
        and max((item.memory_bytes for item in simulations), default=0) <= QUICK_BYTES
    )


def _service_s(run: JobRun, item: Simulation) -> float:
    """About how long it takes to simulate, and to draw or compute what was asked for."""
    if run.plan.paulis:
        return item.predicted_s + len(run.plan.paulis) * (_PAULI_S + item.memory_bytes * _PAULI_BYTE_S)
    circuit, shots = item.choice.circuit, run.job.shots
    n_keys = min(shots, 1 << min(circuit.n_qubits, shots.bit_length()))
    return item.predicted_s + shots * _SHOT_S + n_keys * circuit.n_clbits * _KEY_BIT_S


def rehearse(task: bytes, channel: Channel) -> None:
    """The same in the zygote, without the run itself."""
    _perform(task, channel, execute_without_running)


def _perform(
    task: bytes,
    channel: Channel,
    execute: Callable[[JobRun], Finished],
    admits: Callable[[JobRun], bool] = lambda _: True,
    reader: Reader | None = None,
) -> None:
    job = decode_task(task)
    _use(job.resources)
    with _NOTES:
        run = _prepare(job, channel, admits, reader)
        if run is None or (job.wait_for_go and channel.receive() != GO):
            return
        with _Reporting(channel, "run"):
            ANNOUNCE.set(lambda reference: channel.send(encode(Announced(reference=reference))))
            channel.send(encode(execute(run)))


def _prepare(
    job: JobTask, channel: Channel, admits: Callable[[JobRun], bool], reader: Reader | None
) -> JobRun | None:
    """What is to be run here, and the worker knows; None: nothing."""
    with _Reporting(channel, "prepare"):
        run = prepare_job(job, is_resident=is_resident(), reader=reader)
        if run is None:
            channel.send(encode(Redirect(to="resident")))
            return None
        if not admits(run):
            channel.send(encode(Redirect(to="alone")))
            return None
        channel.send(encode(run.prepared()))
        return run
    return None


def _use(resources: Resources) -> None:
    from qumulus.provider.engines.qulacs_engine import use_threads

    RESOURCES.set(resources)
    use_threads(resources.threads)


class _Reporting:
    """Turns whatever goes wrong inside into one message.

    What is no ``Exception`` too: Rust's panics and ``sys.exit`` of a driver's library are one job's affair,
    and a process that ends with them would be tried thrice. If it was the channel that went wrong, so does
    the message, and its error ends the process.
    """

    def __init__(self, channel: Channel, stage: Literal["prepare", "run"]) -> None:
        self._channel = channel
        self._stage = stage

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None:
            return False
        if isinstance(error, _NotSmallError):
            self._channel.send(encode(Redirect(to="alone")))
            return True
        if isinstance(error, DeviceUnavailableError | DriverSettingsError):
            may_be_the_job = getattr(error, "may_be_the_job", False)
            trouble = Unavailable(reason=str(error), may_be_the_job=may_be_the_job, notes=_NOTES.taken)
            self._channel.send(encode(trouble))
            return True
        failure = explain(error)
        failed = Failed(code=failure.code, message=str(failure), stage=self._stage, notes=_NOTES.taken)
        self._channel.send(encode(failed))
        return True


def explain(error: BaseException) -> ExecutionError | ProgramError:
    """What the job's owner is told; of our own faults only an incident id, the rest is logged."""
    if isinstance(error, ExecutionError | ProgramError):
        return error
    if isinstance(error, MemoryError):
        return LimitExceededError(
            "The job ran out of memory: use fewer qubits, a shorter program or fewer shots."
        )
    incident = uuid.uuid4().hex[:12]
    trace = "".join(traceback.format_exception(error))
    log.error("job_broken", extra={"incident": incident, "exception": trace})
    return InternalError(
        f"Something went wrong inside the Provider (incident {incident}). It is not your program's fault; "
        "the operator finds the details under this id."
    )
