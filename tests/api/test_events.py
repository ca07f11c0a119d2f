"""Timelines and streams: complete, in order, resumable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qumulus.http.app import HttpSettings
from qumulus.service import ServiceSettings
from tests.api.cloud import RESULT, Cloud, open_cloud
from tests.api.raw import Held

STREAM = {"Accept": "text/event-stream"}


def read_frames(body: bytes) -> list[tuple[str, dict[str, Any]]]:
    frames = [frame for frame in body.decode().split("\n\n") if frame.startswith("id: ")]
    found = []
    for frame in frames:
        first, second = frame.split("\n")
        found.append((first.removeprefix("id: "), json.loads(second.removeprefix("data: "))))
    return found


async def test_a_stream_tells_the_whole_timeline_and_closes_after_the_last_event(cloud: Cloud) -> None:
    job_id = await cloud.submit()
    async with Held(cloud, "alice", f"/user/jobs/{job_id}/events", headers=STREAM) as stream:
        start = await stream.piece()
        assert dict(start["headers"])[b"content-type"] == b"text/event-stream"
        assert '"from":null' in await stream.line("data: ")
        await cloud.claim()
        assert '"to":"ready"' in await stream.line("data: ")
        await cloud.start(job_id)
        assert '"to":"running"' in await stream.line("data: ")
        await cloud.report(job_id, result=RESULT)
        rest = await stream.body()
        await stream.ended()
    assert [event["to"] for _, event in read_frames(rest)] == ["succeeded"]


async def test_a_stream_and_the_array_tell_the_same(cloud: Cloud) -> None:
    job_id = await cloud.job_in("succeeded")
    array = (await cloud.call("alice", "GET", f"/user/jobs/{job_id}/events")).json()
    stream = await cloud.call("alice", "GET", f"/user/jobs/{job_id}/events", headers=STREAM)
    assert [event for _, event in read_frames(stream.content)] == array
    assert [event["seq"] for event in array] == [1, 2, 3, 4]
    assert list(array[0]) == ["job_id", "seq", "at", "actor", "from", "to", "detail"]
    assert [event["actor"] for event in array] == ["user", "provider", "provider", "provider"]


async def test_a_stream_goes_on_after_any_event(cloud: Cloud) -> None:
    job_id = await cloud.job_in("succeeded")
    path = f"/user/jobs/{job_id}/events"
    frames = read_frames((await cloud.call("alice", "GET", path, headers=STREAM)).content)
    for index, (cursor, _) in enumerate(frames):
        for headers, query in (({"Last-Event-ID": cursor}, ""), ({}, f"?cursor={cursor}")):
            rest = await cloud.call("alice", "GET", path + query, headers={**STREAM, **headers})
            assert read_frames(rest.content) == frames[index + 1 :]
            array = await cloud.call("alice", "GET", path + query, headers=headers)
            assert array.json() == [event for _, event in frames[index + 1 :]]


async def test_the_stream_of_all_own_jobs_begins_now_and_goes_on_from_a_cursor(cloud: Cloud) -> None:
    await cloud.submit()
    async with Held(cloud, "alice", "/user/events", headers=STREAM) as stream:
        await stream.line(":")
        mine = [await cloud.submit(), await cloud.submit()]
        await cloud.submit("bob")
        await cloud.call("alice", "POST", f"/user/jobs/{mine[0]}/cancel")
        frames: list[tuple[str, dict[str, Any]]] = []
        while len(frames) < 3:
            frames += read_frames((await stream.piece()).get("body", b""))
    assert [(event["job_id"], event["to"]) for _, event in frames] == [
        (mine[0], "submitted"),
        (mine[1], "submitted"),
        (mine[0], "cancelled"),
    ]
    rest = await cloud.call("alice", "GET", "/user/events", headers={"Last-Event-ID": frames[0][0]})
    assert rest.json() == [event for _, event in frames[1:]]


async def test_a_stream_that_breaks_before_its_first_event_is_resumed_where_it_began(cloud: Cloud) -> None:
    await cloud.submit()
    async with Held(cloud, "alice", "/user/events", headers=STREAM) as stream:
        cursor = (await stream.line("id: ")).removeprefix("id: ")
    job_id = await cloud.submit()
    rest = await cloud.call("alice", "GET", "/user/events", headers={"Last-Event-ID": cursor})
    assert [event["job_id"] for event in rest.json()] == [job_id]


async def test_the_array_of_all_own_events_gives_the_cursor_to_go_on_from(cloud: Cloud) -> None:
    first = await cloud.call("alice", "GET", "/user/events")
    assert first.json() == []
    ids = [await cloud.submit() for _ in range(3)]
    seen = []
    link = first.links["next"]["url"]
    for _ in range(4):
        page = await cloud.call("alice", "GET", link.replace("limit=500", "limit=1"))
        seen += [event["job_id"] for event in page.json()]
        link = page.links["next"]["url"]
    assert seen == ids


async def test_an_unknown_cursor_is_410(cloud: Cloud) -> None:
    job_id = await cloud.submit()
    for path in (f"/user/jobs/{job_id}/events", "/user/events"):
        for headers in ({}, STREAM):
            answer = await cloud.call("alice", "GET", f"{path}?cursor=strange-1-2", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (410, "cursor_too_old")


async def test_a_reader_who_hangs_up_frees_the_stream(cloud: Cloud) -> None:
    async with Held(cloud, "alice", "/user/events", headers=STREAM) as stream:
        await stream.line(":")
        assert cloud.services.meters.open_streams == 1
        stream.hang_up()
        await stream.ended()
    assert cloud.services.meters.open_streams == 0


async def test_a_slow_reader_is_not_read_ahead_for(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    store, reads = cloud.services.store, 0
    inner = store.owner_events

    async def counted(*args: Any, **options: Any) -> Any:
        nonlocal reads
        reads += 1
        return await inner(*args, **options)

    monkeypatch.setattr(store, "owner_events", counted)
    async with Held(cloud, "alice", "/user/events", headers=STREAM) as stream:
        await stream.line(":")
        stream.reads_on.clear()
        ids = [await cloud.submit() for _ in range(20)]
        assert reads <= 3
        stream.reads_on.set()
        frames: list[tuple[str, dict[str, Any]]] = []
        while len(frames) < len(ids):
            frames += read_frames((await stream.piece()).get("body", b""))
    assert [event["job_id"] for _, event in frames] == ids


async def test_a_deleted_job_leaves_a_last_event(cloud: Cloud) -> None:
    link = (await cloud.call("alice", "GET", "/user/events")).links["next"]["url"]
    job_id = await cloud.job_in("cancelled")
    await cloud.call("alice", "DELETE", f"/user/jobs/{job_id}")
    events = (await cloud.call("alice", "GET", link)).json()
    assert (events[-1]["job_id"], events[-1]["from"], events[-1]["to"]) == (job_id, "cancelled", None)
    assert (await cloud.call("alice", "GET", f"/user/jobs/{job_id}/events")).status_code == 404


async def test_a_quiet_stream_stays_open_with_comments(tmp_path: Path) -> None:
    settings, quick = HttpSettings(keep_alive_s=0.0), ServiceSettings(safety_poll_s=0.01)
    async with open_cloud(tmp_path, settings=settings, services=quick) as cloud:
        async with Held(cloud, "alice", "/user/events", headers=STREAM) as stream:
            for _ in range(3):
                assert await stream.line(": still here")
