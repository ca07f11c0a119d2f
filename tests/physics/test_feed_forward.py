"""Measurements that steer a program: teleportation, repeat until success, Shor with one control qubit."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from qiskit import QuantumCircuit, qasm3
from qiskit_aer import AerSimulator

from tests.physics.effort import pick, random_of, seed_of
from tests.physics.jobs import HEAD, counts_of
from tests.physics.odds import assert_counts
from tests.physics.reference import distribution

SHOTS = 8_000


@pytest.mark.parametrize("number", range(pick(3, 20)))
def test_teleportation_carries_any_state(number: int) -> None:
    """Undone at the far end, the state is 0 again, whatever the two outcomes were."""
    theta, phi, lam = random_of("teleport", number).uniform(-3, 3, 3).tolist()
    source = f"""{HEAD} qubit[3] q; bit[2] m; bit out;
      U({theta}, {phi}, {lam}) q[0]; h q[1]; cx q[1], q[2];
      cx q[0], q[1]; h q[0]; m[0] = measure q[0]; m[1] = measure q[1];
      if (m[1]) x q[2];
      if (m[0]) z q[2];
      inv @ U({theta}, {phi}, {lam}) q[2]; out = measure q[2];"""
    expected = {f"0{outcomes:02b}": 0.25 for outcomes in range(4)}
    assert_counts(counts_of(source, shots=SHOTS, seed=seed_of(number)), expected, shots=SHOTS)


@pytest.mark.parametrize("number", range(pick(4, 30)))
def test_random_programs_that_bits_steer(number: int) -> None:
    """Against the sum over all outcomes, and Aer's own shots."""
    random = random_of("steered", number)
    circuit = QuantumCircuit(4, 5)
    for bit in range(5):
        for qubit in range(4):
            circuit.u(*random.uniform(-3, 3, 3), qubit)
        circuit.cx(*random.permutation(4)[:2].tolist())
        circuit.measure(int(random.integers(4)), bit)
        with circuit.if_test((circuit.clbits[int(random.integers(bit + 1))], 1)) as otherwise:
            circuit.ccx(*random.permutation(4)[:3].tolist())
            circuit.reset(int(random.integers(4)))
        with otherwise:
            circuit.h(int(random.integers(4)))
            circuit.cx(*random.permutation(4)[:2].tolist())
    expected, seed = distribution(circuit), seed_of("steered", number)
    assert_counts(counts_of(qasm3.dumps(circuit), shots=SHOTS, seed=seed), expected, shots=SHOTS)
    theirs = AerSimulator().run(circuit, shots=SHOTS, seed_simulator=seed).result().get_counts()
    assert_counts(theirs, expected, shots=SHOTS)


@pytest.mark.parametrize("bound", [1, 2, 4])
def test_repeat_until_success_takes_geometrically_many_turns(bound: int) -> None:
    """Each turn succeeds with probability 1/4; what is left over has failed ``bound`` times."""
    source = f"""{HEAD} qubit q; bit ok; uint[3] turns = 0; output bit[4] seen;
      while (!ok && turns < {bound}) {{
        reset q; ry({math.pi / 3}) q; ok = measure q; turns += 1;
      }}
      seen[0] = ok; seen[1] = turns[0]; seen[2] = turns[1]; seen[3] = turns[2];"""
    expected = {f"{turn:03b}1": 0.75 ** (turn - 1) * 0.25 for turn in range(1, bound + 1)}
    expected[f"{bound:03b}0"] = 0.75**bound
    assert_counts(counts_of(source, shots=SHOTS, seed=seed_of(bound)), expected, shots=SHOTS)


