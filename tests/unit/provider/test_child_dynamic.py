"""Jobs whose program is steered by measurements, from task to result."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from qumulus.circuits import DynamicProgram, Operation, ProgramError, ReadLimits, read_any
from qumulus.execution.failures import LimitExceededError
from qumulus.provider import child
from qumulus.provider.engines.dynamic_engine import MOST_STATES, BranchingSimulation
from qumulus.provider.engines.factored import FactoredState
from qumulus.provider.messages import Failed, Finished, Prepared, encode
from qumulus.provider.prepare_job import prepare_job
from tests.unit.circuits.product_state import ProductState, exact_distribution
from tests.unit.provider.test_child import BELL, DEFAULT_INFO, HEAD, finished, on_sc, run, task

TELEPORT = f"""{HEAD}
qubit[3] q; bit[2] m; bit out;
ry(1.1) q[0]; h q[1]; cx q[1], q[2];
cx q[0], q[1]; h q[0]; m[0] = measure q[0]; m[1] = measure q[1];
if (m[1]) x q[2];
if (m[0]) z q[2];
out = measure q[2];"""

UNTIL_SUCCESS = f"""{HEAD}
qubit[2] q; bit flag; uint[3] turns = 0; output bit[4] seen;
bool again = true;
while (again) {{
  reset q; ry(1.9) q[0]; cry(1.3) q[0], q[1]; flag = measure q[1]; turns += 1;
  again = flag && (turns < 5);
}}
seen[0] = measure q[0]; seen[1] = turns[0]; seen[2] = turns[1]; seen[3] = turns[2];"""

FEED_FORWARD = f"""{HEAD}
qubit[3] q; bit[3] c;
for int i in [0:1] {{
  ry(0.4 + 0.5 * i) q[i]; c[i] = measure q[i];
  if (c[i]) {{ ctrl @ ry(0.7) q[i], q[2]; }} else {{ ry(1.2) q[2]; s q[2]; sx q[2]; }}
}}
switch (uint[2](c[0:1])) {{ case 3 {{ reset q[2]; }} default {{ negctrl @ h q[0], q[2]; }} }}
c[2] = measure q[2];"""

LOOP = f"{HEAD} qubit[4] q; bit[4] c; h q[0]; for int i in [0:2] {{ cx q[i], q[i + 1]; }} c = measure q;"


@pytest.fixture(autouse=True)
def resident() -> None:
    """These tests share one process, which becomes a resident one."""
    if not child.is_resident():
        child.warm_up()


def dynamic(source: str) -> DynamicProgram:
    program = read_any(source)
    assert isinstance(program, DynamicProgram)
    return program


def sampled(code: str, *, shots: int = 20_000, seed: int = 7, **changes: Any) -> dict[str, int]:
    info = {"seed_simulation": seed}
    done = finished(run(job_info={"code": code}, shots=shots, simulator_info=info, **changes))
    counts: dict[str, int] = done.result["sampling"]["counts"]
    assert sum(counts.values()) == shots
    return counts


def as_keys(distribution: dict[tuple[int, ...], float]) -> dict[str, float]:
    return {"".join(str(int(bit)) for bit in reversed(bits)): p for bits, p in distribution.items()}


def refused(messages: list[Any]) -> Failed:
    (failed,) = messages
    assert isinstance(failed, Failed)
    assert (failed.code, failed.stage) == ("unsupported_instruction", "prepare")
    return failed


def chi_square_is_plausible(counts: dict[str, int], truth: dict[str, float]) -> bool:
    """Below the 99.9 % point, by Wilson and Hilferty's approximation."""
    truth = {key: p for key, p in truth.items() if p > 1e-9}
    if not counts.keys() <= truth.keys():
        return False
    shots, freedom = sum(counts.values()), len(truth) - 1
    assert min(truth.values()) * shots >= 5
    statistic = sum((counts.get(key, 0) - p * shots) ** 2 / (p * shots) for key, p in truth.items())
    spread = 2 / (9 * freedom)
    return statistic < freedom * (1 - spread + 3.09 * math.sqrt(spread)) ** 3


@pytest.mark.parametrize("code", [TELEPORT, UNTIL_SUCCESS, FEED_FORWARD])
def test_counts_have_the_exact_distribution(code: str) -> None:
    truth = as_keys(exact_distribution(dynamic(code)))
    assert len(truth) > 3
    counts = sampled(code)
    assert chi_square_is_plausible(counts, truth)
    assert not chi_square_is_plausible(counts, {key: 1 / len(truth) for key in truth})


