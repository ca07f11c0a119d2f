"""The fault campaign in its short form: nothing is lost, repeated or overwritten on either store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from campaign.nemesis import make_schedule
from campaign.play import Outcome, find_deaths, play
from campaign.processes import Program
from campaign.stage import SHORT

SEED = 20


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="campaign-") as name:
        yield Path(name)


@pytest.mark.timeout(300)  # what is stuck after 90 s of calm is told with the logs, not cut off
@pytest.mark.parametrize("store", ["sqlite", "postgres"])
async def test_no_promise_is_broken_whoever_crashes(store: str, folder: Path) -> None:
    outcome = await play(SHORT, seed=SEED, store=store, folder=folder)
    assert not outcome.violations, _told(outcome, folder)
    assert outcome.n_jobs == SHORT.jobs
    assert outcome.n_kills >= 3
    assert outcome.n_messages >= 20
    assert outcome.statuses["succeeded"] >= SHORT.jobs // 3


def _told(outcome: Outcome, folder: Path) -> str:
    """What was broken, and what each process said last."""
    logs = [f"--- {log.name}\n{log.read_text()[-3000:]}" for log in sorted(folder.glob("*.log"))]
    return "\n".join([*map(str, outcome.violations), *logs])


async def test_a_process_that_ends_by_itself_is_found(folder: Path) -> None:
    programs = [Program(name, [name], folder=folder, environment={}) for name in ("nonsense", "idle")]
    programs[0].start()
    async with asyncio.timeout(60):
        while programs[0].is_alive:  # noqa: ASYNC110 - processes tell nobody
            await asyncio.sleep(0.01)
    (death,) = find_deaths(programs)
    assert str(death).startswith("process_died: nonsense"), death
    assert "exit code 2" in death.text


def test_the_same_seed_makes_the_same_schedule() -> None:
    def schedule(seed: int) -> list[str]:
        strikes = make_schedule(seed, seconds=100, n_strikes=150, has_postgres=True)
        return [str(strike) for strike in strikes]

    assert schedule(1) == schedule(1) != schedule(2)
