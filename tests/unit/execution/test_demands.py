"""What a job demands of the device's calibration and of the engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from qumulus.execution.calibration import Calibration, read_calibration
from qumulus.execution.demands import check_calibration, check_engine
from qumulus.execution.failures import (
    CalibrationTooOldError,
    InvalidProgramError,
    UnsupportedInstructionError,
)
from qumulus.execution.settings import Settings, read_settings

TAKEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def calibration(at: str = "2026-03-01T12:00:00Z") -> Calibration:
    return read_calibration({"name": "n", "calibrated_at": at, "qubits": [], "couplings": []})


def check(settings: Settings, found: Calibration | None, *, after_s: float = 0.0, device: str = "SC") -> None:
    check_calibration(device, found, settings, now=TAKEN + timedelta(seconds=after_s))


def settings(**changes: Any) -> Settings:
    return read_settings(1, changes, {})


def test_a_calibration_may_be_as_old_as_the_job_allows_and_no_older() -> None:
    wanted = settings(max_calibration_age_s=60)
    check(wanted, calibration(), after_s=60)
    with pytest.raises(CalibrationTooOldError, match=r"SC .* is 61 s old.* last 60 s: submit again"):
        check(wanted, calibration(), after_s=61)
    check(settings(), calibration(), after_s=1e9)


def test_times_without_offset_are_utc_and_what_is_no_time_is_too_old() -> None:
    check(settings(max_calibration_age_s=60), calibration("2026-03-01T12:00:00"), after_s=60)
    check(settings(max_calibration_age_s=60), calibration("2026-03-01T21:00:00+09:00"), after_s=60)
    with pytest.raises(CalibrationTooOldError, match="unknown age"):
        check(settings(max_calibration_age_s=1e9), calibration("yesterday"))


def test_a_device_without_errors_is_never_out_of_date() -> None:
    check(settings(max_calibration_age_s=1), None, after_s=1e9)


def test_a_job_runs_on_the_calibration_that_it_names_or_not_at_all() -> None:
    found = calibration()
    check(settings(calibration_id=found.id), found)
    for other in (calibration("2026-03-02T12:00:00Z"), None):
        with pytest.raises(InvalidProgramError, match=rf"{found.id}.* is no calibration of SC"):
            check(settings(calibration_id=found.id), other)


def test_an_engine_that_a_job_names_runs_it_or_nobody_does() -> None:
    check_engine(settings(), ["aer"])
    check_engine(settings(engine="qulacs+stim"), ["stim", "qulacs", "stim"])
    with pytest.raises(UnsupportedInstructionError, match=r"'qulacs' cannot run this job.*'aer'"):
        check_engine(settings(engine="qulacs"), ["qulacs", "aer"])


@pytest.mark.parametrize(
    "info",
    [
        {"max_calibration_age_s": 0},
        {"max_calibration_age_s": -1},
        {"max_calibration_age_s": True},
        {"max_calibration_age_s": "60"},
        {"calibration_id": 7},
        {"calibration_id": ""},
        {"engine": ["aer"]},
    ],
)
def test_a_demand_that_makes_no_sense_fails_the_job(info: dict[str, Any]) -> None:
    (key,) = info
    with pytest.raises(InvalidProgramError, match=f"simulator_info.{key}"):
        settings(**info)
