"""What a job demands of the device it runs on, beside its program."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from qumulus.execution.calibration import Calibration
from qumulus.execution.failures import (
    CalibrationTooOldError,
    InvalidProgramError,
    UnsupportedInstructionError,
)
from qumulus.execution.settings import Settings


def check_calibration(
    device_id: str, calibration: Calibration | None, settings: Settings, *, now: datetime
) -> None:
    """Refuse a job that wants another calibration; a device without errors (None) has none to be too old.

    Raises:
        InvalidProgramError: there is no calibration of the id that the job names.
        CalibrationTooOldError: it is older than the job allows.
    """
    wanted = settings.calibration_id
    if wanted is not None and (calibration is None or calibration.id != wanted):
        raise InvalidProgramError(
            f"simulator_info.calibration_id {wanted!r} is no calibration of {device_id}: take one of "
            f"GET /user/devices/{device_id}/calibrations, or leave it out."
        )
    allowed_s = settings.max_calibration_age_s
    if allowed_s is None or calibration is None:
        return
    age = calibration.age(now)
    if age is not None and age.total_seconds() <= allowed_s:
        return
    how_old = "of unknown age" if age is None else f"{age.total_seconds():.0f} s old"
    raise CalibrationTooOldError(
        f"The calibration of {device_id} ({calibration.calibrated_at}) is {how_old}, and the job wants one "
        f"of the last {allowed_s:g} s: submit again after the next calibration, or raise "
        "simulator_info.max_calibration_age_s."
    )


def check_engine(settings: Settings, engines: Iterable[str]) -> None:
    """Refuse a job that wants another engine than those that would run it.

    Raises:
        UnsupportedInstructionError: it does.
    """
    if settings.engine is None:
        return
    for engine in engines:
        if engine not in settings.engine.split("+"):
            raise UnsupportedInstructionError(
                f"simulator_info.engine {settings.engine!r} cannot run this job, which would run on "
                f"{engine!r}: leave it out."
            )
