"""Sums of Pauli products: reading them, grouping them, and measuring a group in one basis."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qumulus.circuits import Operation
from qumulus.execution.failures import InvalidProgramError
from qumulus.execution.numbers import finite

Pauli = tuple[tuple[int, str], ...]
"""A product of X, Y and Z as (qubit, letter) by ascending qubit; empty: the identity."""

_FACTOR = re.compile(r"\s*([IXYZ])\s*(\d+)")

# Into the Z basis with gates every device has: U^-1 Z U = X for U = SX RZ(pi/2), = Y for U = SX.
_ROTATIONS: Mapping[str, tuple[tuple[str, tuple[float, ...]], ...]] = {
    "X": (("rz", (math.pi / 2,)), ("sx", ())),
    "Y": (("sx", ()),),
    "Z": (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A Pauli product and its real coefficient."""

    coefficient: float
    pauli: Pauli


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Terms that one measurement serves: no qubit is needed in two bases."""

    basis: Pauli
    terms: tuple[Term, ...]


def read_operator(operator: object, n_qubits: int) -> tuple[Term, ...]:
    """Read the ``operator`` of a job; equal products are added up, in order of first appearance.

    Raises:
        InvalidProgramError: naming the term that is wrong.
    """
    if not isinstance(operator, list) or not operator:
        raise InvalidProgramError(
            'An estimation job needs \'operator\': a list of {"pauli": "X 0 Z 1", "coeff": 1.5}.'
        )
    sums: dict[Pauli, float] = {}
    for index, entry in enumerate(operator):
        pauli, coefficient = _read_term(index, entry, n_qubits)
        sums[pauli] = sums.get(pauli, 0.0) + coefficient
    size = sum(map(abs, sums.values()))
    if not math.isfinite(size * size):
        raise InvalidProgramError("The coefficients of the operator are too large to be added and squared.")
    return tuple(Term(coefficient=value, pauli=pauli) for pauli, value in sums.items())


def _read_term(index: int, entry: Any, n_qubits: int) -> tuple[Pauli, float]:
    if not isinstance(entry, dict) or not isinstance(entry.get("pauli"), str):
        raise InvalidProgramError(f"Term {index} of the operator has no text 'pauli' such as 'X 0 Z 1'.")
    coefficient = finite(entry.get("coeff", 1.0))
    if coefficient is None:
        raise InvalidProgramError(
            f"Term {index} of the operator ('{entry['pauli']}') needs a real number as 'coeff'."
        )
    return _read_pauli(index, entry["pauli"], n_qubits), coefficient


def _read_pauli(index: int, text: str, n_qubits: int) -> Pauli:
    if text.strip() == "I":
        return ()
    factors: dict[int, str] = {}
    position = 0
    while text[position:].strip():
        match = _FACTOR.match(text, position)
        if match is None:
            raise InvalidProgramError(
                f"Term {index} of the operator ('{text}') is not a product such as 'X 0 Z 1', 'X0Z1' or 'I'."
            )
        _add_factor(factors, match, f"Term {index} of the operator ('{text}')", n_qubits=n_qubits)
        position = match.end()
    if position == 0:
        raise InvalidProgramError(f"Term {index} of the operator is empty: write 'I' for the identity.")
    return tuple((qubit, letter) for qubit, letter in sorted(factors.items()) if letter != "I")


def _add_factor(factors: dict[int, str], match: re.Match[str], where: str, *, n_qubits: int) -> None:
    letter, digits = match.groups()
    if len(digits) > 9 or int(digits) >= n_qubits:
        raise InvalidProgramError(f"{where} names qubit {digits}, but the program has {n_qubits} qubits.")
    if int(digits) in factors:
        raise InvalidProgramError(f"{where} names qubit {int(digits)} twice: multiply the two letters out.")
    factors[int(digits)] = letter


def group_terms(terms: Iterable[Term]) -> tuple[Group, ...]:
    """Group greedily by qubit-wise commutation, the heaviest terms first; identities are left out."""
    groups: list[tuple[dict[int, str], list[Term]]] = []
    for term in sorted(terms, key=lambda term: -abs(term.coefficient)):
        if not term.pauli or term.coefficient == 0:
            continue
        basis, members = _find_group(groups, term.pauli)
        basis.update(term.pauli)
        members.append(term)
    return tuple(Group(basis=tuple(sorted(basis.items())), terms=tuple(members)) for basis, members in groups)


def _find_group(
    groups: list[tuple[dict[int, str], list[Term]]], pauli: Pauli
) -> tuple[dict[int, str], list[Term]]:
    """The first group whose basis the product fits, else a new one."""
    for group in groups:
        if all(group[0].get(qubit, letter) == letter for qubit, letter in pauli):
            return group
    groups.append(({}, []))
    return groups[-1]


def measure_basis(basis: Pauli, placement: Sequence[int]) -> list[Operation]:
    """Operations that measure ``basis[k]`` into classical bit k; ``placement`` says where qubits are."""
    operations: list[Operation] = []
    for clbit, (qubit, letter) in enumerate(basis):
        place = (placement[qubit],)
        operations.extend(Operation(name, place, params) for name, params in _ROTATIONS[letter])
        operations.append(Operation("measure", place, clbits=(clbit,)))
    return operations
