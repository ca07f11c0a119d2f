"""Which engine is chosen, and what is refused before it runs."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest

from qumulus.circuits import Circuit, Operation, read_program
from qumulus.execution.failures import LimitExceededError, UnsupportedInstructionError
from qumulus.execution.settings import Method
from qumulus.provider.engines.choice import Choice
from qumulus.provider.engines.choose import choose_engine, choose_exact_engine
from qumulus.provider.engines.contest import Engine
from qumulus.provider.engines.qulacs_engine import prepare_state
from qumulus.provider.engines.resources import RESOURCES, Costs, Resources
from qumulus.provider.engines.simulation import Simulation
from qumulus.provider.engines.workload import follow_bonds

GIB = 1 << 30


def program(body: str, n_qubits: int) -> Circuit:
    head = f'OPENQASM 3; include "stdgates.inc"; qubit[{n_qubits}] q; bit[{n_qubits}] c;'
    return read_program(f"{head}{body}")


WIDE = "h q; cx q[0], q[1]; c = measure q;"
WIDE_ODD = "h q; t q; cx q[0], q[1]; c = measure q;"


def tangled(n_qubits: int, depth: int = 60) -> str:
    """Gates between neighbours, too deep for a matrix product state."""
    layer = "".join(f"t q[{i}]; h q[{i}]; cx q[{i}], q[{i + 1}];" for i in range(n_qubits - 1))
    return layer * depth + "c = measure q;"


MIDWAY = "h q[0]; c[0] = measure q[0]; h q[0]; c[1] = measure q[0];"
MIDWAY_ODD = "h q[0]; c[0] = measure q[0]; t q[0]; h q[0]; c[1] = measure q[0];"


@pytest.mark.parametrize(
    ("body", "n_qubits", "engine"),
    [
        (WIDE, 2, "qulacs"),
        (WIDE, 12, "qulacs"),
        (WIDE, 22, "stim"),
        (WIDE, 128, "stim"),
        (tangled(16), 16, "qulacs"),
        (tangled(28, 30), 28, "qulacs"),
        (WIDE_ODD, 24, "qulacs"),
        (WIDE_ODD, 60, "qulacs"),
        (tangled(24, 1), 24, "aer"),
        (tangled(60, 1), 60, "aer"),
        (MIDWAY, 2, "stim"),
        (MIDWAY_ODD, 2, "aer"),
        ("h q[0]; t q[0]; cx q[0], q[90]; c = measure q;", 128, "qulacs"),
    ],
)
def test_the_cheapest_engine_that_can_do_it(body: str, n_qubits: int, engine: str) -> None:
    assert choose_engine(program(body, n_qubits), Method.AUTO, memory_bytes=8 * GIB).engine == engine


def test_an_engine_that_does_not_fit_gives_way_to_one_that_does() -> None:
    circuit = program(tangled(20), 20)
    assert choose_engine(circuit, Method.AUTO, memory_bytes=24 << 20).engine == "qulacs"
    assert choose_engine(circuit, Method.AUTO, memory_bytes=16 << 20).engine == "aer"


def test_the_engine_that_a_job_names_is_taken_where_it_can() -> None:
    assert choose_engine(program(WIDE, 3), Method.AUTO, only="aer").engine == "aer"
    assert choose_engine(program(WIDE, 3), Method.AUTO, only="stim").engine == "stim"
    assert choose_engine(program(WIDE_ODD, 3), Method.AUTO, only="stim").engine == "qulacs"


def test_costs_decide() -> None:
    circuit = program(tangled(16, 2), 16)
    assert choose_engine(circuit, Method.STATEVECTOR).engine == "qulacs"
    token = RESOURCES.set(Resources(costs=Costs(qulacs_amplitude_s=1e-6)))
    try:
        assert choose_engine(circuit, Method.STATEVECTOR).engine == "aer"
    finally:
        RESOURCES.reset(token)


def test_an_engine_of_another_package_takes_part() -> None:
    token = RESOURCES.set(Resources(engines=(f"{__name__}:ACCELERATOR",)))
    try:
        choice = choose_engine(program(tangled(16), 16), Method.AUTO)
    finally:
        RESOURCES.reset(token)
    simulation = Simulation(choice=choice, memory_limit_bytes=GIB)
    assert simulation.engine == "accelerator"
    assert simulation.sample(shots=7, seed=1) == {"0" * 16: 7}


VERSIONS = {"accelerator": "1.0"}


def sample(choice: Choice, *, shots: int, seed: int) -> dict[str, int]:
    return {"0" * choice.circuit.n_clbits: shots}


ACCELERATOR = Engine(
    name="accelerator",
    method=Method.STATEVECTOR,
    module=__name__,
    needs_resident=False,
    takes=lambda work: work.ends_in_measurements,
    seconds=lambda work, costs, threads: 1e-9,
    memory_bytes=lambda work: 16 << work.n_qubits,
)


def schmidt_bits(operations: tuple[Operation, ...], n_qubits: int) -> int:
    """Of the most entangled cut of the state after any gate, by singular values."""
    widest = 0
    for end in range(len(operations)):
        vector = prepare_state(n_qubits, operations[: end + 1]).get_vector()
        for cut in range(1, n_qubits):
            values = np.linalg.svd(vector.reshape(-1, 1 << cut), compute_uv=False)
            widest = max(widest, math.ceil(math.log2(np.count_nonzero(values > 1e-9))))
    return widest


@pytest.mark.parametrize("seed", range(6))
def test_no_bond_of_neighbouring_gates_exceeds_its_bound(seed: int) -> None:
    random = Random(seed)
    operations = []
    for _ in range(14):
        qubit = random.randrange(5)
        operations.append(Operation("ry", (qubit,), (random.uniform(0, 3),)))
        operations.append(Operation(random.choice(("cx", "swap", "rzz", "cu")), (qubit, qubit + 1), ()))
    made = tuple(op._replace(params=ANGLES.get(op.name, op.params)) for op in operations)
    bonds = follow_bonds(6, made)
    assert bonds is not None
    assert max(bonds.bits) >= schmidt_bits(made, 6)


ANGLES = {"rzz": (0.7,), "cu": (0.3, 0.5, 0.7, 0.2)}


def test_distant_qubits_are_swapped_together_once() -> None:
    bonds = follow_bonds(5, (Operation("cx", (0, 4)), Operation("cx", (0, 4))))
    assert bonds is not None
    assert bonds.n_steps == 3 + 2
    assert follow_bonds(40, tuple(Operation("cx", (i, i + 1)) for i in range(39)) * 16) is None


def test_only_qubits_that_matter_are_simulated() -> None:
    body = "reset q; barrier q; id q[5]; delay[1us] q[6]; h q[9]; t q[9]; c = measure q;"
    choice = choose_engine(program(body, 20), Method.AUTO)
    assert choice.circuit.active == (9,)
    assert choice.circuit.wiring == {9: 0}
    assert choice.circuit.n_clbits == 20


def test_what_cannot_fit_is_refused_with_the_numbers() -> None:
    choice = choose_engine(program(tangled(40), 40), Method.AUTO, memory_bytes=8 * GIB)
    with pytest.raises(LimitExceededError, match=r"40 qubits .* 16 TiB .* 8 GiB") as caught:
        choice.check_memory(8 * GIB)
    assert caught.value.code == "limit_exceeded"
    choose_engine(program(tangled(28), 28), Method.AUTO).check_memory(8 * GIB)
    choose_engine(program(WIDE_ODD, 40), Method.MATRIX_PRODUCT_STATE).check_memory(8 * GIB)
    with pytest.raises(LimitExceededError, match=r"entangles its 40 qubits so much that its matrix product"):
        choose_engine(program(tangled(40), 40), Method.MATRIX_PRODUCT_STATE).check_memory(8 * GIB)


def test_a_density_matrix_takes_the_square() -> None:
    choice = choose_engine(program(WIDE, 14), Method.DENSITY_MATRIX)
    assert choice.memory_bytes == 16 << 28


def test_the_stabilizer_method_names_what_is_not_clifford() -> None:
    assert choose_engine(program(WIDE, 3), Method.STABILIZER).engine == "stim"
    with pytest.raises(UnsupportedInstructionError, match=r"line 1, column \d+: t is no Clifford"):
        choose_engine(program(WIDE_ODD, 3), Method.STABILIZER)


def test_exact_values_need_a_pure_state() -> None:
    assert choose_exact_engine(program("h q; t q;", 3), Method.AUTO).engine == "qulacs"
    assert choose_exact_engine(program("h q; t q;", 26), Method.AUTO).engine == "qulacs"
    assert choose_exact_engine(program("h q;", 60), Method.AUTO).engine == "stim"
    with pytest.raises(UnsupportedInstructionError, match="reset"):
        choose_exact_engine(program("h q; reset q[0];", 3), Method.AUTO)
    with pytest.raises(UnsupportedInstructionError, match="density_matrix"):
        choose_exact_engine(program("h q;", 3), Method.DENSITY_MATRIX)
