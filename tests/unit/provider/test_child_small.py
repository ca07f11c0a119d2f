"""Which jobs may run among the small ones, and how their child answers."""

from __future__ import annotations

from typing import Any

import pytest

from qumulus.provider import child
from qumulus.provider.messages import (
    SESSION,
    ChildMessage,
    Failed,
    Prepared,
    Redirect,
    decode_answer,
    encode,
)
from qumulus.provider.prepare_job import prepare_job
from tests.unit.provider.test_child import BELL, HEAD, run, task

TWELVE = HEAD + "qubit[12] q; bit[{bits}] c; ry(0.3) q; c[0:11] = measure q;"
PAULIS = [{"pauli": f"X 0 Z {number % 8 + 1} Y {number % 7 + 9}", "coeff": 1.0} for number in range(60)]
WIDE = HEAD + "qubit[16] q; ry(0.3) q[0]; cx q[0:14], q[1:15];"


@pytest.mark.parametrize(
    ("changes", "quick"),
    [
        ({}, True),
        ({"shots": 100_000}, False),
        ({"job_info": {"code": TWELVE.format(bits=12)}}, True),
        ({"job_info": {"code": TWELVE.format(bits=60_000)}}, False),
        (
            {
                "job_type": "estimation",
                "job_info": {"code": WIDE, "operator": PAULIS},
                "simulator_info": {"exact": True},
            },
            False,
        ),
    ],
)
def test_what_is_drawn_or_computed_of_the_state_counts_for_small_jobs_too(
    changes: dict[str, Any], quick: bool
) -> None:
    run = prepare_job(task(**changes), is_resident=False)
    assert run is not None
    assert child.is_quick(run) is quick


def nested(levels: int) -> str:
    """A program of 200 characters for each level that expands to 2 ** levels gates."""
    definitions = "".join(f"gate g{k + 1} a {{ g{k} a; g{k} a; }}" for k in range(levels))
    return f"{HEAD} gate g0 a {{ h a; }} {definitions} qubit q; bit c; g{levels} q; c = measure q;"


class SmallJobs:
    """A channel with tasks, then nothing; keeps the first message about each."""

    def __init__(self, *tasks: bytes) -> None:
        self.tasks = list(tasks)
        self.firsts: list[ChildMessage] = []

    def receive(self) -> bytes:
        if not self.tasks:
            raise EOFError
        return self.tasks.pop(0)

    def send(self, message: bytes) -> None:
        self.firsts.append(decode_answer(message)[0])


def test_nested_definitions_are_counted_not_expanded_among_small_jobs() -> None:
    codes = [BELL, nested(10), nested(17), nested(30)]
    channel = SmallJobs(*(encode(task(job_info={"code": code})) for code in codes))
    with pytest.raises(EOFError):
        child.run_job(SESSION, channel)
    prepared = Prepared(transpile_result=None, transpiler_info=None)
    alone = Redirect(to="alone")
    assert channel.firsts == [prepared, prepared, alone, alone]
    (failed,) = run(job_info={"code": nested(30)})
    assert isinstance(failed, Failed)
    assert failed.code == "limit_exceeded"
