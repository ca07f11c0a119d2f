"""Readouts and resets midway on ``SC``, and noise without bound, against density matrices in plain numpy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.physics.devices import Document, document_of, options_of, qubit
from tests.physics.effort import pick, random_of, seed_of
from tests.physics.jobs import AS_IT_IS, HEAD, counts_of
from tests.physics.kraus import Step, distribution, text_of
from tests.physics.odds import assert_counts

SHOTS = 10_000
N_QUBITS, N_BITS = 3, 4
GATES = ("sx", "x", "rz", "cx", "cx", "cx", "id", "delay", "barrier")


def any_device(random: np.random.Generator, *, spoiled: bool) -> Document:
    """Every qubit differs; a ``spoiled`` device loses nearly all, or nothing at all."""

    def one(index: int) -> Document:
        t1_us = float(random.choice([0.02, 1.0, 1e9]) if spoiled else random.uniform(5, 30))
        return qubit(
            index,
            p1=random.uniform(0, 0.1),
            p0=random.uniform(0, 0.2),
            t1_us=t1_us,
            t2_us=float(random.choice([1e-3, 1.0, 3.0]) if spoiled else random.uniform(0.1, 2)) * t1_us,
            fidelity=float(random.choice([0.5, 1.0]) if spoiled else random.uniform(0.95, 1)),
        )

    fidelity = float(random.choice([0.25, 1.0]) if spoiled else random.uniform(0.8, 0.99))
    return document_of([one(index) for index in range(N_QUBITS)], fidelity=fidelity, cx_ns=1_200)


def any_steps(random: np.random.Generator, *, midway: bool, longest_ns: float) -> list[Step]:
    """Every qubit is read at the end, into any bit; some bits are written again and again."""
    steps: list[Step] = []
    for _ in range(20):
        name = str(random.choice([*GATES, "measure", "measure", "reset"] if midway else GATES))
        first = int(random.integers(N_QUBITS))
        near = first + 1 if first + 1 < N_QUBITS else first - 1
        qubits = {"cx": (first, near), "barrier": (first, near)}.get(name, (first,))
        value = random.uniform(-3, 3) if name == "rz" else random.choice([0.0, 150.0, longest_ns])
        steps.append(Step(name, qubits, float(value), int(random.integers(N_BITS))))
    last = random.permutation(N_QUBITS).tolist()
    return [*steps, *(Step("measure", (index,), bit=int(random.integers(N_BITS))) for index in last)]


@pytest.mark.parametrize("method", ["auto", "statevector"])
@pytest.mark.parametrize("midway", [True, False])
@pytest.mark.parametrize("spoiled", [True, False])
@pytest.mark.parametrize("number", range(pick(2, 12)))
def test_any_noisy_program(number: int, spoiled: bool, midway: bool, method: str, tmp_path: Path) -> None:
    random = random_of("any", number, spoiled, midway)
    document = any_device(random, spoiled=spoiled)
    steps = any_steps(random, midway=midway, longest_ns=5e4 if spoiled else 3e3)
    # Of trajectories through so much noise, each shot has its own.
    shots = 1_000 if method == "statevector" else SHOTS
    counts = counts_of(
        text_of(steps, N_QUBITS, N_BITS),
        device="SC",
        shots=shots,
        seed=seed_of("any", number),
        transpiler_info=AS_IT_IS,
        simulator_info={"method": method},
        options=options_of(document, tmp_path),
    )
    assert_counts(counts, distribution(steps, document, N_QUBITS, N_BITS), shots=shots)


def test_a_bit_that_is_written_again_has_the_last_error_only(tmp_path: Path) -> None:
    """Aer would flip it by both."""
    options = options_of(document_of([qubit(0, p1=0.0, p0=0.1)]), tmp_path)
    source = f"{HEAD} qubit q; bit[2] c; x q; c[0] = measure q; c[0] = measure q; c[1] = measure q;"
    counts = counts_of(source, device="SC", shots=SHOTS, transpiler_info=AS_IT_IS, options=options)
    assert_counts(counts, {"00": 0.01, "01": 0.09, "10": 0.09, "11": 0.81}, shots=SHOTS)


@pytest.mark.parametrize("method", ["density_matrix", "statevector"])
def test_a_qubit_left_for_good_is_in_its_ground_state(method: str, tmp_path: Path) -> None:
    """What happens with certainty cannot be undone, which trajectories tried."""
    options = options_of(document_of([qubit(0, p1=0, p0=0, t1_us=50, t2_us=50)]), tmp_path)
    source = f"{HEAD} qubit q; bit c; sx q; delay[100ms] q; x q; c = measure q;"
    counts = counts_of(
        source,
        device="SC",
        shots=SHOTS,
        transpiler_info=AS_IT_IS,
        simulator_info={"method": method},
        options=options,
    )
    decayed = np.exp(-0.036 / 50)
    assert_counts(counts, {"1": decayed, "0": 1 - decayed}, shots=SHOTS)
