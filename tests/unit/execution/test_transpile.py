"""Transpiling must not change the distribution, on any device, at any level."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import numpy as np
import pytest
from qiskit.quantum_info import Operator, Statevector

from qumulus.circuits import GATES, Circuit, Operation, matrix, read_program
from qumulus.execution.calibration import read_calibration
from qumulus.execution.device import TargetDevice
from qumulus.execution.failures import TranspileError
from qumulus.execution.plan import Placed
from qumulus.execution.qiskit_circuits import from_qiskit, to_qiskit
from qumulus.execution.transpile import Transpiler
from qumulus.provider.drivers import load_driver

HEAD = 'OPENQASM 3; include "stdgates.inc";'


def line_device(*, fidelity_0: float = 0.9, cz: tuple[int, ...] = ()) -> TargetDevice:
    """Five qubits in a line, coupled in one direction only; qubit 0 is bad. ``cz`` couples these instead."""
    qubits: list[dict[str, Any]] = [
        {
            "fidelity": fidelity_0 if index == 0 else 0.999,
            "meas_error": {"prob_meas1_prep0": 0.01, "prob_meas0_prep1": 0.01},
            "qubit_lifetime": {"t1": 100.0, "t2": 100.0},
            "gate_duration": {"rz": 0, "sx": 30, "x": 30},
        }
        for index in range(5)
    ]
    couplings = [
        {
            "control": q,
            "target": q + 1,
            "fidelity": 0.99,
            "gate_duration": {"cz" if q in cz else "cx": 300},
        }
        for q in range(4)
    ]
    document = {"name": "line", "calibrated_at": "now", "qubits": qubits, "couplings": couplings}
    return TargetDevice(
        n_qubits=5,
        max_shots=10,
        basis_gates=("id", "rz", "sx", "x", "cx", "cz") if cz else ("id", "rz", "sx", "x", "cx"),
        transpiles_by_default=True,
        calibration=read_calibration(document),
    )


DEVICES = {
    "line": line_device(),
    "statevector": load_driver("statevector", "SVSim", {}).target,
    "superconducting": load_driver("superconducting", "SC", {}).target,
}


def random_program(seed: int, n_qubits: int = 4) -> str:
    """Gates of all kinds, and swaps that levels 2 and 3 turn into relabelling."""
    random = Random(seed)
    lines = [HEAD, f"qubit[{n_qubits}] q; bit[{n_qubits + 1}] c;"]
    for _ in range(14):
        a, b, c = random.sample(range(n_qubits), 3)
        angle = random.uniform(-4, 4)
        lines.append(
            random.choice(
                [
                    f"h q[{a}];",
                    f"rx({angle}) q[{a}];",
                    f"swap q[{a}], q[{b}];",
                    f"cx q[{a}], q[{b}];",
                    f"cp({angle}) q[{a}], q[{b}];",
                    f"ccx q[{a}], q[{b}], q[{c}];",
                    f"negctrl @ ry({angle}) q[{a}], q[{b}];",
                ]
            )
        )
    order = random.sample(range(n_qubits), n_qubits)
    lines += [f"c[{bit}] = measure q[{qubit}];" for bit, qubit in enumerate(order)]
    return "\n".join(lines)


def distribution(circuit: Circuit) -> np.ndarray[Any, Any]:
    """Probability of each value of the written bits, lowest written bit lowest."""
    measured = {op.clbits[0]: op.qubits[0] for op in circuit.operations if op.name == "measure"}
    operations = tuple(op for op in circuit.operations if op.name != "measure")
    active = sorted({q for op in operations for q in op.qubits} | set(measured.values()))
    index = {qubit: position for position, qubit in enumerate(active)}
    moved = tuple(op._replace(qubits=tuple(index[q] for q in op.qubits)) for op in operations)
    small = Circuit(n_qubits=len(active), n_clbits=0, operations=moved)
    return Statevector(to_qiskit(small)).probabilities([index[measured[bit]] for bit in sorted(measured)])


@pytest.mark.parametrize("level", [0, 1, 2, 3])
@pytest.mark.parametrize("name", sorted(DEVICES))
def test_the_distribution_stays_and_every_gate_is_the_devices(name: str, level: int) -> None:
    device = DEVICES[name]
    transpiler = Transpiler(device)
    for seed in range(4):
        circuit = read_program(random_program(seed))
        placed = transpiler.transpile(circuit, {"optimization_level": level}).placed
        np.testing.assert_allclose(distribution(placed.circuit), distribution(circuit), atol=1e-9)
        assert placed.circuit.n_clbits == circuit.n_clbits
        assert placed.circuit.clbit_registers == circuit.clbit_registers
        for operation in placed.circuit.operations:
            assert operation.name in (*device.basis_gates, "measure", "barrier")
            if device.calibration is not None and len(operation.qubits) == 2:
                assert operation.qubits in device.calibration.couplings


@pytest.mark.parametrize("level", [0, 1, 2, 3])
@pytest.mark.parametrize("name", sorted(DEVICES))
def test_the_placement_says_where_each_qubit_is_at_the_end(name: str, level: int) -> None:
    transpiler = Transpiler(DEVICES[name])
    for seed in range(4):
        source = random_program(seed).split("c[0]")[0]
        placed = transpiler.transpile(read_program(source), {"optimization_level": level}).placed
        assert np.allclose(
            measured_at_the_end(placed), distribution(read_program(source + measured(4))), atol=1e-9
        )


def measured(n_qubits: int) -> str:
    return "".join(f"c[{q}] = measure q[{q}];" for q in range(n_qubits))


def measured_at_the_end(placed: Placed) -> np.ndarray[Any, Any]:
    measurements = (Operation("measure", (place,), clbits=(q,)) for q, place in enumerate(placed.placement))
    operations = (*placed.circuit.operations, *measurements)
    return distribution(Circuit(n_qubits=placed.circuit.n_qubits, n_clbits=4, operations=operations))


def test_the_shown_text_is_the_transpiled_program() -> None:
    circuit = read_program(random_program(1))
    transpiled = Transpiler(DEVICES["superconducting"]).transpile(circuit, {})
    shown = read_program(transpiled.result["transpiled_program"])
    np.testing.assert_allclose(distribution(shown), distribution(circuit), atol=1e-9)
    assert transpiled.result["virtual_physical_mapping"]["qubit_mapping"] == {
        str(q): place for q, place in enumerate(transpiled.placed.placement)
    }
    after = transpiled.result["stats"]["after"]
    assert after["n_gates_2q"] == sum(op.name == "cx" for op in transpiled.placed.circuit.operations)


def test_layouts_avoid_bad_qubits_unless_the_job_asks_for_them() -> None:
    circuit = read_program(HEAD + "qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;")
    transpiler = Transpiler(DEVICES["line"])
    assert 0 not in transpiler.transpile(circuit, {"optimization_level": 3}).placed.placement
    for layout in ([1, 0], [3, 4]):
        transpiled = transpiler.transpile(circuit, {"initial_layout": layout})
        assert list(transpiled.placed.placement) == layout


@pytest.mark.parametrize("level", range(4))
def test_layouts_leave_broken_qubits_out(level: int) -> None:
    transpiler = Transpiler(line_device(fidelity_0=0.0))
    for program in ("qubit q; bit c; h q; c = measure q;", "qubit[4] q; bit[4] c; h q; c = measure q;"):
        placed = transpiler.transpile(read_program(HEAD + program), {"optimization_level": level}).placed
        assert 0 not in placed.placement
    with pytest.raises(TranspileError):
        transpiler.transpile(read_program(HEAD + "bit c; c = measure $0;"), {"optimization_level": level})


@pytest.mark.parametrize("level", range(4))
def test_each_pair_of_qubits_is_coupled_by_its_own_gate(level: int) -> None:
    circuit = read_program(HEAD + "bit[2] c; h $0; cx $0, $1; cx $1, $2; c[0] = measure $2;")
    placed = Transpiler(line_device(cz=(1,))).transpile(circuit, {"optimization_level": level}).placed
    pairs = {(op.name, op.qubits) for op in placed.circuit.operations if len(op.qubits) == 2}
    assert pairs == {("cx", (0, 1)), ("cz", (1, 2))}


def test_a_layout_beyond_the_device_is_refused_before_room_is_made_for_it() -> None:
    circuit = read_program(HEAD + "qubit[2] q; bit[2] c; c = measure q;")
    for far in (5, 2**31 - 1):
        with pytest.raises(TranspileError, match=f"initial_layout names the qubit {far}, .* from 0 to 4"):
            Transpiler(DEVICES["line"]).transpile(circuit, {"initial_layout": [1, far]})


def test_an_initial_layout_is_obeyed_on_a_device_without_couplings() -> None:
    circuit = read_program(HEAD + "qubit[2] q; bit[2] c; x q[0]; c = measure q;")
    placed = Transpiler(DEVICES["statevector"]).transpile(circuit, {"initial_layout": [1, 0]}).placed
    np.testing.assert_allclose(distribution(placed.circuit), distribution(circuit), atol=1e-12)


def test_physical_qubits_stay_where_the_program_put_them() -> None:
    circuit = read_program(HEAD + "bit[2] c; h $3; cx $3, $4; c[0] = measure $3; c[1] = measure $4;")
    transpiler = Transpiler(DEVICES["line"])
    placed = transpiler.transpile(circuit, {"optimization_level": 3}).placed
    assert {q for op in placed.circuit.operations for q in op.qubits} == {3, 4}
    with pytest.raises(TranspileError, match="initial_layout"):
        transpiler.transpile(circuit, {"initial_layout": [0, 1, 2, 3, 4]})


def test_the_same_options_give_the_same_program() -> None:
    circuit = read_program(random_program(5))
    first, second = (Transpiler(DEVICES["superconducting"]).transpile(circuit, {}) for _ in range(2))
    assert first.placed == second.placed


@pytest.mark.parametrize(
    "options", [{"layout_method": "nonsense"}, {"initial_layout": [0]}, {"initial_layout": [0, 0]}]
)
def test_what_qiskit_refuses_fails_the_job_with_its_reason(options: dict[str, Any]) -> None:
    circuit = read_program(HEAD + "qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;")
    with pytest.raises(TranspileError, match="Qiskit"):
        Transpiler(DEVICES["line"]).transpile(circuit, options)


def test_unread_measurements_and_delays_survive() -> None:
    source = HEAD + "qubit[2] q; bit[2] c; h q[0]; measure q[0]; delay[100ns] q[1]; h q[0]; c = measure q;"
    placed = Transpiler(DEVICES["line"]).transpile(read_program(source), {}).placed
    measurements = [op.clbits for op in placed.circuit.operations if op.name == "measure"]
    assert sorted(measurements) == [(), (0,), (1,)]
    (delay,) = (op for op in placed.circuit.operations if op.name == "delay")
    assert math.isclose(delay.params[0], 100e-9)


@pytest.mark.parametrize(
    ("name", "controls"),
    [
        (name, controls)
        for name in sorted(GATES)
        for controls in ("", "1", "0", "01")
        if GATES[name].n_qubits + len(controls) <= 6  # 64 by 64 is large enough to compare
    ],
)
def test_every_gate_is_the_same_in_qiskit(name: str, controls: str) -> None:
    gate = GATES[name]
    params = (0.3, 0.5, 0.7, 1.1)[: gate.n_params]
    width = gate.n_qubits + len(controls)
    operation = Operation(name, tuple(range(width)), params, controls=controls)
    circuit = Circuit(n_qubits=width, n_clbits=0, operations=(operation,))
    np.testing.assert_allclose(
        Operator(to_qiskit(circuit)).data, np.array(matrix(name, params, controls)), atol=1e-9
    )


@pytest.mark.parametrize("controls", ["1", "0", "10", "01", "00"])
def test_a_controlled_phase_is_the_same_in_qiskit(controls: str) -> None:
    operation = Operation("gphase", tuple(range(len(controls))), (0.7,), controls=controls)
    circuit = Circuit(n_qubits=len(controls), n_clbits=0, operations=(operation,))
    expected = np.array(matrix("gphase", (0.7,), controls))
    np.testing.assert_allclose(Operator(to_qiskit(circuit)).data, expected, atol=1e-9)


def test_there_and_back_is_the_same_circuit() -> None:
    source = (
        HEAD
        + "qubit[2] q; bit[2] c; rz(0.5) q[1]; cx q[1], q[0]; barrier q; reset q[0]; c[1] = measure q[0];"
    )
    circuit = read_program(source)
    back = from_qiskit(to_qiskit(circuit))
    assert back == tuple(op._replace(line=0, column=0) for op in circuit.operations)
