"""Undoing readout errors, on permuted layouts and for programs side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.physics.devices import Document, confusion, document_of, options_of, qubit
from tests.physics.effort import pick, random_of, seed_of
from tests.physics.jobs import AS_IT_IS, HEAD, MITIGATED, result_of
from tests.physics.odds import assert_counts

SHOTS = 20_000
UNEVEN = document_of([qubit(k, p1=0.01 + 0.04 * k, p0=0.02 + 0.06 * (4 - k)) for k in range(5)])
"""Qubits whose errors differ so much that those of a wrong one would show; gates are perfect."""


def read_out(ideal: Mapping[str, float], places: Sequence[int], document: Document) -> dict[str, float]:
    """What is measured where bit k is read from the device's qubit ``places[k]``."""
    matrix = combined(places, document)
    vector = np.array([ideal.get(f"{value:0{len(places)}b}", 0.0) for value in range(1 << len(places))])
    return {f"{value:0{len(places)}b}": p for value, p in enumerate((matrix @ vector).tolist())}


def combined(places: Sequence[int], document: Document) -> np.ndarray:
    matrix = np.eye(1)
    for place in reversed(places):
        matrix = np.kron(matrix, confusion(document, place))
    return matrix


def mitigated(raw: Mapping[str, int], places: Sequence[int], document: Document) -> np.ndarray:
    """The inverse of the whole matrix, brought to the simplex by bisection on the shift of all elements."""
    width = len(places)
    vector = np.array([raw.get(f"{value:0{width}b}", 0) for value in range(1 << width)]) / SHOTS
    quasi = np.linalg.solve(combined(places, document), vector)
    low, high = -1.0, 1.0
    for _ in range(100):
        shift = (low + high) / 2
        low, high = (shift, high) if np.maximum(quasi - shift, 0).sum() > 1 else (low, shift)
    return np.maximum(quasi - low, 0) * SHOTS


def assert_mitigated(
    result: Mapping[str, Mapping[str, int]], places: Sequence[int], document: Document
) -> None:
    """Counts are the nearest distribution, rounded to integers that add up to the shots."""
    expected = mitigated(result["raw_counts"], places, document)
    assert sum(result["counts"].values()) == SHOTS
    found = np.array([result["counts"].get(f"{value:0{len(places)}b}", 0) for value in range(expected.size)])
    assert np.abs(found - expected).max() < 1 + 1e-6


@pytest.mark.parametrize("level", [0, 1, 2, 3])
@pytest.mark.parametrize("number", range(pick(2, 8)))
def test_the_errors_undone_are_those_of_the_physical_qubits(number: int, level: int, tmp_path: Path) -> None:
    random = random_of("layout", number)
    layout = random.permutation(5)[:3].tolist()
    ones = [index for index in range(3) if random.random() < 0.6]
    source = f"{HEAD} qubit[3] q; bit[3] c; {' '.join(f'x q[{k}];' for k in ones)} c = measure q;"
    result = result_of(
        source,
        device="SC",
        shots=SHOTS,
        seed=seed_of(number, level),
        mitigation_info=MITIGATED,
        transpiler_info={"transpiler_options": {"optimization_level": level, "initial_layout": layout}},
        options=options_of(UNEVEN, tmp_path),
    )["sampling"]
    prepared_key = "".join("1" if k in ones else "0" for k in (2, 1, 0))
    assert_counts(result["raw_counts"], read_out({prepared_key: 1.0}, layout, UNEVEN), shots=SHOTS)
    assert_mitigated(result, layout, UNEVEN)
    assert result["counts"][prepared_key] > 0.97 * SHOTS


def test_routing_moves_the_errors_with_the_qubits(tmp_path: Path) -> None:
    """Ends of the line that are far apart: their qubits do not stay where the layout put them."""
    source = (
        f"{HEAD} qubit[3] q; bit[3] c; h q[0]; cx q[0], q[1]; cx q[0], q[2]; cx q[1], q[2]; c = measure q;"
    )
    from tests.physics.jobs import prepared

    run = prepared(
        source,
        device="SC",
        shots=SHOTS,
        mitigation_info=MITIGATED,
        transpiler_info={"transpiler_options": {"optimization_level": 0, "initial_layout": [0, 4, 2]}},
        options=options_of(UNEVEN, tmp_path),
    )
    assert run.transpile_result is not None
    mapping = run.transpile_result["virtual_physical_mapping"]["qubit_mapping"]
    places = [mapping[str(k)] for k in range(3)]
    assert places != [0, 4, 2]
    result = run.execute().result["sampling"]
    assert_counts(result["raw_counts"], read_out({"000": 0.5, "011": 0.5}, places, UNEVEN), shots=SHOTS)
    assert_mitigated(result, places, UNEVEN)


@pytest.mark.parametrize("transpiles", [False, True])
def test_every_program_of_several_is_mitigated(transpiles: bool, tmp_path: Path) -> None:
    """With transpiling off they stand side by side from qubit 0 on; each share adds up to the shots."""
    programs = [
        f"{HEAD} qubit[2] q; bit[2] c; x q[1]; c = measure q;",
        f"{HEAD} qubit q; bit c; x q; c = measure q;",
        f"{HEAD} qubit[2] q; bit[2] c; x q[0]; c = measure q;",
    ]
    layout = [3, 1, 4, 0, 2]
    how = (
        {"transpiler_options": {"optimization_level": 1, "initial_layout": layout}}
        if transpiles
        else AS_IT_IS
    )
    result = result_of(
        *programs,
        device="SC",
        shots=SHOTS,
        seed=seed_of("side by side"),
        mitigation_info=MITIGATED,
        transpiler_info=how,
        options=options_of(UNEVEN, tmp_path),
    )["sampling"]
    places = layout if transpiles else [0, 1, 2, 3, 4]
    assert_counts(result["raw_counts"], read_out({"01110": 1.0}, places, UNEVEN), shots=SHOTS)
    assert_mitigated(result, places, UNEVEN)
    for index, key in enumerate(("10", "1", "01")):
        share = result["divided_counts"][str(index)]
        assert sum(share.values()) == SHOTS
        assert share[key] > 0.95 * SHOTS


def test_unmitigated_programs_are_as_measured(tmp_path: Path) -> None:
    programs = [f"{HEAD} qubit[2] q; bit[2] c; x q[{k}]; c = measure q;" for k in (0, 1)]
    result = result_of(
        *programs,
        device="SC",
        shots=SHOTS,
        seed=seed_of("unmitigated"),
        transpiler_info=AS_IT_IS,
        options=options_of(UNEVEN, tmp_path),
    )["sampling"]
    assert_counts(result["counts"], read_out({"1001": 1.0}, [0, 1, 2, 3], UNEVEN), shots=SHOTS)
    for index, (key, places) in enumerate((("01", [0, 1]), ("10", [2, 3]))):
        expected = read_out({key: 1.0}, places, UNEVEN)
        assert_counts(result["divided_counts"][str(index)], expected, shots=SHOTS)
