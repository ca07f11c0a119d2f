"""Jobs whose parameters change more than angles: each binding is a program of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from qumulus.circuits import Circuit, DynamicProgram
from qumulus.execution.bindings import bound_programs
from qumulus.execution.plan import Plan
from qumulus.execution.program import program_texts
from qumulus.execution.settings import run_seed
from qumulus.provider.drivers.base import Driver
from qumulus.provider.job_run import JobRun
from qumulus.provider.messages import JobTask

Prepare = Callable[..., JobRun | None]
"""``prepare_job``: a job, and whether it may be done here, by which driver and reader."""


@dataclass(kw_only=True)
class EachBindingRun(JobRun):
    """One prepared job for each binding; what they share is that of the first."""

    each: Sequence[JobRun] = ()

    def compute(self, seed: int) -> tuple[dict[str, Any], float]:
        """The results in the order of the bindings, each with a seed of its own."""
        results = [run.compute(run_seed(seed, index))[0] for index, run in enumerate(self.each)]
        return {"bindings": results}, time.perf_counter()


def prepare_each(job: JobTask, driver: Driver, prepare: Prepare) -> JobRun:
    """Read, transpile and plan the program of every binding; ``prepare`` does one.

    Raises:
        ProgramError, ExecutionError: one of them fails without having run, or they are too many.
    """
    started = time.perf_counter()
    programs = bound_programs(program_texts(job.job_info)[0], job.job_info["parameters"])
    read_s = time.perf_counter() - started
    runs = [_prepared(job, program, driver, prepare) for program in programs]
    first = runs[0]
    stages = {name: sum(run.stages.get(name, 0.0) for run in runs) for name in first.stages}
    stages["parse_s"] += read_s
    return EachBindingRun(
        job=job,
        job_type=first.job_type,
        settings=first.settings,
        driver=driver,
        target=first.target,
        spec=first.spec,
        plan=Plan(circuits=()),
        runnables=tuple(runnable for run in runs for runnable in run.runnables),
        request=first.request,
        transpiler_seed=first.transpiler_seed,
        refusal=next((run.refusal for run in runs if run.refusal is not None), None),
        stages=stages,
        each=runs,
    )


def _prepared(job: JobTask, program: Circuit | DynamicProgram, driver: Driver, prepare: Prepare) -> JobRun:
    # The text is read already, and its inputs are bound.
    info = {**job.job_info, "code": "", "program": None, "parameters": None}
    alone = msgspec.structs.replace(job, job_info=info)
    run = prepare(alone, is_resident=True, driver=driver, reader=lambda _: program)
    assert run is not None
    return run
