from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qumulus.provider import reports
from qumulus.provider.claims import AHEAD_S, Allowance
from qumulus.provider.outbox import JobKey
from qumulus.wire.provider import JobReport

KEY = JobKey("a", 1)


def _line(report: reports.Report) -> JobReport:
    return msgspec.json.decode(report.body, type=JobReport)


@given(
    slots=st.integers(1, 16),
    most_ahead=st.integers(0, 32),
    durations=st.lists(st.floats(0, 1000), max_size=5),
    n_running=st.integers(0, 16),
    n_waiting=st.integers(0, 32),
    n_unreported=st.integers(0, 64),
    youngest_s=st.floats(0, 1000),
)
def test_a_claim_never_goes_beyond_slots_and_look_ahead(
    slots: int,
    most_ahead: int,
    durations: list[float],
    n_running: int,
    n_waiting: int,
    n_unreported: int,
    youngest_s: float,
) -> None:
    allowance = Allowance(slots=slots, most_ahead=most_ahead)
    for duration in durations:
        allowance.note(duration)
    limit = allowance.claimable(
        n_running=min(n_running, slots),
        n_waiting=n_waiting,
        n_unreported=n_unreported,
        youngest_s=youngest_s,
    )
    held = min(n_running, slots) + n_waiting
    assert limit >= 0
    assert limit == 0 or held + n_unreported + limit <= slots + most_ahead
    if held < slots:
        assert limit >= min(slots - held, slots + most_ahead - held - n_unreported)


def test_long_jobs_are_not_claimed_ahead() -> None:
    allowance = Allowance(slots=2, most_ahead=4)
    allowance.note(10.0)
    assert allowance.claimable(n_running=2, n_waiting=0, n_unreported=0, youngest_s=0.0) == 0


def test_short_jobs_are_claimed_ahead_while_the_running_ones_are_young() -> None:
    allowance = Allowance(slots=2, most_ahead=4)
    allowance.note(0.01)
    assert allowance.claimable(n_running=2, n_waiting=0, n_unreported=0, youngest_s=0.0) == 4
    assert allowance.claimable(n_running=2, n_waiting=4, n_unreported=0, youngest_s=0.0) == 0
    assert allowance.claimable(n_running=2, n_waiting=0, n_unreported=0, youngest_s=2 * AHEAD_S) == 0


@pytest.mark.parametrize(("measured_s", "said"), [(0.0, 0.001), (0.0004, 0.001), (0.0101, 0.011), (2.0, 2.0)])
def test_execution_times_are_rounded_up_to_whole_milliseconds(measured_s: float, said: float) -> None:
    assert _line(reports.succeeded(KEY, {}, execution_time_s=measured_s)).execution_time == said


def test_a_restored_result_says_running_before() -> None:
    result = reports.succeeded(KEY, {"sampling": {}}, execution_time_s=1.0)
    first, second = reports.restore(KEY, result.body)
    assert (_line(first).status, first.is_final) == ("running", False)
    assert (second.body, second.is_final) == (result.body, True)


def test_a_restored_failure_of_the_preparation_does_not() -> None:
    failure = reports.failed(KEY, "invalid_program", "no", execution_time_s=None)
    (only,) = reports.restore(KEY, failure.body)
    assert only.body == failure.body


def test_a_result_that_is_too_large_becomes_a_failure_with_its_execution_time() -> None:
    result = reports.succeeded(KEY, {"sampling": {}}, execution_time_s=2.5)
    line = _line(reports.instead_of(result, "too_large", "The body is too large."))
    assert (line.status, line.execution_time) == ("failed", 2.5)
    assert msgspec.json.decode(line.job_info["code"]) == "limit_exceeded"


def test_a_reason_is_no_longer_than_it_can_be_read() -> None:
    """It may repeat a name of the program, which may have megabytes."""
    reason = f"the gate `{'x' * 1_000_000}` is not defined"
    for report in (
        reports.failed(KEY, "invalid_program", reason, execution_time_s=None),
        reports.remark(KEY, reason),
    ):
        assert len(report.body) < 5_000
        assert b"the gate `xxx" in report.body
        assert b"xxx` is not defined" in report.body
