"""Measuring the engines in a real resident worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from qumulus.provider.engines.resources import Costs
from qumulus.provider.serve import TARGET
from qumulus.provider.slots import Cores
from qumulus.provider.tuning import FILE, Tuning, describe_machine
from qumulus.sandbox import ResidentSandbox


async def test_costs_are_measured_once_and_kept_for_this_machine(tmp_path: Path) -> None:
    sandbox = ResidentSandbox(TARGET, workers=1, spares=0)
    tuning = Tuning(tmp_path, Cores(1))
    assert tuning.resources.costs == Costs()
    try:
        await tuning.run(sandbox, quiet_s=0.0)
    finally:
        await sandbox.close()
    found = tuning.resources.costs
    assert found != Costs()
    assert 0 < found.qulacs_amplitude_s < found.qulacs_gate_s < 0.1
    assert 0 < found.aer_amplitude_s < found.aer_start_s < 10
    assert Tuning(tmp_path, Cores(1)).resources.costs == found
    (tmp_path / FILE).write_text((tmp_path / FILE).read_text().replace("cores", "other cores"))
    assert Tuning(tmp_path, Cores(1)).resources.costs == Costs()


@pytest.mark.parametrize("costs", ['{"qulacs_gate_s": -1}', '{"qulacs_gate_s": 1e300}', "[]", '{"qulacs'])
def test_kept_costs_that_cannot_be_are_measured_anew(tmp_path: Path, costs: str) -> None:
    (tmp_path / FILE).write_text(f'{{"machine": "{describe_machine()}", "costs": {costs}}}')
    assert Tuning(tmp_path, Cores(1)).resources.costs == Costs()
