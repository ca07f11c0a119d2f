"""Laws of one kind of sandbox only, and of the whole tree of processes."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from qumulus.sandbox import ExitKind, ForkedSandbox, ResidentSandbox, SandboxError
from qumulus.sandbox import forked as forked_sandbox
from qumulus.sandbox import resident as resident_sandbox
from tests.faults.sandbox_processes import (
    FREE,
    descendants,
    eventually,
    is_alive,
    messages_and_exit,
    processes,
)

ROOT = Path(__file__).parents[2]
PARENT = (sys.executable, "-m", "tests.faults.sandbox_parent")
TARGET = "tests.faults.sandbox_targets:run"


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
async def forked() -> AsyncIterator[ForkedSandbox]:
    sandbox = ForkedSandbox(TARGET, ["numpy"])
    await sandbox.start()
    yield sandbox
    await sandbox.close()
    assert not descendants(os.getpid())


@pytest.fixture
async def resident() -> AsyncIterator[ResidentSandbox]:
    sandbox = ResidentSandbox(TARGET, workers=2, spares=1)
    await sandbox.start()
    yield sandbox
    await sandbox.close()
    assert not descendants(os.getpid())


def zygote_pid() -> int:
    (pid,) = (pid for pid, parent in processes().items() if parent == os.getpid())
    return pid


async def test_fifty_children_run_at_once(forked: ForkedSandbox) -> None:
    executions = await asyncio.gather(*(forked.run(b"wait", FREE) for _ in range(50)))
    pids = [int(await execution.receive() or b"") for execution in executions]
    assert pids == [execution.pid for execution in executions]
    assert len(set(pids)) == 50
    for execution in executions[:25]:
        execution.send(b"go on")
    for execution in executions[25:]:
        execution.kill()
    ends = await asyncio.gather(*(execution.ended() for execution in executions))
    assert [end.kind for end in ends] == [ExitKind.DONE] * 25 + [ExitKind.KILLED] * 25


async def test_a_forked_child_has_one_thread_and_its_own_group(forked: ForkedSandbox) -> None:
    messages, _ = await messages_and_exit(await forked.run(b"threads_and_ignored", FREE))
    assert messages == [b"1 True True"]


async def test_running_out_of_descriptors_fails_a_run_and_not_the_sandbox(forked: ForkedSandbox) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    refused = 0
    for room in range(8):
        # The limit is on descriptor numbers: all below it are taken, but for `room` of them.
        taken = [os.dup(0) for _ in range(64)]
        resource.setrlimit(resource.RLIMIT_NOFILE, (taken[-1] + 1, hard))
        for _ in range(room):
            os.close(taken.pop())
        try:
            execution = await asyncio.wait_for(forked.run(b"echo 1", FREE), 10)
            await execution.ended()
        except SandboxError:
            refused += 1
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            for fd in taken:
                os.close(fd)
    assert 3 < refused < 8
    assert (await (await forked.run(b"echo 1", FREE)).ended()).kind is ExitKind.DONE
    await eventually(lambda: descendants(os.getpid()) == {zygote_pid()})


async def test_a_killed_zygote_takes_its_children_and_is_replaced(forked: ForkedSandbox) -> None:
    execution = await forked.run(b"hold_the_gil", FREE)
    await execution.receive()
    first = zygote_pid()
    os.kill(first, signal.SIGKILL)
    messages, end = await messages_and_exit(execution)
    assert (messages, end.kind) == ([], ExitKind.CRASHED)
    await eventually(lambda: not is_alive(execution.pid))
    messages, end = await messages_and_exit(await forked.run(b"echo again", FREE))
    assert (messages, end.kind) == ([b"again"], ExitKind.DONE)
    assert zygote_pid() != first


async def test_runs_asked_for_while_the_zygote_dies_are_served_by_the_next(forked: ForkedSandbox) -> None:
    os.kill(zygote_pid(), signal.SIGKILL)
    executions = await asyncio.gather(*(forked.run(b"echo %d" % number, FREE) for number in range(40)))
    results = [await messages_and_exit(execution) for execution in executions]
    assert [messages for messages, _ in results] == [[b"%d" % number] for number in range(40)]


async def test_a_zygote_that_hangs_at_its_start_is_killed_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forked_sandbox, "START_WITHIN_S", 0.2)
    sandbox = ForkedSandbox(TARGET, [], rehearsals=[b"hang"])
    try:
        async with asyncio.timeout(20):
            for _ in range(2):  # the next call starts another
                with pytest.raises(SandboxError, match="did not start"):
                    await sandbox.start()
    finally:
        await sandbox.close()
    assert not descendants(os.getpid())


async def test_a_zygote_that_is_ended_while_it_starts_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    sandbox = ForkedSandbox(TARGET, [], rehearsals=[b"hang"])
    start = asyncio.create_task(sandbox.start())
    await eventually(lambda: bool(descendants(os.getpid())))
    await sandbox.close()
    await asyncio.wait([start])
    assert not descendants(os.getpid())
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_zygote_that_no_longer_forks_is_replaced(
    forked: ForkedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forked_sandbox, "FORK_WITHIN_S", 1.0)
    first = zygote_pid()
    os.kill(first, signal.SIGSTOP)
    async with asyncio.timeout(60):
        messages, end = await messages_and_exit(await forked.run(b"echo again", FREE))
    assert (messages, end.kind) == ([b"again"], ExitKind.DONE)
    assert zygote_pid() != first


async def test_children_inherit_what_their_zygote_rehearsed() -> None:
    sandbox = ForkedSandbox(TARGET, [], rehearsals=[b"one", b"two"])
    try:
        messages, end = await messages_and_exit(await sandbox.run(b"rehearsed", FREE))
    finally:
        await sandbox.close()
    assert (messages, end.kind) == ([b"one,two"], ExitKind.DONE)


async def test_a_zygote_whose_imports_start_threads_is_refused(tmp_path: Path) -> None:
    (tmp_path / "threaded.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n",
        encoding="ascii",
    )
    os.environ["PYTHONPATH"] += os.pathsep + str(tmp_path)
    sandbox = ForkedSandbox(TARGET, ["threaded"])
    try:
        with pytest.raises(SandboxError):
            await sandbox.start()
    finally:
        await sandbox.close()


async def test_a_worker_is_warm_and_serves_again(resident: ResidentSandbox) -> None:
    first, _ = await messages_and_exit(await resident.run(b"warmed", FREE))
    second, _ = await messages_and_exit(await resident.run(b"warmed", FREE))
    pid, _, warmed = first[0].partition(b" ")
    assert warmed == b"[" + pid + b"]"
    assert first == second


_HANGS_ONCE = """
import pathlib, time

