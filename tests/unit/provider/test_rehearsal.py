"""What the zygote does before it forks."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from qumulus.provider.child import rehearse
from qumulus.provider.engines import qulacs_engine
from qumulus.provider.messages import Failed, Finished, Prepared, encode
from qumulus.provider.rehearsal import rehearsal_task, rehearsal_tasks
from tests.unit.provider.test_child import FakeChannel

IN_A_ZYGOTE = """
import os
from qumulus.provider.child import rehearse
from qumulus.provider.messages import encode
from qumulus.provider.rehearsal import rehearsal_tasks

class Nobody:
    def send(self, message):
        pass

for task in rehearsal_tasks("SVSim", "statevector", {}):
    rehearse(encode(task), Nobody())
print(len(os.listdir("/proc/self/task")))
"""


def test_a_rehearsal_goes_all_the_way_to_a_result() -> None:
    channel = FakeChannel()
    rehearse(encode(rehearsal_task("SVSim", "statevector", {"n_qubits": 5})), channel)
    prepared, finished = channel.messages
    assert isinstance(prepared, Prepared)
    assert isinstance(finished, Finished)
    assert finished.result["sampling"]["counts"] == {"00": 500, "11": 500}


def test_a_wide_one_goes_the_way_of_those_that_run_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    fused = []
    monkeypatch.setattr(qulacs_engine, "fuse", lambda n_qubits, operations: fused.append(n_qubits))
    channel = FakeChannel()
    _, wide = rehearsal_tasks("SVSim", "statevector", {})
    rehearse(encode(wide), channel)
    _, finished = channel.messages
    assert isinstance(finished, Finished)
    assert fused == [14]


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
