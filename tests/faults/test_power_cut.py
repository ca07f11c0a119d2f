"""What was acknowledged is on the disk, not only in the kernel's memory.

A library in the writing process keeps what was synced apart from what was only written. The process is
killed, and what is left is what a power cut would leave: the synced part, or that and any of the rest.
"""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from qumulus.provider.outbox import Outbox
from qumulus.store import check
from tests.faults.disk import Disk, built_library, environment

SEEDS = (None, 1, 2, 3, 4, 5, 6)
"""None: no block that was not synced came through."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_library(tmp_path_factory.mktemp("disk"))


@pytest.fixture
def disk(library: Path, tmp_path: Path) -> Iterator[Disk]:
    disk = Disk(library=library, folder=tmp_path / "disk")
    disk.folder.mkdir()
    disk.synced.mkdir()
    return disk


def acknowledged(disk: Disk, kind: str, file: str, *, n_lines: int, synchronous: str) -> list[list[str]]:
    """Let a process write until it said so many lines, kill it, and give all that it said."""
    command = [
        sys.executable,
        "-m",
        "tests.faults.durable_writer",
        kind,
        str(disk.folder / file),
        synchronous,
    ]
    writer = subprocess.Popen(command, env=environment(disk), stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    try:
        said = [writer.stdout.readline() for _ in range(n_lines)]
    finally:
        writer.kill()
    said += writer.stdout.readlines()
    writer.stdout.close()
    writer.wait()
    lines = [line.split() for line in said if line.endswith("\n")]
    assert len(lines) >= n_lines, "the writer ended by itself"
    return lines


def lost_jobs(folder: Path, lines: list[list[str]], file: str = "q.db") -> set[str]:
    """Give the jobs of which less is known than was acknowledged."""
    promised: dict[str, int] = {}
    for job_id, n_events in lines:
        promised[job_id] = max(promised.get(job_id, 0), int(n_events))
    if not (folder / file).exists():
        return set(promised)
    with closing(sqlite3.connect(folder / file)) as database:
        try:
            known = dict(database.execute("SELECT id, n_events FROM jobs").fetchall())
        except sqlite3.OperationalError:  # not even the schema
            known = {}
    return {job_id for job_id, n_events in promised.items() if known.get(job_id, 0) < n_events}


@pytest.mark.parametrize("n_lines", [50, 700])
def test_a_power_cut_loses_no_acknowledged_job(disk: Disk, tmp_path: Path, n_lines: int) -> None:
    lines = acknowledged(disk, "store", "q.db", n_lines=n_lines, synchronous="FULL")
    assert len({job_id for job_id, _ in lines}) > n_lines // 5
    for seed in SEEDS:
        left = disk.cut_power(tmp_path / f"left-{seed}", seed=seed)
        assert lost_jobs(left, lines) == set(), seed
        assert asyncio.run(check(f"sqlite:///{left / 'q.db'}")) == [], seed


@pytest.mark.parametrize("synchronous", ["OFF", "NORMAL"])
def test_the_loss_is_seen_where_commits_are_not_synced(disk: Disk, tmp_path: Path, synchronous: str) -> None:
    """At one of several moments: SQLite syncs now and then, which may be just before the cut."""
    lost: set[str] = set()
    for n_lines in (100, 130, 170):
        file = f"{n_lines}.db"
        lines = acknowledged(disk, "store", file, n_lines=n_lines, synchronous=synchronous)
        lost |= lost_jobs(disk.cut_power(tmp_path / f"left-{n_lines}", seed=None), lines, file)
    assert lost != set()


def lost_reports(folder: Path, lines: list[list[str]]) -> set[str]:
    """Give the jobs whose reports were kept, not forgotten, and are gone."""
    kept = {job_id for job_id, word in lines if word == "kept"}
    kept -= {job_id for job_id, word in lines if word == "forgotten"}
    box = Outbox(folder / "provider.db")
    try:
        assert len(box.held("SC")) <= 1  # the one that was being run
        known = {key.job_id: body for key, body in box.kept("SC")}
    finally:
        box.close()
    return {job_id for job_id in kept if known.get(job_id) != f"report {job_id[4:]}".encode()}


def test_a_power_cut_loses_no_report_of_a_provider(disk: Disk, tmp_path: Path) -> None:
    lines = acknowledged(disk, "outbox", "provider.db", n_lines=150, synchronous="FULL")
    for seed in SEEDS:
        assert lost_reports(disk.cut_power(tmp_path / f"left-{seed}", seed=seed), lines) == set(), seed


def test_the_loss_is_seen_where_reports_are_not_synced(disk: Disk, tmp_path: Path) -> None:
    lines = acknowledged(disk, "outbox", "provider.db", n_lines=100, synchronous="OFF")
    assert lost_reports(disk.cut_power(tmp_path / "left", seed=None), lines) != set()