def test_a_teleported_qubit_is_what_it_was() -> None:
    counts = sampled(TELEPORT)
    out = {bit: sum(number for key, number in counts.items() if key[0] == bit) for bit in "01"}
    one = math.sin(0.55) ** 2
    assert chi_square_is_plausible(out, {"0": 1 - one, "1": one})


def test_outputs_alone_are_in_the_result() -> None:
    counts = sampled(UNTIL_SUCCESS)
    assert {len(key) for key in counts} == {4}
    assert {int(key[:3], 2) for key in counts} == {1, 2, 3, 4, 5}


def test_a_seed_repeats_the_counts_and_another_does_not() -> None:
    assert sampled(FEED_FORWARD) == sampled(FEED_FORWARD)
    assert sampled(FEED_FORWARD) != sampled(FEED_FORWARD, seed=8)


def test_the_evidence_names_the_engine() -> None:
    prepared, done = run(job_info={"code": TELEPORT})
    assert prepared == Prepared(transpile_result=None, transpiler_info=None)
    assert isinstance(done, Finished)
    evidence = done.result["provenance"]
    assert (evidence["engine"], evidence["method"]) == ("qulacs_branches", "statevector")
    assert {"qulacs", "numpy"} <= evidence["versions"].keys()
    assert {"parse_s", "transpile_s", "run_s", "combine_s"} == evidence["stages"].keys()
    assert isinstance(evidence["seeds"]["simulation"], int)


def test_few_states_change_the_work_but_not_the_distribution() -> None:
    program = dynamic(FEED_FORWARD)
    poor = BranchingSimulation(program=program, memory_limit_bytes=3 * (16 << 3))
    assert (poor.most_states, poor.memory_bytes) == (0, 3 * (16 << 3))
    poor.check()
    assert chi_square_is_plausible(poor.sample(shots=20_000, seed=3), as_keys(exact_distribution(program)))
    rich = BranchingSimulation(program=program, memory_limit_bytes=1 << 30)
    assert rich.most_states == MOST_STATES


def test_qubits_that_are_not_entangled_take_no_memory() -> None:
    """A qubit goes through 60 others, of which three are entangled at a time."""
    hops = """for int i in [0:2:56] { h q[i + 1]; cx q[i + 1], q[i + 2]; cx q[i], q[i + 1]; h q[i];
      m[0] = measure q[i]; m[1] = measure q[i + 1]; if (m[1]) x q[i + 2]; if (m[0]) z q[i + 2]; }"""
    code = f"""{HEAD} qubit[60] q; bit[2] m; output bit out;
      ry(1.1) q[0]; {hops} ry(-1.1) q[58]; out = measure q[58];"""
    assert sampled(code, shots=20) == {"0": 20}


def test_what_entangles_too_much_fails_with_the_numbers() -> None:
    program = dynamic(TELEPORT)
    with pytest.raises(LimitExceededError, match=r"entangles 3 of its qubits.* 384 B .* 200 B"):
        BranchingSimulation(program=program, memory_limit_bytes=200).sample(shots=1, seed=1)
    failed = run(job_info={"code": TELEPORT}, options={"memory_bytes": 200})[-1]
    assert isinstance(failed, Failed)
    assert (failed.code, failed.stage) == ("limit_exceeded", "run")


def test_an_endless_loop_ends_at_a_limit() -> None:
    code = f"{HEAD} qubit q; bit c; h q; c = measure q; while (true) {{ c = c ^ 1; if (c) {{ x q; }} }}"
    program = read_any(code, ReadLimits(loop_iterations=100))
    assert isinstance(program, DynamicProgram)
    with pytest.raises(ProgramError) as error:
        BranchingSimulation(program=program, memory_limit_bytes=1 << 20).sample(shots=1, seed=1)
    assert (error.value.code, error.value.line) == ("limit_exceeded", 1)


def test_a_loop_that_no_measurement_decides_is_a_circuit_everywhere() -> None:
    assert sampled(LOOP).keys() == {"0000", "1111"}
    evidence = finished(run(job_info={"code": LOOP})).result["provenance"]
    assert evidence["engine"] == "qulacs"
    assert run(job_info={"code": LOOP}, transpiler_info={})[0].transpiler_info == DEFAULT_INFO  # type: ignore[union-attr]
    assert finished(on_sc(job_info={"code": LOOP})).result["provenance"]["calibration"] is not None
    estimate = {"code": LOOP, "operator": [{"pauli": "X0X1X2X3", "coeff": 2.0}]}
    exact = run(job_type="estimation", job_info=estimate, simulator_info={"exact": True})
    assert finished(exact).result["estimation"]["exp_value"] == pytest.approx(2.0)
    several = finished(run(job_type="multi_manual", job_info={"program": [LOOP, BELL]})).result
    assert several["sampling"]["divided_counts"]["0"].keys() == {"0000", "1111"}


