"""How the command line says times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qumulus.cli.times import presence

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("silent_s", "said"),
    [(0, "connected"), (59, "connected"), (61, "away for 1 min 1 s"), (7200, "away for 2 h 0 min")],
)
def test_a_silent_provider_is_said_to_be_away(silent_s: float, said: str) -> None:
    assert presence(NOW - timedelta(seconds=silent_s), now=NOW) == said


def test_a_device_without_a_provider_says_so() -> None:
    assert presence(None) == "never seen"
