"""What both kinds of child do: find the target, limit themselves, run a task, end."""

from __future__ import annotations

import importlib
import math
import os
import resource
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from qumulus.sandbox.channel import SocketChannel
from qumulus.sandbox.contract import Channel, Limits
from qumulus.sandbox.linux import address_space_bytes, thread_stacks_bytes
from qumulus.sandbox.verdict import EXIT_EXCEPTION, EXIT_OUT_OF_MEMORY

Target = Callable[[bytes, Channel], None]


def load_target(target: str) -> Target:
    """The function that ``"package.module:function"`` names."""
    module_name, _, function_name = target.partition(":")
    function: Target = getattr(importlib.import_module(module_name), function_name)
    return function


def run_task(function: Target, channel: SocketChannel) -> None:
    """Wait for a task and run it under its limits."""
    limits, task = channel.receive_start()
    _impose(limits)
    function(task, channel)
    _lift_limits()


def _impose(limits: Limits) -> None:
    """Soft limits only: after a failure there must be room to report it."""
    if limits.memory_bytes is not None:
        allowance = limits.memory_bytes + thread_stacks_bytes()
        _set_soft_limit(resource.RLIMIT_AS, address_space_bytes() + allowance)
    if limits.cpu_s is not None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        used_s = usage.ru_utime + usage.ru_stime
        _set_soft_limit(resource.RLIMIT_CPU, math.ceil(used_s + limits.cpu_s))


def _lift_limits() -> None:
    for which in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
        _set_soft_limit(which, resource.RLIM_INFINITY)


def _set_soft_limit(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY and (value == resource.RLIM_INFINITY or value > hard):
        value = hard
    resource.setrlimit(which, (value, hard))


class EndOnError:
    """Ends the process, with a report and a traceback on stderr, when its body raises anything."""

    def __init__(self, channel: SocketChannel) -> None:
        self._channel = channel

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            return
        status = EXIT_OUT_OF_MEMORY if issubclass(kind, MemoryError) else EXIT_EXCEPTION
        try:
            _lift_limits()
            traceback.print_exception(kind, error, trace)
            sys.stderr.flush()
            self._channel.report(kind.__qualname__.encode(errors="replace")[:100])
        finally:
            os._exit(status)
