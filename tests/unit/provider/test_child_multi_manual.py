"""Jobs of several programs, from task to result."""

from __future__ import annotations

from typing import Any

import pytest
from qiskit import qasm3

from qumulus.provider import child
from qumulus.provider.messages import Failed, Prepared
from tests.unit.provider.test_child import BELL, HEAD, MITIGATED, finished, on_sc, run

GHZ = HEAD + "qubit[3] q; bit[3] c; h q[0]; cx q[0], q[1]; cx q[1], q[2]; c = measure q;"
ONES = HEAD + "qubit[2] q; bit[2] c; x q; c = measure q;"
THREE = {"program": [BELL, ONES, GHZ]}
OFF = {"transpiler_lib": None}


@pytest.fixture(autouse=True)
def resident() -> None:
    """These tests share one process, which becomes a resident one."""
    if not child.is_resident():
        child.warm_up()


def qiskit_options(**options: Any) -> dict[str, Any]:
    return {"transpiler_lib": "qiskit", "transpiler_options": options}


def sampling(messages: list[Any]) -> dict[str, Any]:
    result: dict[str, Any] = finished(messages).result["sampling"]
    return result


@pytest.mark.parametrize("changes", [{}, {"form": "object"}, {"transpiler_info": OFF}])
def test_programs_on_a_simulator_do_not_disturb_one_another(changes: dict[str, Any]) -> None:
    messages = run(job_type="multi_manual", job_info=THREE, shots=4000, **changes)
    result = sampling(messages)
    shares = result["divided_counts"]
    assert [set(share) for share in shares.values()] == [{"00", "11"}, {"11"}, {"000", "111"}]
    assert all(sum(share.values()) == 4000 for share in shares.values())
    assert set(result["counts"]) == {f"{c}11{a}" for a in ("00", "11") for c in ("000", "111")}
    # Independent of each other: Binomial(4000, 1/4), deviation 27.
    assert all(abs(number - 1000) < 165 for number in result["counts"].values())
    prepared = messages[0]
    assert isinstance(prepared, Prepared)
    assert prepared.combined_program is not None
    assert qasm3.loads(prepared.combined_program).num_qubits == 7


@pytest.mark.parametrize("layout", [None, [7, 10, 22, 25, 3, 5, 8], [26, 25, 0, 1, 14, 13, 12]])
def test_mitigation_on_a_qpu_follows_the_layout(layout: list[int] | None) -> None:
    info = {} if layout is None else qiskit_options(initial_layout=layout, seed_transpiler=1)
    result = sampling(
        on_sc(
            job_type="multi_manual",
            job_info=THREE,
            shots=20_000,
            transpiler_info=info,
            mitigation_info=MITIGATED,
            simulator_info={"seed_simulation": 3},
        )
    )
    assert all(sum(share.values()) == 20_000 for share in result["divided_counts"].values())
    assert sum(result["counts"].values()) == sum(result["raw_counts"].values()) == 20_000
    raw_ones = sum(number for key, number in result["raw_counts"].items() if key[-4:-2] == "11")
    # Of two qubits in 1, readout errors are all but undone; gate errors of x are some 1e-4.
    assert result["divided_counts"]["1"]["11"] > 19_800 > raw_ones


def test_without_transpiling_programs_lie_on_neighbouring_qubits_of_the_device() -> None:
    # Coupled on this device: 0 with 1, 1 with 2, 2 with 3, but not 3 with 4.
    native = HEAD + "qubit[2] q; bit[2] c; x q[0]; cx q[0], q[1]; c = measure q;"
    info = {"program": [native, native]}
    result = sampling(
        on_sc(
            job_type="multi_manual",
            job_info=info,
            shots=20_000,
            transpiler_info=OFF,
            mitigation_info=MITIGATED,
        )
    )
    for share in result["divided_counts"].values():
        assert share["11"] > 19_000
    assert result["counts"]["1111"] > 18_500
    far = HEAD + "qubit[2] q; bit[2] c; cx q[0], q[1]; c = measure q;"
    info = {"program": [HEAD + "qubit q; bit c; c = measure q;", *[far] * 3]}
    (failed,) = on_sc(job_type="multi_manual", job_info=info, transpiler_info=OFF)
    assert isinstance(failed, Failed)
    assert failed.code == "unsupported_instruction"
    assert "not coupled" in failed.message


def test_more_qubits_than_the_device_has_fail_the_job() -> None:
    ten = GHZ.replace("[3]", "[10]")
    prepared, failed = on_sc(job_type="multi_manual", job_info={"program": [ten] * 3})
    assert isinstance(prepared, Prepared)
    assert isinstance(failed, Failed)
    assert (failed.code, failed.stage) == ("too_many_qubits", "run")
    assert "30 qubits" in failed.message
    assert "27" in failed.message


def test_a_seed_repeats_all_counts() -> None:
    job = {"job_type": "multi_manual", "job_info": THREE, "simulator_info": {"seed_simulation": 4}}
    assert sampling(run(**job)) == sampling(run(**job))