def warm_up():
    been_here = pathlib.Path(__file__).with_suffix(".mark")
    if not been_here.exists() or {hangs_always}:
        been_here.touch()
        time.sleep(600)

def run(task, channel):
    channel.send(task)
"""


def hanging_target(folder: Path, *, hangs_always: bool) -> str:
    """A target whose workers hang at their start: all, or those that start until one has got so far."""
    (folder / "hanging.py").write_text(_HANGS_ONCE.format(hangs_always=hangs_always), encoding="ascii")
    os.environ["PYTHONPATH"] += os.pathsep + str(folder)
    return "hanging:run"


async def test_workers_that_hang_at_their_start_are_killed_and_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(resident_sandbox, "START_WITHIN_S", 0.2)
    sandbox = ResidentSandbox(hanging_target(tmp_path, hangs_always=True), workers=2, spares=1)
    try:
        async with asyncio.timeout(20):
            running = asyncio.create_task(sandbox.run(b"", FREE))
            for call in (sandbox.start(), running):
                with pytest.raises(SandboxError, match="did not start"):
                    await call
    finally:
        await sandbox.close()
    assert not descendants(os.getpid())


async def test_a_worker_that_hangs_at_its_start_is_followed_by_one_that_serves_and_by_the_spares(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(resident_sandbox, "START_WITHIN_S", 3.0)
    monkeypatch.setattr(resident_sandbox, "_RETRY_S", 0.1)
    sandbox = ResidentSandbox(hanging_target(tmp_path, hangs_always=False), workers=1, spares=1)
    try:
        with pytest.raises(SandboxError, match="did not start"):
            await sandbox.start()
        await eventually(lambda: len(sandbox._idle) == 2, within_s=60)
        assert (await messages_and_exit(await sandbox.run(b"at last", FREE)))[0] == [b"at last"]
    finally:
        await sandbox.close()


async def test_no_more_tasks_run_at_once_than_there_are_workers(resident: ResidentSandbox) -> None:
    running = [await resident.run(b"wait", FREE) for _ in range(2)]
    third = asyncio.create_task(resident.run(b"echo 3", FREE))
    spare = await spare_pid(resident, {execution.pid for execution in running})
    assert not third.done()
    running[0].send(b"go on")
    execution = await third
    assert execution.pid not in {running[1].pid, spare}
    assert (await messages_and_exit(execution))[0] == [b"3"]
    running[1].kill()
    assert (await running[1].ended()).kind is ExitKind.KILLED


async def spare_pid(sandbox: ResidentSandbox, busy: set[int]) -> int:
    await eventually(lambda: len(sandbox._idle) == 1)
    (pid,) = descendants(os.getpid()) - busy
    return pid


async def test_a_killed_worker_is_followed_by_the_spare_at_once_and_a_new_spare_later(
    resident: ResidentSandbox,
) -> None:
    running = [await resident.run(b"hold_the_gil", FREE) for _ in range(2)]
    spare = await spare_pid(resident, {execution.pid for execution in running})
    running[0].kill()
    next_one = await resident.run(b"wait", FREE)
    assert next_one.pid == spare
    new_spare = await spare_pid(resident, {running[1].pid, spare})
    assert new_spare not in {spare, running[0].pid}
    next_one.send(b"go on")
    assert (await next_one.ended()).kind is ExitKind.DONE


async def test_a_late_message_is_not_taken_for_the_next_task(resident: ResidentSandbox) -> None:
    for number in range(20):
        execution = await resident.run(b"echo %d" % number, FREE)
        assert await execution.receive() == b"%d" % number
        execution.send(b"too late")
        assert (await execution.ended()).kind is ExitKind.DONE


async def test_an_idle_worker_that_dies_is_replaced(resident: ResidentSandbox) -> None:
    await eventually(lambda: len(resident._idle) == 3)
    victims = descendants(os.getpid())
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    await eventually(
        lambda: len(resident._idle) == 3 and not victims & {w.process.pid for w in resident._idle}
    )
    assert (await (await resident.run(b"echo 1", FREE)).ended()).kind is ExitKind.DONE


async def test_nothing_survives_a_parent_that_is_killed() -> None:
    parent = subprocess.Popen(  # noqa: ASYNC220 - quick
        PARENT, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        assert parent.stdout is not None
        line = await asyncio.wait_for(asyncio.to_thread(parent.stdout.readline), 30)
        family = descendants(parent.pid)
        assert {int(pid) for pid in line.split()} <= family
        assert len(family) >= 5
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()
    await eventually(lambda: not any(is_alive(pid) for pid in family))


async def test_a_parent_killed_while_processes_start_leaves_nothing() -> None:
    parent = subprocess.Popen(  # noqa: ASYNC220 - quick
        PARENT, stdout=subprocess.DEVNULL, start_new_session=True
    )
    family: set[int] = set()

    def has_children() -> bool:
        family.update(descendants(parent.pid))
        return bool(family)

    try:
        await eventually(has_children)
        family.update(descendants(parent.pid))
    finally:
        parent.kill()
        parent.wait()
    await eventually(lambda: not any(is_alive(pid) for pid in family))


@pytest.mark.parametrize("kind", ["forked", "resident"])
def test_both_kinds_work_on_uvloop(kind: str) -> None:
    uvloop = pytest.importorskip("uvloop")

    async def lives() -> list[ExitKind]:
        sandbox = ForkedSandbox(TARGET, []) if kind == "forked" else ResidentSandbox(TARGET, 1, 1)
        await sandbox.start()
        try:
            big = await sandbox.run(b"echo_all", FREE)
            big.send(bytes(20 * 2**20))
            big.send(b"")
            messages, end = await messages_and_exit(big)
            assert [len(message) for message in messages] == [20 * 2**20]
            killed = await sandbox.run(b"hold_the_gil", FREE)
            await killed.receive()
            killed.kill()
            crashed = await sandbox.run(b"raise_signal %d" % signal.SIGSEGV, FREE)
            return [end.kind, (await killed.ended()).kind, (await crashed.ended()).kind]
        finally:
            await sandbox.close()

    assert uvloop.run(lives()) == [ExitKind.DONE, ExitKind.KILLED, ExitKind.CRASHED]
    assert not descendants(os.getpid())
