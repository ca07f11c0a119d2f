"""How an end is named."""

from __future__ import annotations

import signal

import pytest

from qumulus.sandbox.contract import Exit, ExitKind
from qumulus.sandbox.framing import FINISHED
from qumulus.sandbox.verdict import EXIT_EXCEPTION, EXIT_OUT_OF_MEMORY, Ending, describe_status, judge

KILLED = Exit(kind=ExitKind.KILLED, detail="")
TIMEOUT = Exit(kind=ExitKind.TIMEOUT, detail="time limit of 1 s")


def verdict(
    exit_code: int | None,
    *,
    report: bytes | None = None,
    asked: Exit | None = None,
    stderr_tail: bytes = b"",
    oom_killed: bool = False,
) -> Exit:
    return judge(
        Ending(
            exit_code=exit_code, report=report, asked=asked, stderr_tail=stderr_tail, oom_killed=oom_killed
        )
    )


@pytest.mark.parametrize("exit_code", [0, -signal.SIGKILL, None])
def test_a_finished_task_is_done_even_if_the_kill_came_too_late(exit_code: int | None) -> None:
    assert verdict(exit_code, report=FINISHED, asked=KILLED).kind is ExitKind.DONE


@pytest.mark.parametrize("asked", [KILLED, TIMEOUT])
@pytest.mark.parametrize("exit_code", [-signal.SIGKILL, None])
def test_our_own_kill_is_named_by_its_reason(asked: Exit, exit_code: int | None) -> None:
    assert verdict(exit_code, asked=asked) == asked


def test_a_crash_before_our_kill_arrives_is_a_crash() -> None:
    end = verdict(-signal.SIGSEGV, asked=KILLED)
    assert end == Exit(kind=ExitKind.CRASHED, detail="signal 11 (SIGSEGV)")


def test_an_exception_is_named_by_its_class() -> None:
    end = verdict(EXIT_EXCEPTION, report=b"ValueError", stderr_tail=b"secret")
    assert end == Exit(kind=ExitKind.CRASHED, detail="ValueError")


def test_a_memory_error_is_out_of_memory() -> None:
    assert verdict(EXIT_OUT_OF_MEMORY, report=b"MemoryError").kind is ExitKind.OUT_OF_MEMORY


def test_an_abort_is_out_of_memory_only_if_the_last_words_say_so() -> None:
    words = b"terminate called after throwing an instance of 'std::bad_alloc'\n"
    assert verdict(-signal.SIGABRT, stderr_tail=words).kind is ExitKind.OUT_OF_MEMORY
    assert verdict(-signal.SIGABRT, stderr_tail=b"assertion failed").kind is ExitKind.CRASHED


def test_a_foreign_sigkill_is_out_of_memory_only_if_the_kernel_counted_one() -> None:
    assert verdict(-signal.SIGKILL, oom_killed=True).kind is ExitKind.OUT_OF_MEMORY
    assert verdict(-signal.SIGKILL).kind is ExitKind.CRASHED


def test_used_up_processor_time_is_a_timeout() -> None:
    assert verdict(-signal.SIGXCPU).kind is ExitKind.TIMEOUT


def test_an_exit_before_the_target_returned_is_a_crash() -> None:
    assert verdict(0) == Exit(kind=ExitKind.CRASHED, detail="exit status 0")


def test_a_child_lost_with_its_zygote_is_a_crash() -> None:
    assert verdict(None).kind is ExitKind.CRASHED


def test_unknown_signals_are_described_by_number() -> None:
    assert describe_status(-signal.SIGRTMIN - 1).startswith("signal 35")
