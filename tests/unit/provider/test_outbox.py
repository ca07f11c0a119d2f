from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from qumulus.provider import outbox as module
from qumulus.provider.outbox import Held, JobKey, Outbox, OutboxError

A = JobKey("a", 1)
B = JobKey("b", 3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "outbox.db"


def test_a_report_is_there_for_the_next_process_until_it_is_forgotten(path: Path) -> None:
    first = Outbox(path)
    first.keep("SC", [(A, b"report a"), (B, b"report b")])
    first.close()

    second = Outbox(path)
    assert second.kept("SC") == [(A, b"report a"), (B, b"report b")]
    second.forget([A])
    second.close()

    third = Outbox(path)
    assert third.kept("SC") == [(B, b"report b")]
    third.close()


def test_an_outbox_that_is_not_closed_loses_nothing(path: Path, tmp_path: Path) -> None:
    outbox = Outbox(path)
    outbox.hold("SC", [A])
    outbox.keep("SC", [(B, b"report b")])
    for name in ("outbox.db", "outbox.db-wal"):  # as a kill leaves them
        (tmp_path / name).write_bytes((path.parent / name).read_bytes())
    copy = Outbox(tmp_path / "outbox.db")
    assert copy.held("SC") == [Held(A, False)]
    assert copy.kept("SC") == [(B, b"report b")]
    copy.close()
    outbox.close()


def test_devices_do_not_see_each_others_rows(path: Path) -> None:
    outbox = Outbox(path)
    outbox.hold("SC", [A])
    outbox.keep("SVSim", [(B, b"report")])
    assert outbox.held("SVSim") == []
    assert outbox.kept("SC") == []
    outbox.close()


def test_a_job_with_a_report_is_held_no_longer(path: Path) -> None:
    outbox = Outbox(path)
    outbox.hold("SC", [A, B])
    outbox.keep("SC", [(A, b"report")])
    assert outbox.held("SC") == [Held(B, False)]
    outbox.forget([A, B])
    assert (outbox.held("SC"), outbox.kept("SC")) == ([], [])
    outbox.close()


def test_attempts_of_a_job_are_apart(path: Path) -> None:
    outbox = Outbox(path)
    outbox.hold("SC", [A, JobKey("a", 2)])
    outbox.forget([A])
    assert outbox.held("SC") == [Held(JobKey("a", 2), False)]
    outbox.close()


def test_what_has_started_is_known_to_have_started(path: Path) -> None:
    outbox = Outbox(path)
    outbox.hold("SC", [A, B])
    outbox.mark_started(B)
    assert outbox.held("SC") == [Held(A, False), Held(B, True)]
    outbox.close()


def test_deaths_are_counted_of_jobs_that_were_in_hand_each_time(path: Path) -> None:
    counts = []
    for attempt in (1, 2, 3):
        outbox = Outbox(path)
        outbox.hold("SC", [JobKey("a", attempt), JobKey(f"once {attempt}", 1)])
        outbox.hold("SVSim", [JobKey("b", 1)])
        outbox.close()
        outbox = Outbox(path)  # after a death
        counts.append({held.key.job_id: n for held, n in outbox.mourn("SC")})
        outbox.forget([held.key for held in outbox.held("SC")])
        outbox.close()
    assert counts == [{"a": n, f"once {n}": 1} for n in (1, 2, 3)]
    outbox = Outbox(path)
    assert outbox.mourn("SC") == []
    outbox.hold("SC", [A])
    assert outbox.mourn("SC") == [(Held(A, False), 1)]  # a start without it has ended the row
    outbox.close()


def test_the_later_report_of_an_attempt_replaces_the_first(path: Path) -> None:
    outbox = Outbox(path)
    outbox.keep("SC", [(A, b"first")])
    outbox.keep("SC", [(A, b"second")])
    assert outbox.kept("SC") == [(A, b"second")]
    outbox.close()


def test_a_withdrawn_device_is_remembered(path: Path) -> None:
    first = Outbox(path)
    assert not first.is_withdrawn("SC")
    first.set_withdrawn("SC", True)
    first.close()
    second = Outbox(path)
    assert second.is_withdrawn("SC")
    assert not second.is_withdrawn("SVSim")
    second.set_withdrawn("SC", False)
    assert not second.is_withdrawn("SC")
    second.close()


def test_a_second_process_is_refused(path: Path) -> None:
    first = Outbox(path)
    with pytest.raises(OutboxError, match="Another Provider"):
        Outbox(path)
    first.close()
    Outbox(path).close()


def test_a_file_that_is_no_database_is_named(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"something else entirely, and long enough" * 100)
    with pytest.raises(OutboxError, match=r"outbox\.db"):
        Outbox(path)


def damage(path: Path) -> None:
    outbox = Outbox(path)
    outbox.keep("SC", [(JobKey(f"job-{n}", 1), b"report" * 500) for n in range(20)])
    outbox.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))


def test_a_damaged_database_is_named(path: Path) -> None:
    damage(path)
    with pytest.raises(OutboxError, match=r"outbox\.db cannot be opened"):
        Outbox(path)


def test_reports_wait_for_the_disk_and_held_jobs_do_not(path: Path) -> None:
    outbox = Outbox(path)

    def level(connection: sqlite3.Connection) -> int:
        return int(connection.execute("PRAGMA synchronous").fetchone()[0])

    assert (level(outbox._durable), level(outbox._quick)) == (2, 1)
    outbox.close()


def test_a_full_disk_does_not_stop_the_worker(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    outbox = Outbox(path)
    outbox._durable.execute("PRAGMA query_only = ON")
    assert not outbox.keep("SC", [(A, b"report")])
    assert "outbox_write_failed" in caplog.text
    outbox._durable.execute("PRAGMA query_only = OFF")
    assert outbox.keep("SC", [(A, b"report")])
    outbox.close()


def test_a_database_that_is_damaged_under_it_does_not_stop_the_worker(
    path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_check", lambda _: None)
    damage(path)
    outbox = Outbox(path)
    outbox.hold("SC", [A])
    assert "outbox_write_failed" in caplog.text
    outbox.close()