@pytest.mark.parametrize(
    ("start", "changes", "says"),
    [
        (on_sc, {}, "SC has no classical control, which runs on simulators such as SVSim only"),
        (run, {"transpiler_info": {}}, "cannot be transpiled"),
        (run, {"transpiler_info": DEFAULT_INFO, "form": "object"}, "cannot be transpiled"),
        (run, {"simulator_info": {"method": "stabilizer"}}, "the method stabilizer"),
        (run, {"job_type": "estimation"}, "estimation jobs"),
    ],
)
def test_what_cannot_be_steered_is_refused_with_its_place(start: Any, changes: Any, says: str) -> None:
    info = {"code": TELEPORT, "operator": [{"pauli": "Z0", "coeff": 1.0}]}
    failed = refused(start(job_info=info, **changes))
    assert failed.message.startswith("line 5, column 1: measurements decide what happens here")
    assert says in failed.message


def test_programs_side_by_side_cannot_be_steered() -> None:
    failed = refused(run(job_type="multi_manual", job_info={"program": [BELL, TELEPORT]}))
    assert failed.message.startswith("program 1, line 5, column 1: ")


@pytest.mark.parametrize("changes", [{}, {"transpiler_info": {}}], ids=["absent", "as the Cloud stores it"])
def test_the_default_of_transpiling_is_left_out(changes: dict[str, Any]) -> None:
    """That of the files form too, which the Provider gets as objects."""
    prepared, done = run(job_info={"code": TELEPORT}, form="object", **changes)
    assert prepared == Prepared(transpile_result=None, transpiler_info=None)
    assert isinstance(done, Finished)
    assert done.result["provenance"]["transpiler"] is None


def test_inputs_without_values_are_refused() -> None:
    code = f"{HEAD} input float a; qubit q; bit c; c = measure q; if (c) {{ rx(a) q; }} c = measure q;"
    (failed,) = run(job_info={"code": code})
    assert isinstance(failed, Failed)
    assert failed.code == "invalid_program"
    assert "parameters (a)" in failed.message


@pytest.mark.parametrize("code", [TELEPORT, LOOP])
def test_a_forked_child_sends_on_what_it_cannot_read(code: str) -> None:
    assert prepare_job(task(job_info={"code": code}), is_resident=False) is None
    assert prepare_job(task(), is_resident=False) is not None


ALONE = """
import sys
from qumulus.provider.child import run_job
from qumulus.provider.messages import decode_child_message
class Channel:
    def send(self, message):
        print(decode_child_message(message))
run_job(sys.stdin.buffer.read(), Channel())
print([name for name in ("antlr4", "openqasm3", "qiskit") if name in sys.modules])
"""


def test_a_forked_child_redirects_without_loading_the_parser() -> None:
    job = encode(task(job_info={"code": TELEPORT}))
    ended = subprocess.run(
        [sys.executable, "-c", ALONE], input=job, capture_output=True, timeout=60, check=True
    )
    assert ended.stdout.decode().splitlines() == ["Redirect(to='resident')", "[]"]


def test_a_state_of_qulacs_does_as_the_reference_does() -> None:
    state, reference = FactoredState(1 << 20), ProductState(3)
    operations = [
        Operation("x", (2,)),
        Operation("ry", (0,), (0.8,)),
        Operation("u", (1,), (0.3, 0.2, 0.5)),
        Operation("gphase", (), (0.4,)),
        Operation("cx", (0, 2)),
        Operation("gphase", (0, 1), (0.9,), controls="10"),
        Operation("delay", (0,), (1e-6,)),
        Operation("h", (2, 1), controls="0"),
        Operation("ccx", (1, 2, 0)),
    ]
    for operation in operations:
        state.apply(operation)
        reference.apply(operation)
    kept, kept_reference = state.copy(), reference.copy()
    for outcome in (0, 1):
        now, then = kept.copy(), kept_reference.copy()
        assert now.probability_of_one(1) == pytest.approx(then.probability_of_one(1))
        now.collapse(1, outcome)
        then.collapse(1, outcome)
        found = [now.probability_of_one(qubit) for qubit in range(3)]
        assert np.allclose(found, [then.probability_of_one(qubit) for qubit in range(3)])
        for again in operations:
            now.apply(again)
            then.apply(again)
        found = [now.probability_of_one(qubit) for qubit in range(3)]
        assert np.allclose(found, [then.probability_of_one(qubit) for qubit in range(3)])
    assert state.probability_of_one(1) == pytest.approx(reference.probability_of_one(1))
