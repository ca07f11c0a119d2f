"""Angles of many turns, of which a transpiler that adds π to them would leave nothing."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.physics.devices import document_of, options_of, qubit
from tests.physics.effort import seed_of
from tests.physics.jobs import HEAD, counts_of
from tests.physics.odds import assert_counts

SHOTS = 4_000


@pytest.mark.parametrize("angle", [1e15, -(2.0**53), 1e18, 1e300])
@pytest.mark.parametrize("level", [None, 0, 3])
def test_large_angles_are_exact(angle: float, level: int | None, tmp_path: Path) -> None:
    one = math.sin(angle / 2) ** 2
    options = {"optimization_level": level}
    counts = counts_of(
        f"{HEAD} qubit q; bit c; ry({angle!r}) q; c = measure q;",
        device="SVSim" if level is None else "SC",
        shots=SHOTS,
        seed=seed_of("large", angle, level),
        transpiler_info=None if level is None else {"transpiler_options": options},
        options={} if level is None else options_of(document_of([qubit(0, p1=0, p0=0)]), tmp_path),
    )
    assert_counts(counts, {"1": one, "0": 1 - one}, shots=SHOTS)
