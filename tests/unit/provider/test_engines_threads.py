"""The threads of qulacs, which reads their number only once."""

from __future__ import annotations

import os
import subprocess
import sys

JOBS = """
import os
from qumulus.circuits import Operation
from qumulus.provider.engines.qulacs_engine import prepare_state, use_threads

for number in (1, 2, 1):
    use_threads(number)
    prepare_state(16, [Operation("h", (0,))])
    print(len(os.listdir("/proc/self/task")))
"""


def test_a_process_may_use_threads_for_one_job_and_none_for_another() -> None:
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # as the sandbox sets it
    ended = subprocess.run(
        [sys.executable, "-c", JOBS], capture_output=True, text=True, timeout=60, check=True, env=env
    )
    alone, together, after = map(int, ended.stdout.split())
    assert (alone, together) == (1, 2)
    assert after <= 2
