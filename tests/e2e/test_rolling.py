"""Clouds are restarted and killed under load, and users of the SDK meet a delay, never an error."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from campaign.rolling import ride

from qumulus.domain.lifecycle import JobStatus


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_users_of_the_sdk_see_no_error_while_clouds_are_restarted(
    store: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """On SQLite the only Cloud is killed; on PostgreSQL two are told to end, in turn."""
    database = request.getfixturevalue("new_database")() if store == "postgresql" else None
    told = asyncio.run(ride(tmp_path, database=database, n_rounds=1 if database else 2))
    assert told.errors == []
    assert told.gaps == []
    assert told.n_restarts == 2
    assert set(told.ended.values()) == {JobStatus.SUCCEEDED}
    assert len(told.took_s) > 2 * told.n_restarts
