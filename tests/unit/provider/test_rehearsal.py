"""What the zygote does before it forks."""

from __future__ import annotations

import os
import subprocess
import sys

from qumulus.provider.child import rehearse
from qumulus.provider.messages import Failed, Finished, Prepared, encode
from qumulus.provider.rehearsal import rehearsal_task
from tests.unit.provider.test_child import FakeChannel

IN_A_ZYGOTE = """
import os
from qumulus.provider.child import rehearse
from qumulus.provider.messages import encode
from qumulus.provider.rehearsal import rehearsal_task

class Nobody:
    def send(self, message):
        pass

rehearse(encode(rehearsal_task("SVSim", "statevector", {})), Nobody())
print(len(os.listdir("/proc/self/task")))
"""


def test_a_rehearsal_goes_all_the_way_to_a_result() -> None:
    channel = FakeChannel()
    rehearse(encode(rehearsal_task("SVSim", "statevector", {"n_qubits": 5})), channel)
    prepared, finished = channel.messages
    assert isinstance(prepared, Prepared)
    assert isinstance(finished, Finished)
    assert finished.result["sampling"]["counts"] == {"00": 500, "11": 500}


def test_a_device_that_cannot_be_rehearsed_does_not_stop_the_zygote() -> None:
    channel = FakeChannel()
    rehearse(encode(rehearsal_task("D", "statevector", {"n_qubits": 1})), channel)
    *_, last = channel.messages
    assert isinstance(last, Failed)


def test_a_rehearsal_starts_no_thread() -> None:
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # as the sandbox sets it
    command = [sys.executable, "-c", IN_A_ZYGOTE]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=env)
    assert ended.stdout == "1\n"
