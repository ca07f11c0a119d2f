"""From what is known about a child's end to an :class:`Exit`; pure."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import Final

from qumulus.sandbox.contract import Exit, ExitKind
from qumulus.sandbox.framing import FINISHED

EXIT_EXCEPTION: Final = 70
"""Exit status of a child whose target raised."""
EXIT_OUT_OF_MEMORY: Final = 71
"""Exit status of a child whose target raised MemoryError."""

_MEMORY_WORDS: Final = (b"std::bad_alloc", b"Cannot allocate memory", b"Out of memory", b"out of memory")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What the parent knows when a run is over."""

    exit_code: int | None
    """As of ``os.waitstatus_to_exitcode``; ``None``: still alive, or nobody could reap it."""
    report: bytes | None
    """Body of the child's last control frame."""
    asked: Exit | None
    """Why the parent killed the child, if it did."""
    stderr_tail: bytes
    oom_killed: bool
    """The kernel's out-of-memory killer was at work."""


def judge(ending: Ending) -> Exit:
    """What the child said goes before why it was killed: a kill may come after the end."""
    if ending.report == FINISHED:
        return Exit(kind=ExitKind.DONE, detail="")
    if ending.exit_code == EXIT_OUT_OF_MEMORY:
        return Exit(kind=ExitKind.OUT_OF_MEMORY, detail="MemoryError")
    if ending.report is not None:
        return Exit(kind=ExitKind.CRASHED, detail=ending.report.decode(errors="replace"))
    if ending.exit_code is None:
        return ending.asked or Exit(kind=ExitKind.CRASHED, detail="the sandbox process ended")
    if ending.exit_code == -signal.SIGKILL:
        return _judge_sigkill(ending)
    return _judge_status(ending.exit_code, ending.stderr_tail)


def _judge_sigkill(ending: Ending) -> Exit:
    if ending.asked:
        return ending.asked
    if ending.oom_killed:
        return Exit(kind=ExitKind.OUT_OF_MEMORY, detail="killed by the system, which ran out of memory")
    return Exit(kind=ExitKind.CRASHED, detail=describe_status(-signal.SIGKILL))


def _judge_status(exit_code: int, stderr_tail: bytes) -> Exit:
    detail = describe_status(exit_code)
    if exit_code == -signal.SIGXCPU:
        return Exit(kind=ExitKind.TIMEOUT, detail="processor time limit")
    # Engines in C++ abort or exit on a refused allocation; only their last words tell why.
    if exit_code != 0 and any(words in stderr_tail for words in _MEMORY_WORDS):
        return Exit(kind=ExitKind.OUT_OF_MEMORY, detail=detail)
    return Exit(kind=ExitKind.CRASHED, detail=detail)


def describe_status(exit_code: int) -> str:
    """``signal 11 (SIGSEGV)`` or ``exit status 3``."""
    if exit_code >= 0:
        return f"exit status {exit_code}"
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:
        return f"signal {-exit_code}"
    return f"signal {-exit_code} ({name})"
