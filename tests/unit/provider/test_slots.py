"""Slots are dealt out in turn, processors in equal shares."""

from __future__ import annotations

import asyncio

from qumulus.provider.slots import Cores, Slots


async def test_whoever_waits_longest_gets_the_next_slot() -> None:
    slots = Slots(1)
    assert slots.take_now()
    assert not slots.take_now()
    order: list[int] = []

    async def use(number: int) -> None:
        await slots.take()
        order.append(number)
        slots.give_back()

    waiting = [asyncio.create_task(use(number)) for number in range(3)]
    await asyncio.sleep(0)
    assert slots.n_waiting == 3
    slots.give_back()
    await asyncio.gather(*waiting)
    assert order == [0, 1, 2]
    assert slots.n_taken == slots.n_waiting == 0


async def test_who_stops_waiting_costs_nobody_a_slot() -> None:
    slots = Slots(1)
    slots.take_now()
    first, second = (asyncio.create_task(slots.take()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    slots.give_back()
    await second
    assert slots.n_taken == 1


async def test_a_slot_that_comes_with_the_cancel_is_handed_on() -> None:
    slots = Slots(1)
    slots.take_now()
    first, second = (asyncio.create_task(slots.take()) for _ in range(2))
    await asyncio.sleep(0)
    slots.give_back()
    first.cancel()
    await second
    assert slots.n_taken == 1


def test_jobs_share_the_processors() -> None:
    cores = Cores(4)
    assert [cores.begin() for _ in range(5)] == [4, 2, 1, 1, 1]
    for _ in range(4):
        cores.end()
    assert not cores.is_idle
    assert cores.begin() == 2
