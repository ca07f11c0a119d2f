"""The evidence of a result: all that it takes to know how it came to be, and to run it again."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from qumulus import __version__
from qumulus.execution.calibration import Calibration
from qumulus.execution.settings import SIMULATOR_KEYS
from qumulus.provider.messages import JobTask

PYTHON: Final = ".".join(map(str, sys.version_info[:3]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What happened; ``stages`` are seconds by name, in the order in which they passed.

    ``started_at`` and ``ended_at``: seconds since 1970. ``transpiler_options`` None: it was not transpiled.
    """

    job: JobTask
    calibration: Calibration | None
    is_repeatable: bool
    engine: str | None
    method: str | None
    engine_versions: Mapping[str, str]
    seed: int
    transpiler_seed: int | None
    transpiler_options: Mapping[str, Any] | None
    started_at: float
    ended_at: float
    stages: Mapping[str, float]


def provenance_of(facts: Facts) -> dict[str, Any]:
    """Write it down."""
    job, calibration = facts.job, facts.calibration
    wall_s = sum(facts.stages.values())
    versions = {"qumulus": __version__, "python": PYTHON, **facts.engine_versions}
    if facts.transpiler_seed is not None:
        versions.update(_transpiler_versions())
    return {
        "device_id": job.device_id,
        "driver": job.driver,
        "calibration": calibration and {"id": calibration.id, "calibrated_at": calibration.calibrated_at},
        "job_type": job.job_type,
        "shots": job.shots,
        "engine": facts.engine,
        "method": facts.method,
        "repeatable": facts.is_repeatable,
        "seeds": {"simulation": facts.seed, "transpiler": facts.transpiler_seed},
        "transpiler": _transpiler(facts.transpiler_options),
        "mitigation": job.mitigation_info or None,
        "versions": versions,
        "attempt": job.attempt,
        "worker": job.worker,
        "started_at": _moment(facts.started_at),
        "ended_at": _moment(facts.ended_at),
        "stages": {name: round(value, 6) for name, value in facts.stages.items()},
        "wall_s": round(wall_s, 6),
        "device_s": round(facts.stages["run_s"], 6),
        **({"ignored": ignored} if (ignored := sorted(job.simulator_info.keys() - SIMULATOR_KEYS)) else {}),
    }


def _transpiler(options: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if options is None else {"lib": "qiskit", "options": dict(options)}


def _transpiler_versions() -> Mapping[str, str]:
    import qiskit

    return {"qiskit": qiskit.__version__}


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
