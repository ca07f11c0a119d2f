"""The threads of qulacs, which reads their number only once."""

from __future__ import annotations

import os
import subprocess
import sys

THREADS = """
import os, sys
from qumulus.circuits import Operation
from qumulus.provider.child import _use
from qumulus.provider.engines.qulacs_engine import prepare_state
from qumulus.provider.engines.resources import Resources

for number in map(int, sys.argv[1:]):
    _use(Resources(threads=number))
    prepare_state(16, [Operation("h", (0,))])
    print(len(os.listdir("/proc/self/task")))
"""


def threads_after(*numbers: int) -> list[int]:
    """The threads of a process after jobs that may use so many; a machine of two processors."""
    env = {
        **os.environ,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "2",
    }  # the first as the sandbox sets it
    words = [sys.executable, "-c", THREADS, *map(str, numbers)]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True, env=env)
    return [int(line) for line in ended.stdout.split()]


def test_a_process_may_use_threads_for_one_job_and_none_for_another() -> None:
    alone, together, after = threads_after(1, 2, 1)
    assert (alone, together) == (1, 2)
    assert after <= 2


def test_a_job_that_may_use_all_is_not_bound_by_the_one_before() -> None:
    assert threads_after(1, 0) == [1, 2]
