"""A prepared job: run, combined, and the evidence of it all."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from qumulus.execution.counts import Counts
from qumulus.execution.device import TargetDevice
from qumulus.execution.failures import ExecutionError
from qumulus.execution.plan import JobType, Outputs, Plan
from qumulus.execution.settings import Settings, run_seed
from qumulus.execution.transpiler_info import TranspileRequest
from qumulus.provider.drivers.base import Driver, Runnable
from qumulus.provider.messages import Finished, JobTask, Prepared
from qumulus.provider.provenance import Facts, provenance_of

if TYPE_CHECKING:
    from qumulus.execution.bindings import Bindings

SHORTEST_S: Final = 0.001
"""Resolution of ``execution_time``, which is never 0."""


@dataclass(kw_only=True)
class JobRun:
    """A job that was prepared; ``refusal`` is what its execution will fail with."""

    job: JobTask
    job_type: JobType[Any]
    settings: Settings
    driver: Driver
    target: TargetDevice
    spec: Any
    plan: Plan
    runnables: tuple[Runnable, ...] = ()
    request: TranspileRequest | None = None
    transpiler_seed: int | None = None
    transpile_result: dict[str, Any] | None = None
    bindings: Bindings | None = None
    """What the program's parameters are to be; None: it has none."""
    refusal: ExecutionError | None = None
    stages: dict[str, float] = field(default_factory=dict)
    started_at: float = field(default_factory=time.time)
    """When its preparation began, in seconds since 1970."""

    def prepared(self) -> Prepared:
        """What the worker is told before running."""
        return Prepared(
            transpile_result=self.transpile_result,
            transpiler_info=self.request.written_back() if self.request is not None else None,
            combined_program=self.job_type.combined_program(self.spec),
        )

    def execute(self) -> Finished:
        """Run all that was planned, and combine.

        Raises:
            ExecutionError: a limit of the device, or the run failed.
        """
        if self.refusal is not None:
            raise self.refusal
        seed = _fresh_seed() if self.settings.seed is None else self.settings.seed
        started = time.perf_counter()
        result, ran = self.compute(seed)
        self.stages["run_s"] = ran - started
        self.stages["combine_s"] = time.perf_counter() - ran
        execution_time_s = max(SHORTEST_S, round(ran - started, 3))
        return Finished(
            result={**result, "provenance": self._provenance(seed)}, execution_time_s=execution_time_s
        )

    def compute(self, seed: int) -> tuple[dict[str, Any], float]:
        """The result without its evidence, and when the device was done."""
        outputs = [self._outputs(seed)] if self.bindings is None else self._outputs_each(self.bindings, seed)
        ran = time.perf_counter()
        return self._combined(outputs), ran

    def _outputs(self, seed: int) -> Outputs:
        if self.plan.paulis:
            (runnable,) = self.runnables
            return Outputs(expectations=runnable.expectations(self.plan.paulis))
        return self._measured(
            runnable.sample(shots=self.job.shots, seed=run_seed(seed, index))
            for index, runnable in enumerate(self.runnables)
        )

    def _outputs_each(self, bindings: Bindings, seed: int) -> list[Outputs]:
        from qumulus.provider.sweep import Sweep

        sweep = Sweep(
            bindings=bindings,
            plan=self.plan,
            runnables=self.runnables,
            driver=self.driver,
            settings=self.settings,
        )
        if self.plan.paulis:
            return [Outputs(expectations=values) for values in sweep.expectations()]
        return [self._measured(counts) for counts in sweep.counts(seed=seed)]

    def _measured(self, counts: Iterable[Counts]) -> Outputs:
        mitigates = self.settings.mitigate_readout
        return Outputs(
            counts=tuple(counts),
            readout=self.target.calibration if mitigates else None,
            is_mitigated=mitigates,
        )

    def _combined(self, outputs: Iterable[Outputs]) -> dict[str, Any]:
        results = [self.job_type.combine(self.spec, self.plan, output) for output in outputs]
        return results[0] if self.bindings is None else {"bindings": results}

    def _provenance(self, seed: int) -> dict[str, Any]:
        versions: dict[str, str] = {}
        for runnable in self.runnables:
            versions.update(runnable.versions())
        return provenance_of(
            Facts(
                job=self.job,
                calibration=self.target.calibration,
                is_repeatable=not self.driver.touches_hardware,
                engine=_joined(runnable.engine for runnable in self.runnables),
                method=_joined(runnable.method for runnable in self.runnables),
                engine_versions=versions,
                seed=seed,
                transpiler_seed=self.transpiler_seed,
                transpiler_options=None if self.request is None else self.request.options,
                started_at=self.started_at,
                ended_at=time.time(),
                stages=self.stages,
            )
        )


def _joined(names: Any) -> str | None:
    """One name, or several in order of first use."""
    return "+".join(dict.fromkeys(names)) or None


def _fresh_seed() -> int:
    return int.from_bytes(os.urandom(4), "big") >> 1