def test_repeat_until_success_makes_the_gate_that_it_promises() -> None:
    """The rotation by arccos(3/5) of Paetznick and Svore (2014), whose failures do nothing at all.

    ``3 / 5`` would be a division of integers, which is 0.
    """
    theta, phi, lam = random_of("rotation").uniform(-3, 3, 3).tolist()
    source = f"""{HEAD} qubit[3] q; bit[2] flags; bit out;
      U({theta}, {phi}, {lam}) q[2];
      flags = "11";
      while (flags != "00") {{
        reset q[0]; reset q[1]; h q[0]; h q[1];
        ccx q[0], q[1], q[2]; s q[2]; ccx q[0], q[1], q[2]; z q[2];
        h q[0]; h q[1]; flags[0] = measure q[0]; flags[1] = measure q[1];
      }}
      rz(pi - arccos(3.0 / 5)) q[2];
      inv @ U({theta}, {phi}, {lam}) q[2]; out = measure q[2];"""
    assert counts_of(source, shots=SHOTS, seed=seed_of("rotation")) == {"000": SHOTS}


def semiclassical_shor(base: int, *, bits: int) -> str:
    """Order finding modulo 15, one control qubit measured again and again; y → base·y are swaps."""
    # y → 2y modulo 15 moves each bit one place up; 7 = -8 and 13 = -2 modulo 15 flip all bits besides.
    up = [(2, 3), (1, 2), (0, 1)]
    swaps = {2: up, 13: up, 4: [(0, 2), (1, 3)], 7: up[::-1]}
    lines = [f"{HEAD} qubit k; qubit[4] w; bit[{bits}] c; x w[0];"]
    for step in range(bits):
        power = 1 << (bits - 1 - step)
        factor = pow(base, power, 15)
        lines.append("reset k; h k;")
        if factor != 1:
            lines += [f"cswap k, w[{a}], w[{b}];" for a, b in swaps[factor]]
            if factor in (7, 13):
                lines += [f"cx k, w[{qubit}];" for qubit in range(4)]
        lines += [f"if (c[{known}]) p({-math.pi / (1 << (step - known))}) k;" for known in range(step)]
        lines.append(f"h k; c[{step}] = measure k;")
    return "\n".join(lines)


def order_distribution(base: int, *, bits: int) -> dict[str, float]:
    """Of phase estimation: s/r is found as a fraction of 2^bits, each s of r equally often."""
    order = next(r for r in range(1, 15) if pow(base, r, 15) == 1)
    size = 1 << bits
    found = dict.fromkeys((f"{k:0{bits}b}" for k in range(size)), 0.0)
    for s in range(order):
        for k in range(size):
            amplitude = np.mean(np.exp(2j * np.pi * np.arange(size) * (s / order - k / size)))
            found[f"{k:0{bits}b}"] += abs(amplitude) ** 2 / order
    return found


@pytest.mark.parametrize(("base", "order"), [(7, 4), (2, 4), (4, 2), (13, 4)])
def test_shor_with_one_control_qubit_finds_the_order(base: int, order: int) -> None:
    bits = 4
    counts = counts_of(semiclassical_shor(base, bits=bits), shots=SHOTS, seed=seed_of(base))
    assert_counts(counts, order_distribution(base, bits=bits), shots=SHOTS)
    found = {Fraction(int(key, 2), 1 << bits).limit_denominator(15).denominator for key in counts}
    assert max(found) == order
    assert {math.gcd(base ** (order // 2) + sign, 15) for sign in (1, -1)} & {3, 5}


def test_syndromes_correct_any_single_flip() -> None:
    """The three-qubit code, with a flip of each qubit of probability 1/2 in turn, measured without harm."""
    for flipped in (None, 0, 1, 2):
        flip = "" if flipped is None else f"x q[{flipped}];"
        source = f"""{HEAD} qubit[3] q; qubit[2] a; bit[2] found; bit[3] out;
          ry(1.2) q[0]; cx q[0], q[1]; cx q[0], q[2]; {flip}
          cx q[0], a[0]; cx q[1], a[0]; cx q[1], a[1]; cx q[2], a[1]; found = measure a;
          switch (uint[2](found)) {{
            case 1 {{ x q[0]; }} case 3 {{ x q[1]; }} case 2 {{ x q[2]; }} default {{}}
          }}
          out = measure q;"""
        syndrome = {None: "00", 0: "01", 1: "11", 2: "10"}[flipped]
        one = math.sin(0.6) ** 2
        expected = {f"000{syndrome}": 1 - one, f"111{syndrome}": one}
        assert_counts(counts_of(source, shots=2_000, seed=seed_of(flipped)), expected, shots=2_000)
