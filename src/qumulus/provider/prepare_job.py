"""From a job's task to what runs it: parse, transpile, plan."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from qumulus.circuits import Circuit, DynamicProgram, WholeLanguageNeeded, read_any, read_quickly
from qumulus.execution.demands import check_calibration, check_engine
from qumulus.execution.device import TargetDevice
from qumulus.execution.failures import (
    ExecutionError,
    TooManyQubitsError,
    TooManyShotsError,
    UnsupportedInstructionError,
    at,
)
from qumulus.execution.job_types import find_job_type
from qumulus.execution.plan import Placed, Plan
from qumulus.execution.program import EachBindingNeeded, Reader, program_texts
from qumulus.execution.settings import Settings, read_settings
from qumulus.execution.transpiler_info import read_transpiler_info
from qumulus.provider.drivers import cached_driver
from qumulus.provider.drivers.base import Driver, DynamicDriver, Runnable
from qumulus.provider.job_run import JobRun
from qumulus.provider.messages import JobTask

if TYPE_CHECKING:
    from qumulus.execution.bindings import Bindings


def prepare_job(
    job: JobTask, *, is_resident: bool, driver: Driver | None = None, reader: Reader | None = None
) -> JobRun | None:
    """Parse, transpile and plan; None: the job needs a resident process, and this is none.

    Without a ``driver`` it is the one that the job names, without a ``reader`` the process's own.

    Raises:
        ProgramError, ExecutionError: the job fails without having run.
    """
    job_type = find_job_type(job.job_type)
    settings = read_settings(job.shots, job.simulator_info, job.mitigation_info)
    driver = driver or _find_driver(job, settings)
    target = driver.target
    check_calibration(job.device_id, target.calibration, settings, now=datetime.now(UTC))
    request = read_transpiler_info(
        job.transpiler_info, form=job.form, default_for_text=target.transpiles_by_default
    )
    if request is not None and not is_resident:
        return None
    started = time.perf_counter()
    try:
        spec = job_type.parse(job.job_info, settings, reader or (read_any if is_resident else read_quickly))
    except WholeLanguageNeeded:
        return None
    except EachBindingNeeded:
        return _prepare_each(job, driver) if is_resident else None
    bindings = _read_bindings(job.job_info)
    parsed = time.perf_counter()
    run = JobRun(
        job=job,
        job_type=job_type,
        settings=settings,
        driver=driver,
        target=target,
        spec=spec,
        plan=Plan(circuits=()),
        request=request,
        started_at=time.time() - (parsed - started),
    )
    run.stages["parse_s"] = parsed - started
    run.bindings = bindings
    program = job_type.program(spec)
    run.refusal = _refusal(program, target, job.shots)
    if isinstance(program, DynamicProgram):
        _prepare_dynamic(run, program, driver)
    elif run.refusal is None:
        _prepare_circuit(run, program, driver)
    check_engine(settings, (item.engine for item in run.runnables))
    if run.refusal is None and not is_resident and any(item.needs_resident for item in run.runnables):
        return None
    return run


def _find_driver(job: JobTask, settings: Settings) -> Driver:
    own = cached_driver(job.factory or job.driver, job.device_id, job.options)
    if job.calibration is None:
        return own
    wanted = settings.calibration_id
    if wanted is not None and own.target.calibration is not None and own.target.calibration.id == wanted:
        return own
    return cached_driver(job.factory or job.driver, job.device_id, job.options, job.calibration)


def _prepare_each(job: JobTask, driver: Driver) -> JobRun:
    from qumulus.provider.each_binding import prepare_each

    return prepare_each(job, driver, prepare_job)


def _prepare_circuit(run: JobRun, circuit: Circuit, driver: Driver) -> None:
    started = time.perf_counter()
    placed = _place(run, circuit)
    run.stages["transpile_s"] = time.perf_counter() - started
    run.plan = run.job_type.plan(run.spec, placed)
    prepare = driver.prepare_exact if run.plan.paulis else driver.prepare
    run.runnables = tuple(prepare(planned, run.settings) for planned in run.plan.circuits)
    run.refusal = _first_refusal(run.runnables)


def _asks_for_transpiling(job: JobTask) -> bool:
    """Whether the job says so itself: only in the seed's form {} differs from saying nothing."""
    return bool(job.transpiler_info) or (job.transpiler_info is not None and job.form == "text")


def _prepare_dynamic(run: JobRun, program: DynamicProgram, driver: Driver) -> None:
    """Make a program ready that is run, not transpiled: the device's default of doing so is left out.

    Raises:
        UnsupportedInstructionError: the device does not run such programs, or the job wants it transpiled.
    """
    if not isinstance(driver, DynamicDriver):
        raise UnsupportedInstructionError(
            f"{at(program)}measurements decide what happens here, but {run.job.device_id} has no classical "
            "control, which runs on simulators such as SVSim only."
        )
    if run.request is not None and _asks_for_transpiling(run.job):
        raise UnsupportedInstructionError(
            f"{at(program)}measurements decide what happens here, so the program cannot be transpiled: leave "
            'transpiler_info out, or set it to {"transpiler_lib": null}.'
        )
    run.request = None
    run.stages["transpile_s"] = 0.0
    if run.refusal is None:
        run.runnables = (driver.prepare_dynamic(program, run.settings),)
        run.refusal = _first_refusal(run.runnables)


def _read_bindings(job_info: Mapping[str, Any]) -> Bindings | None:
    if job_info.get("parameters") is None:
        return None
    from qumulus.execution.bindings import read_bindings

    return read_bindings(program_texts(job_info)[0], job_info["parameters"])


def _first_refusal(runnables: Iterable[Runnable]) -> ExecutionError | None:
    try:
        for runnable in runnables:
            runnable.check()
    except ExecutionError as refusal:
        return refusal
    return None


def _refusal(circuit: Circuit | DynamicProgram, target: TargetDevice, shots: int) -> ExecutionError | None:
    if circuit.n_qubits > target.n_qubits:
        return TooManyQubitsError(
            f"The job declares {circuit.n_qubits} qubits, the device has {target.n_qubits}: use fewer."
        )
    if shots > target.max_shots:
        return TooManyShotsError(
            f"The job asks for {shots} shots, the device takes {target.max_shots} at most: split the job."
        )
    return None


def _place(run: JobRun, circuit: Circuit) -> Placed:
    if run.request is None:
        return Placed(circuit=circuit, placement=tuple(range(circuit.n_qubits)))
    from qumulus.execution.transpile import transpiler_for

    symbols = () if run.bindings is None else run.bindings.symbols
    transpiled = transpiler_for(run.target).transpile(circuit, run.request.options, symbols)
    run.transpile_result = transpiled.result
    run.transpiler_seed = transpiled.seed
    return transpiled.placed
