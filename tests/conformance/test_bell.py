"""Wake-ups: in memory, and between processes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import asyncpg
import pytest

from qumulus.bell import MemoryBell, make_bell
from qumulus.bell.postgres import MAX_PAYLOAD_BYTES, PostgresBell, payloads
from qumulus.ports.bell import Bell, Waiter


class Pair:
    """Who rings, and who listens: the same bell, or two over one server."""

    def __init__(self, near: Bell, far: Bell, url: str) -> None:
        self.near, self.far, self.url = near, far, url


@pytest.fixture(params=["memory", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    if request.param == "postgres":
        request.getfixturevalue("postgres_database")
    return str(request.param)


@pytest.fixture
async def pair(kind: str, request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    if kind == "memory":
        bell = MemoryBell()
        yield Pair(bell, bell, "")
        await bell.close()
        return
    url: str = request.getfixturevalue("postgres_database")
    near, far = make_bell(url), make_bell(url)
    await near.start()
    await far.start()
    yield Pair(near, far, url)
    await near.close()
    await far.close()


async def quiet(waiter: Waiter) -> None:
    """Wait until nothing is heard any more of what was rung before."""
    while await waiter.wait(0.05):
        pass


async def test_a_ring_wakes_who_listens_to_the_topic_and_nobody_else(pair: Pair) -> None:
    with pair.far.listen({"a", "b"}) as mine, pair.far.listen({"c"}) as other:
        await quiet(mine)
        await quiet(other)
        waiting = asyncio.create_task(mine.wait(10))
        await pair.near.ring({"b", "x"})
        assert await waiting
        assert not await other.wait(0.05)


async def test_a_ring_between_listening_and_waiting_is_not_lost(pair: Pair) -> None:
    with pair.near.listen({"a"}) as waiter:
        await quiet(waiter)
        await pair.near.ring({"a"})
        await pair.near.ring({"a"})
        assert await waiter.wait(10)
        assert not await waiter.wait(0)


async def test_the_ringer_itself_is_woken_once(pair: Pair) -> None:
    with pair.near.listen({"a"}) as near, pair.far.listen({"a"}) as far:
        await quiet(near)
        await quiet(far)
        await pair.near.ring({"a"})
        assert await near.wait(0)
        assert pair.near is pair.far or await far.wait(10)
        assert not await near.wait(0.05)


async def test_nothing_rung_is_a_wait_that_ends_in_time(pair: Pair) -> None:
    with pair.near.listen({"a"}) as waiter:
        await quiet(waiter)
        assert not await waiter.wait(0.01)


async def test_who_left_is_forgotten(pair: Pair) -> None:
    with pair.near.listen({"a"}) as waiter:
        await quiet(waiter)
    await pair.near.ring({"a"})
    assert not await waiter.wait(0)


async def test_many_topics_reach_everybody(pair: Pair) -> None:
    topics = {f"j:{i:036}" for i in range(1000)}
    with pair.far.listen({f"j:{0:036}"}) as first, pair.far.listen({f"j:{999:036}"}) as last:
        await quiet(first)
        await quiet(last)
        await pair.near.ring(topics)
        assert await first.wait(10)
        assert await last.wait(10)


async def test_a_closed_bell_wakes_everybody_for_good(pair: Pair) -> None:
    with pair.near.listen({"a"}) as waiter:
        await quiet(waiter)
        waiting = asyncio.create_task(waiter.wait(10))
        await asyncio.sleep(0)
        await pair.near.close()
        assert not await waiting
        assert not await waiter.wait(10)
    with pair.near.listen({"a"}) as late:
        assert not await late.wait(10)


async def test_a_lost_connection_is_made_again_and_rings_for_everybody(pair: Pair) -> None:
    if not pair.url:
        return
    connection = await asyncpg.connect(pair.url)
    try:
        with pair.far.listen({"a"}) as waiter:
            await quiet(waiter)
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'qumulus bell' AND datname = current_database()"
            )
            assert await waiter.wait(10)
            await pair.near.ring({"a"})
            assert await waiter.wait(10)
    finally:
        await connection.close()


async def test_without_a_server_the_bell_still_rings_at_home() -> None:
    bell = PostgresBell("postgresql://nobody@127.0.0.1:1/none")
    await asyncio.wait_for(asyncio.gather(bell.start(), bell.ring({"x"})), 10)
    with bell.listen({"a"}) as waiter:
        await bell.ring({"a"})
        assert await waiter.wait(1)
    await bell.close()


def test_payloads_fit_and_carry_every_topic() -> None:
    topics = {f"j:{i:036}" for i in range(500)} | {'"quoted" ü', "o:" + "é" * 300}
    cut = list(payloads("me", topics))
    assert all(len(text.encode()) <= MAX_PAYLOAD_BYTES for text in cut)
    assert {name for text in cut for name in json.loads(text)[1:]} == topics
    assert {json.loads(text)[0] for text in cut} == {"me"}
    assert list(payloads("me", [])) == []
    assert json.loads(next(payloads("me", ["x" * 9000])))[1:] == ["*"]
