"""What all of the suite needs: a process with Qiskit, and the bound on false alarms kept."""

from __future__ import annotations

import pytest

from qumulus.provider import child
from tests.physics import effort, odds


@pytest.fixture(autouse=True, scope="session")
def resident() -> None:
    """The suite's process runs every kind of job."""
    if not child.is_resident():
        child.warm_up()


def pytest_report_header() -> str:
    """Say what repeats this run."""
    form = "long" if effort.IS_LONG else "short"
    return f"physics: {form} form, seed {effort.SEED}, false alarms at most {odds.FALSE_ALARMS:g} in a run"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """More checks than the level was divided among would break the bound."""
    if odds.made > odds.MOST_CHECKS:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        pytest.exit(f"{odds.made} checks were made, but the level is for {odds.MOST_CHECKS}")
