"""A resident worker: started by exec, warmed up, runs one task after the other, never forks.

Started as ``python -m qumulus.sandbox.worker PARENT_PID NETWORK TARGET`` with the message stream as
stdin. Anything that leaves the target ends it; the parent starts another.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import signal
import sys
from typing import NoReturn

from qumulus.sandbox.channel import SocketChannel
from qumulus.sandbox.child import EndOnError, load_target, run_task
from qumulus.sandbox.confine import confine
from qumulus.sandbox.framing import FINISHED
from qumulus.sandbox.linux import die_with_parent, volunteer_for_oom_killer


def main(arguments: list[str]) -> NoReturn:
    """Warm up, say so, and serve."""
    parent_pid, network, target = arguments
    die_with_parent(int(parent_pid))
    # The parent decides when this ends, also when a terminal or a service manager signals the group.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    faulthandler.enable()
    volunteer_for_oom_killer()
    confine(network=network == "1")
    channel = _take_standard_streams()
    with EndOnError(channel):
        function = load_target(target)
        warm_up = getattr(sys.modules[target.partition(":")[0]], "warm_up", None)
        if warm_up is not None:
            warm_up()
        # What is loaded stays: nobody's job waits while all of it is searched for garbage.
        gc.freeze()
        channel.report(FINISHED)
        while True:
            run_task(function, channel)
            sys.stdout.flush()
            sys.stderr.flush()
            channel.report(FINISHED)
    raise AssertionError("unreachable")


def _take_standard_streams() -> SocketChannel:
    """Libraries must find neither the message stream on stdin nor the terminal on stdout."""
    channel = SocketChannel(os.dup(0))
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return channel


if __name__ == "__main__":
    main(sys.argv[1:])
