"""Laws that hold for both kinds of sandbox, on real processes."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import warnings
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from qumulus.sandbox import ExitKind, ForkedSandbox, Limits, ResidentSandbox, Sandbox, SandboxError
from tests.faults.sandbox_processes import (
    FREE,
    count_entries,
    descendants,
    eventually,
    is_alive,
    messages_and_exit,
)

TARGET = "tests.faults.sandbox_targets:run"
SANDBOXES = {
    "forked": lambda **options: ForkedSandbox(TARGET, ["numpy"], **options),
    "standby": lambda **options: ForkedSandbox(TARGET, ["numpy"], standby=1, **options),
    "resident": lambda **options: ResidentSandbox(TARGET, 1, 1, **options),
}


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


@pytest.fixture(params=sorted(SANDBOXES))
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    box = SANDBOXES[request.param]()
    await box.start()
    yield box
    await box.close()
    assert not descendants(os.getpid())


async def test_a_task_comes_back(sandbox: Sandbox) -> None:
    messages, end = await messages_and_exit(await sandbox.run(b"echo hello", FREE))
    assert messages == [b"hello"]
    assert end.kind is ExitKind.DONE


async def test_a_child_that_can_say_nothing_more_is_not_waited_for(sandbox: Sandbox) -> None:
    _, end = await messages_and_exit(await sandbox.run(b"close_all", FREE))
    assert (end.kind, end.detail) == (ExitKind.CRASHED, "closed its channel")
    messages, _ = await messages_and_exit(await sandbox.run(b"echo hello", FREE))
    assert messages == [b"hello"]


async def test_messages_keep_their_order_and_edges(sandbox: Sandbox) -> None:
    execution = await sandbox.run(b"echo_all", FREE)
    sent = [b"%d" % number * (number % 700 + 1) for number in range(1, 1500)]
    for message in [*sent, b""]:
        execution.send(message)
    messages, end = await messages_and_exit(execution)
    assert messages == sent
    assert end.kind is ExitKind.DONE


async def test_big_messages_pass_both_ways_while_the_loop_turns(sandbox: Sandbox) -> None:
    big = os.urandom(20 * 2**20)
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count_turns())
    execution = await sandbox.run(b"echo_all", FREE)
    execution.send(big)
    execution.send(big)
    execution.send(b"")
    messages, end = await messages_and_exit(execution)
    counting.cancel()
    assert messages == [big, big]
    assert end.kind is ExitKind.DONE
    assert turns > 100


async def test_a_reader_that_comes_late_slows_the_child_and_loses_nothing(sandbox: Sandbox) -> None:
    execution = await sandbox.run(b"flood 40 4000000", FREE)
    assert await execution.receive() == b"\0" * 4_000_000
    ended = asyncio.create_task(execution.ended())
    await eventually(lambda: execution._paused)
    assert not ended.done()
    messages, _ = await messages_and_exit(execution)
    assert [message[3] for message in messages] == list(range(1, 40))
    assert (await ended).kind is ExitKind.DONE


async def test_messages_over_the_limit_are_refused(sandbox: Sandbox) -> None:
    too_long = bytes(256 * 2**20 + 1)
    with pytest.raises(ValueError, match="over the limit"):
        await sandbox.run(too_long, FREE)
    execution = await sandbox.run(b"wait", FREE)
    with pytest.raises(ValueError, match="over the limit"):
        execution.send(too_long)
    execution.kill()
    assert (await execution.ended()).kind is ExitKind.KILLED


async def test_a_child_that_announces_too_much_is_ended(sandbox: Sandbox) -> None:
    messages, end = await messages_and_exit(await sandbox.run(b"oversized", FREE))
    assert not messages
    assert end.kind is ExitKind.CRASHED
    assert "over the limit" in end.detail


async def test_kill_ends_a_child_that_holds_the_gil_within_a_second(sandbox: Sandbox) -> None:
    execution = await sandbox.run(b"hold_the_gil", FREE)
    assert await execution.receive() == b"holding"
    execution.kill()
    execution.kill()
    async with asyncio.timeout(1):
        first, second = await asyncio.gather(execution.ended(), execution.ended())
    assert first.kind is second.kind is ExitKind.KILLED
    assert await execution.receive() is None
    assert not is_alive(execution.pid)
    execution.kill()
    execution.send(b"dropped")


async def test_kill_right_after_the_start_works(sandbox: Sandbox) -> None:
    for _ in range(3):
        execution = await sandbox.run(b"spin", FREE)
        execution.kill()
        assert (await execution.ended()).kind is ExitKind.KILLED


async def test_killing_a_finished_run_harms_no_other(sandbox: Sandbox) -> None:
    first = await sandbox.run(b"echo 1", FREE)
    await first.ended()
    second = await sandbox.run(b"wait", FREE)
    assert await second.receive()
    first.kill()
    second.send(b"go on")
    assert (await second.ended()).kind is ExitKind.DONE
    assert await first.receive() == b"1"


@pytest.mark.parametrize("task", [b"hold_the_gil", b"spin"])
async def test_the_wall_time_limit_ends_a_run(sandbox: Sandbox, task: bytes) -> None:
    execution = await sandbox.run(task, Limits(memory_bytes=None, wall_s=0.3))
    messages, end = await messages_and_exit(execution)
    assert messages
    assert end.kind is ExitKind.TIMEOUT
    assert end.detail == "time limit of 0.3 s"


async def test_the_processor_time_limit_ends_a_run(sandbox: Sandbox) -> None:
    execution = await sandbox.run(b"spin", Limits(memory_bytes=None, wall_s=60, cpu_s=0.5))
    assert (await execution.ended()).kind is ExitKind.TIMEOUT


async def test_memory_is_limited_for_one_task_only(sandbox: Sandbox) -> None:
    small = Limits(memory_bytes=64 * 2**20, wall_s=60)
    _, end = await messages_and_exit(await sandbox.run(b"allocate 300000000", small))
    assert (end.kind, end.detail) == (ExitKind.OUT_OF_MEMORY, "MemoryError")
    messages, end = await messages_and_exit(await sandbox.run(b"allocate 40000000", small))
    assert (messages, end.kind) == ([b"40000000"], ExitKind.DONE)
    messages, _ = await messages_and_exit(await sandbox.run(b"allocate 300000000", FREE))
    assert messages == [b"300000000"]


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
async def test_a_crash_is_named_and_its_messages_stay(sandbox: Sandbox, number: signal.Signals) -> None:
    messages, end = await messages_and_exit(await sandbox.run(b"raise_signal %d" % number, FREE))
    assert messages == [b"before"]
    assert end.kind is ExitKind.CRASHED
    assert end.detail == f"signal {number.value} ({number.name})"
    assert (await (await sandbox.run(b"echo 1", FREE)).ended()).kind is ExitKind.DONE


async def test_an_exception_shows_its_class_and_logs_its_trace(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    end = await (await sandbox.run(b"raise_error", FREE)).ended()
    assert (end.kind, end.detail) == (ExitKind.CRASHED, "LookupError")
    assert "not for callers" in caplog.text
    assert "Traceback" in caplog.text


async def test_much_stderr_neither_blocks_the_child_nor_fills_the_log(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        end = await (await sandbox.run(b"chatter", FREE)).ended()
    assert end.detail == "LookupError"
    assert "last words" in caplog.text
    assert len(caplog.text) < 20_000


async def test_leaving_early_is_a_crash(sandbox: Sandbox) -> None:
    end = await (await sandbox.run(b"leave 0", FREE)).ended()
    assert (end.kind, end.detail) == (ExitKind.CRASHED, "exit status 0")


async def test_death_within_a_message_ends_the_messages(sandbox: Sandbox) -> None:
    messages, end = await messages_and_exit(await sandbox.run(b"cut_message", FREE))
    assert messages == [b"whole"]
    assert (end.kind, end.detail) == (ExitKind.CRASHED, "exit status 3")


async def test_a_child_has_only_its_own_descriptors(sandbox: Sandbox) -> None:
    with socket.socket() as inherited:
        os.set_inheritable(inherited.fileno(), True)
        messages, _ = await messages_and_exit(await sandbox.run(b"descriptors", FREE))
    # The three standard ones, the channel, and the listing itself.
    assert len(messages[0].split()) == 5


async def test_signals_to_the_group_do_not_reach_children(sandbox: Sandbox) -> None:
    execution = await sandbox.run(b"wait", FREE)
    await execution.receive()
    assert os.getpgid(execution.pid) != os.getpgid(0)
    for pid in descendants(os.getpid()):
        os.kill(pid, signal.SIGINT)
        os.kill(pid, signal.SIGTERM)
    execution.send(b"go on")
    assert (await execution.ended()).kind is ExitKind.DONE


async def test_what_a_killed_child_started_goes_with_it(sandbox: Sandbox) -> None:
    execution = await sandbox.run(b"start_another", FREE)
    other = int(await execution.receive() or b"")
    assert is_alive(other)
    execution.kill()
    await execution.ended()
    await eventually(lambda: not is_alive(other))


async def test_parallel_engines_work_in_the_child(sandbox: Sandbox) -> None:
    limits = Limits(memory_bytes=256 * 2**20, wall_s=30)
    for _ in range(2):
        messages, end = await messages_and_exit(await sandbox.run(b"simulate", limits))
        assert (messages, end.kind) == ([b"1.000000"], ExitKind.DONE)


async def test_no_descriptor_leaks_over_many_runs(sandbox: Sandbox) -> None:
    tasks = [*[b"echo 1"] * 18, b"spin", b"raise_error"]

    async def runs(count: int) -> int:
        most = 0
        for number in range(count):
            execution = await sandbox.run(tasks[number % 20], FREE)
            if number % 20 == 18:
                execution.kill()
            await execution.ended()
            most = max(most, count_entries("/proc/self/fd"))
        return most

    before = await runs(20)  # at one moment or another with the next child standing by
    await runs(200 if isinstance(sandbox, ForkedSandbox) else 40)
    await eventually(lambda: count_entries("/proc/self/fd") <= before)


async def test_closing_ends_running_tasks_as_killed(sandbox: Sandbox) -> None:
    execution = await sandbox.run(b"hold_the_gil", FREE)
    await execution.receive()
    await sandbox.close()
    assert (await execution.ended()).kind is ExitKind.KILLED
    assert not descendants(os.getpid())
    with pytest.raises(SandboxError):
        await sandbox.run(b"echo 1", FREE)


async def test_a_caller_that_gives_up_leaves_no_running_task(sandbox: Sandbox) -> None:
    for turns in range(8):
        running = asyncio.create_task(sandbox.run(b"spin", FREE))
        for _ in range(turns):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait([running])
        if not running.cancelled():
            running.result().kill()
    messages, _ = await messages_and_exit(await sandbox.run(b"echo 1", FREE))
    assert messages == [b"1"]


@pytest.mark.parametrize("kind", sorted(SANDBOXES))
@pytest.mark.parametrize("network", [True, False])
async def test_the_network_is_there_only_if_asked_for(kind: str, network: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        sandbox = SANDBOXES[kind](network=network)
        try:
            await sandbox.start()
            execution = await sandbox.run(b"connect %d" % server.getsockname()[1], FREE)
            messages, _ = await messages_and_exit(execution)
        finally:
            await sandbox.close()
    if network:
        assert messages == [b"connected"]
    elif messages == [b"connected"]:
        warnings.warn("this system confines nothing: neither Landlock nor namespaces", stacklevel=1)


@pytest.mark.parametrize("target", ["no_such_module:run", "tests.faults.sandbox_targets:no_such_function"])
@pytest.mark.parametrize("kind", ["forked", "resident"])
async def test_a_target_that_cannot_be_loaded_is_said_at_the_start(kind: str, target: str) -> None:
    sandbox = ForkedSandbox(target, []) if kind == "forked" else ResidentSandbox(target, 1, 1)
    try:
        with pytest.raises(SandboxError):
            await sandbox.start()
    finally:
        await sandbox.close()
    assert not descendants(os.getpid())
