"""Reading operators and grouping their terms."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qumulus.execution.failures import InvalidProgramError
from qumulus.execution.pauli import Term, group_terms, read_operator


def read(text: str, n_qubits: int = 12) -> tuple[tuple[int, str], ...]:
    return read_operator([{"pauli": text, "coeff": 1.0}], n_qubits)[0].pauli


@pytest.mark.parametrize("text", ["X 0 Z 1", "X0 Z1", "X0Z1", " Z1  X 0 ", "Z 1 I 5 X 0"])
def test_any_spacing_reads_the_same(text: str) -> None:
    assert read(text) == ((0, "X"), (1, "Z"))


@pytest.mark.parametrize("text", ["I", " I ", "I 0", "I0 I3"])
def test_the_identity_has_no_factors(text: str) -> None:
    assert read(text) == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("X 12", "qubit 12"),
        ("X 0 X 0", "qubit 0 twice"),
        ("X", "not a product"),
        ("Q 0", "not a product"),
        ("XZ", "not a product"),
        ("", "empty"),
        ("X 0, Z 1", "not a product"),
        ("X 99999999999999999999", "qubit 9999"),
    ],
)
def test_a_wrong_term_is_named(text: str, says: str) -> None:
    with pytest.raises(InvalidProgramError, match=says) as caught:
        read_operator([{"pauli": "I", "coeff": 1}, {"pauli": text, "coeff": 1}], 12)
    assert "Term 1" in str(caught.value)


@pytest.mark.parametrize("coefficient", [None, "1", True, float("nan"), float("inf"), [1, 2], 10**400])
def test_coefficients_are_real_numbers(coefficient: Any) -> None:
    with pytest.raises(InvalidProgramError, match="real number"):
        read_operator([{"pauli": "X 0", "coeff": coefficient}], 1)


@pytest.mark.parametrize("operator", [None, [], {}, "X 0", [3], [{"coeff": 1}]])
def test_an_operator_is_a_list_of_terms(operator: Any) -> None:
    with pytest.raises(InvalidProgramError):
        read_operator(operator, 1)


@pytest.mark.parametrize("coefficients", [(1e308, 1e308), (1e200, 1.0)])
def test_coefficients_that_overflow_are_refused(coefficients: tuple[float, float]) -> None:
    with pytest.raises(InvalidProgramError, match="too large"):
        read_operator([{"pauli": "Z 0", "coeff": coefficient} for coefficient in coefficients], 1)


def test_equal_products_are_added_up() -> None:
    terms = read_operator([{"pauli": "X0Z1", "coeff": 1.5}, {"pauli": "Z1X0", "coeff": -0.5}], 2)
    assert terms == (Term(coefficient=1.0, pauli=((0, "X"), (1, "Z"))),)


paulis = st.dictionaries(st.integers(0, 4), st.sampled_from("XYZ"), max_size=4)


@given(st.lists(paulis, max_size=30))
def test_every_group_needs_one_basis_for_each_qubit_and_no_term_is_lost(
    products: list[dict[int, str]],
) -> None:
    terms = [Term(coefficient=1.0 + i, pauli=tuple(sorted(p.items()))) for i, p in enumerate(products)]
    groups = group_terms(terms)
    for group in groups:
        basis = dict(group.basis)
        assert all(basis[qubit] == letter for term in group.terms for qubit, letter in term.pauli)
    grouped = [term for group in groups for term in group.terms]
    assert sorted(grouped, key=repr) == sorted((term for term in terms if term.pauli), key=repr)
