"""The campaign's checker finds each planted fault, and nothing in a world without one."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.faults.checker_world import World

CHECKER: Final = Path(__file__).parents[2] / "campaign/checker"

Break = Callable[[World], Any]


def sql(statement: str) -> Break:
    """Break the store."""
    return lambda world: world.db.executescript(statement)


def without(find: Callable[[World], list[dict[str, Any]]]) -> Break:
    """Lose records of the history."""

    def break_it(world: World) -> None:
        lost = find(world)
        world.records[:] = [record for record in world.records if record not in lost]

    return break_it


def changed(find: Callable[[World], list[dict[str, Any]]], **values: Any) -> Break:
    """Falsify the last of the found records."""
    return lambda world: find(world)[-1].update(values)


def repeated(find: Callable[[World], list[dict[str, Any]]], **values: Any) -> Break:
    """Record the last of the found records once more, later."""

    def break_it(world: World) -> None:
        record = copy.deepcopy(find(world)[-1])
        if record["kind"] == "call":
            shift = {key: record[key] + 100 for key in ("n", "start", "end")}
            record.update(shift)
        world.records.append({**record, **values})

    return break_it


def swapped_deliveries(world: World) -> None:
    first, second = world.deliveries("job-2")[:1] + world.deliveries("job-3")[:1]
    first["data"], second["data"] = second["data"], first["data"]
    first["cursor"], second["cursor"] = second["cursor"], first["cursor"]


def overwritten_result(world: World) -> None:
    world.db.execute(
        "UPDATE outputs SET body = json_set(body, '$.provenance.attempt', 1) WHERE job_id = 'job-1'"
    )


def submits(world: World) -> list[dict[str, Any]]:
    return world.calls("POST", "/user/jobs")


def copied(job_id: str, *, name: str) -> str:
    """SQL that stores a finished job a second time under another id."""
    columns = (
        "owner, device_id, form, job_type, status, shots, description, priority, attempt, losses, "
        "simulator_info, mitigation_info, created_at, submitted_at, ready_at, running_at, ended_at, "
        "moved_at, n_events, n_bytes, slot_priority"
    )
    event = "seq, owner, at, actor, source, target, detail"
    return (
        f"INSERT INTO jobs (id, name, {columns}) "
        f"SELECT 'twin', '{name}', {columns} FROM jobs WHERE id = '{job_id}';"
        f"INSERT INTO inputs SELECT 'twin', form, body FROM inputs WHERE job_id = '{job_id}';"
        f"INSERT INTO outputs SELECT 'twin', key, body FROM outputs WHERE job_id = '{job_id}';"
        f"INSERT INTO job_events (job_id, {event}) "
        f"SELECT 'twin', {event} FROM job_events WHERE job_id = '{job_id}';"
    )


EVENT: Final = "INSERT INTO job_events (job_id, seq, owner, at, actor, source, target, detail) VALUES "

BREAKS: Final[dict[str, tuple[str, Break]]] = {
    "an acknowledged job is gone": (
        "lost_job",
        sql("DELETE FROM jobs WHERE id = 'job-3'; DELETE FROM job_events WHERE job_id = 'job-3'"),
    ),
    "a key made two jobs": ("duplicated_job", sql(copied("job-1", name="name-1"))),
    "a submit without a key made two jobs": ("duplicated_job", sql(copied("job-3", name="name-3"))),
    "a job that nobody submitted": ("invented_job", sql(copied("job-3", name="name-9"))),
    "a repeated key was answered with another job": (
        "key_forgotten",
        repeated(lambda world: submits(world)[:1], answer={"job_id": "job-2"}),
    ),
    "a key is not remembered": ("key_forgotten", sql("DELETE FROM idempotency")),
    "another program is stored": ("content_changed", sql('UPDATE inputs SET body = \'{"code": ""}\'')),
    "a job of another owner": ("content_changed", sql("UPDATE jobs SET owner = 'bob' WHERE id = 'job-3'")),
    "a program is gone": ("input_lost", sql("DELETE FROM inputs WHERE job_id = 'job-1'")),
    "a job ended twice": (
        "ended_twice",
        sql(f"{EVENT}('job-3', 4, 'alice', 1800000099000000, 'provider', 'running', 'succeeded', '{{}}')"),
    ),
    "a final job moved": (
        "illegal_path",
        sql(f"{EVENT}('job-3', 4, 'alice', 1800000099000000, 'user', 'failed', 'cancelled', '{{}}')"),
    ),
    "the wrong actor moved a job": (
        "illegal_path",
        sql("UPDATE job_events SET actor = 'user' WHERE target = 'running'"),
    ),
    "an event is missing": ("event_gap", sql("DELETE FROM job_events WHERE job_id = 'job-1' AND seq = 3")),
    "row and last event disagree": (
        "row_differs",
        sql("UPDATE jobs SET status = 'cancelled' WHERE id = 'job-1'"),
    ),
    "a stale attempt moved a job": (
        "stale_attempt",
        sql(
            "UPDATE job_events SET detail = '{\"attempt\": 1}' WHERE job_id = 'job-1' AND target = 'running'"
        ),
    ),
    "two claims gave one attempt": (
        "attempt_skipped",
        sql("UPDATE job_events SET detail = '{\"attempt\": 1}' WHERE job_id = 'job-1' AND target = 'ready'"),
    ),
    "a result of a stale attempt stands": ("result_stale", overwritten_result),
    "a result is gone": ("result_lost", sql("DELETE FROM outputs WHERE key = 'result'")),
    "a result was changed": (
        "result_changed",
        sql("UPDATE outputs SET body = json_set(body, '$.sampling.counts.0', 1) WHERE key = 'result'"),
    ),
    "a failure without a reason": ("reason_lost", sql("DELETE FROM outputs WHERE key = 'reason'")),
    "a loss without its code": ("reason_lost", sql("DELETE FROM outputs WHERE key = 'reason_code'")),
    "a poisonous job succeeded": (
        "poison_survived",
        sql("UPDATE jobs SET name = 'crash-1' WHERE id = 'job-1'"),
    ),
    "an acknowledged cancel is undone": (
        "cancel_undone",
        sql("UPDATE jobs SET status = 'succeeded' WHERE id = 'job-2'"),
    ),
    "a cancelled job's process went on": (
        "cancel_unheard",
        changed(
            lambda world: [r for r in world.records if r["kind"] == "run"],
            end=1_800_000_050,
            start=1_800_000_001,
        ),
    ),
    "a process is left over": (
        "run_left",
        changed(lambda world: [r for r in world.records if r["kind"] == "run"], end=None),
    ),
    "an acknowledged deletion is undone": (
        "delete_undone",
        repeated(lambda world: world.calls("DELETE", "/user/jobs/job-4"), path="/user/jobs/job-3"),
    ),
    "a job was deleted unasked": (
        "deleted_unasked",
        without(lambda world: world.calls("DELETE", "/user/jobs/job-4")),
    ),
    "a job is stuck": (
        "stuck",
        sql(
            "UPDATE jobs SET status = 'running', ended_at = NULL, n_events = 4 WHERE id = 'job-1';"
            "DELETE FROM job_events WHERE job_id = 'job-1' AND target = 'succeeded'"
        ),
    ),
    "a waiting job stands in no queue": (
        "queue_wrong",
        sql("UPDATE jobs SET status = 'submitted', ended_at = NULL WHERE id = 'job-3'"),
    ),
    "a finished job waits in a queue": (
        "queue_wrong",
        sql("INSERT INTO queue VALUES ('RAW', 5, 0, 1, 'job-3', 'alice', 5, 1)"),
    ),
    "a finished job is held": (
        "lease_wrong",
        sql("INSERT INTO leases VALUES ('job-3', 1, 'RAW', 'w', 10, 0)"),
    ),
    "rows of a deleted job are left": ("orphan", sql("INSERT INTO outputs VALUES ('job-4', 'result', '{}')")),
    "stamps are not in order": (
        "time_order",
        sql("UPDATE jobs SET created_at = ended_at + 1 WHERE id = 'job-1'"),
    ),
    "a stamp was set again": (
        "stamp_differs",
        sql("UPDATE jobs SET ready_at = ready_at + 9 WHERE id = 'job-1'"),
    ),
    "events run backwards in time": (
        "time_order",
        sql("UPDATE job_events SET at = 1 WHERE target = 'running'"),
    ),
    "a loss while it ran was not counted": (
        "wrong_loss",
        sql(
            "UPDATE job_events SET detail = json_set(detail, '$.unheard', json('true')) "
            "WHERE job_id = 'job-5' AND actor = 'cloud'; UPDATE jobs SET losses = 0 WHERE id = 'job-5'"
        ),
    ),
    "hardware repeats silently": (
        "wrong_loss",
        sql("UPDATE devices SET on_lost_lease = 'requeue'"),
    ),
    "a loss too few was counted": (
        "row_differs",
        sql("UPDATE jobs SET losses = 0 WHERE id = 'job-1'"),
    ),
    "a claim was handed to two": (
        "claimed_twice",
        repeated(lambda world: world.calls("GET", "/provider/jobs?device_id=RAW&worker=w2"), actor="w3"),
    ),
    "a taken report did not happen": (
        "report_lost",
        repeated(
            lambda world: world.calls("PATCH", "/provider/jobs/job-1"),
            request={"attempt": 1, "status": "running"},
        ),
    ),
    "a final status was unseen": (
        "read_went_back",
        changed(
            lambda world: world.calls("GET", "/user/jobs/job-1/status"),
            answer={"job_id": "job-1", "status": "running"},
        ),
    ),
    "an existing job was not found": (
        "lost_job",
        changed(lambda world: world.calls("GET", "/user/jobs/job-1/status"), status=404),
    ),
    "an internal error was answered": ("wrong_refusal", changed(submits, status=500)),
    "the SDK gave up": ("sdk_error", changed(submits, status=None, via="sdk", error="unreachable")),
    "a stream lost an event": ("stream_gap", without(lambda world: world.deliveries("job-1")[2:3])),
    "a stream lost the last event": (
        "stream_gap",
        without(lambda world: world.deliveries("job-1", "one")[-1:]),
    ),
    "a stream repeated an event": ("stream_repeats", repeated(lambda world: world.deliveries("job-1"))),
    "a stream changed the order": ("stream_order", swapped_deliveries),
    "a stream showed another's job": (
        "stream_alien",
        sql("UPDATE jobs SET owner = 'bob' WHERE id = 'job-1'"),
    ),
    "a broken driver burnt a job": (
        "burnt_job",
        lambda world: world.records.append(
            {"kind": "fault", "what": "break_driver", "target": "RAW", "start": 0.0, "end": 1.0}
        ),
    ),
    "two submits without a key got one job": ("answered_twice", repeated(lambda world: submits(world)[2:3])),
    "a submit was answered with another's job": (
        "wrong_answer",
        changed(lambda world: submits(world)[2:3], answer={"job_id": "job-2"}),
    ),
    "the engine finds its file wrong": (
        "damaged_store",
        sql(
            "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = sql || ' WHERE shots > 9999' "
            "WHERE name = 'jobs_by_device'"
        ),
    ),
    "a job has no event": ("no_events", sql("DELETE FROM job_events WHERE job_id = 'job-1'")),
    "a deleted job left no event": ("no_tombstone", sql("DELETE FROM job_events WHERE job_id = 'job-4'")),
    "a deleted job is there": (
        "half_deleted",
        sql(f"{EVENT}('job-3', 4, 'alice', 1800000099000000, 'user', 'failed', NULL, '{{}}')"),
    ),
    "a job that nobody held got a result": (
        "unheld_result",
        sql(
            "DELETE FROM job_events WHERE job_id = 'job-3' AND seq = 2;"
            "UPDATE job_events SET seq = 2, source = 'submitted' WHERE job_id = 'job-3' AND seq = 3"
        ),
    ),
    "a claim that was answered did not happen": (
        "claim_lost",
        repeated(
            lambda world: world.calls("GET", "/provider/jobs?device_id=RAW&worker=w2"),
            answer=[{"job_id": "job-1", "attempt": 3}],
        ),
    ),
    "a stream told a tale": (
        "stream_differs",
        lambda world: world.deliveries("job-1")[-1]["data"].update(actor="admin"),
    ),
}


def test_a_sound_world_has_no_violation(tmp_path: Path) -> None:
    assert World(tmp_path).violations() == []


@pytest.mark.parametrize("what", BREAKS)
def test_a_planted_fault_is_found(what: str, tmp_path: Path) -> None:
    rule, break_it = BREAKS[what]
    world = World(tmp_path)
    break_it(world)
    found = world.violations()
    assert rule in {violation.rule for violation in found}, found
    assert all(str(violation) for violation in found)


def test_a_fault_is_planted_for_every_rule() -> None:
    sources = "".join(source.read_text() for source in CHECKER.glob("*.py"))
    rules = set(re.findall(r'(?:Violation\(\s*|rule = |else )"([a-z_]+)"', sources))
    assert rules == {rule for rule, _ in BREAKS.values()}


def test_a_process_may_go_on_while_nobody_can_tell_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    run = next(record for record in world.records if record["kind"] == "run")
    fault = {"kind": "fault", "what": "stop", "target": "provider", "start": run["start"]}
    world.records.append({**fault, "end": run["start"] + 20})
    run["end"] = run["start"] + 25
    assert world.violations() == []


def test_a_withdrawn_device_may_refuse_jobs_until_its_driver_works(tmp_path: Path) -> None:
    world = World(tmp_path)
    submit = copy.deepcopy(submits(world)[-1])
    submit["request"].update(name="name-9", device_id="FRAIL")
    submit.update(n=900, status=400, answer={"code": "device_unusable"}, key="k9")
    fault = {"kind": "fault", "what": "break_driver", "target": "FRAIL", "start": submit["start"] - 2}
    world.records += [submit, {**fault, "end": submit["start"] - 1}]
    assert world.violations() == []
    submit.update(start=submit["start"] + 60, end=submit["end"] + 60)
    assert [violation.rule for violation in world.violations()] == ["wrong_refusal"]


def test_a_message_delivered_twice_without_a_key_makes_two_jobs(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.db.executescript(copied("job-3", name="name-3"))
    world.records.append({"kind": "message", "n": submits(world)[2]["n"], "what": "duplicated"})
    shown = copy.deepcopy(world.deliveries("job-3"))
    for record in shown:
        record["cursor"] += 1000
        record["data"]["job_id"] = "twin"
    world.records += shown
    assert world.violations() == []
