"""Transpiling with Qiskit for a device. Importing this imports Qiskit."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from qiskit import qasm3
from qiskit.circuit import Parameter, QuantumCircuit
from qiskit.circuit.library import get_standard_gate_name_mapping
from qiskit.exceptions import QiskitError
from qiskit.transpiler import InstructionProperties, StagedPassManager, Target
from qiskit.transpiler.preset_passmanagers import generate_preset_pass_manager

from qumulus.circuits import Circuit, write_openqasm3
from qumulus.execution.calibration import Calibration
from qumulus.execution.circuit_stats import circuit_stats
from qumulus.execution.device import TargetDevice
from qumulus.execution.failures import TranspileError
from qumulus.execution.plan import Placed
from qumulus.execution.qiskit_circuits import from_qiskit, to_qiskit
from qumulus.execution.transpiler_info import DEFAULT_SEED

MAX_CACHED: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Transpiled:
    """The program on the device, the ``transpile_result`` to show, and the seed used."""

    placed: Placed
    result: dict[str, Any]
    seed: int


class Transpiler:
    """Transpiles for one device and calibration; pass managers are kept by their options."""

    def __init__(self, device: TargetDevice) -> None:
        self._device = device
        self._managers: OrderedDict[str, StagedPassManager] = OrderedDict()

    def transpile(
        self, circuit: Circuit, options: Mapping[str, Any], symbols: Sequence[str] = ()
    ) -> Transpiled:
        """Rewrite a program in the device's gates, on its couplings.

        ``symbols`` are the names of what its symbolic angles depend on; they stay symbolic.

        Raises:
            TranspileError: Qiskit refuses an option or finds no solution.
        """
        options = {**options, "seed_transpiler": _seed(options)}
        if circuit.uses_physical_qubits:
            options = _with_fixed_layout(options, circuit)
        _check_layout(options.get("initial_layout"), self._device.n_qubits)
        try:
            before = to_qiskit(circuit, symbols)
            after = self._manager(options).run(before)
            operations = from_qiskit(after, symbols)
        except (QiskitError, ValueError) as error:
            raise TranspileError(f"Qiskit cannot transpile this program: {_reason(error)}") from error
        placement = _placement(after, circuit.n_qubits)
        placed = replace(
            circuit,
            n_qubits=after.num_qubits,
            operations=operations,
            qubit_registers=(),
            uses_physical_qubits=after.layout is not None,
        )
        return Transpiled(
            placed=Placed(circuit=placed, placement=placement),
            result=_result(circuit, placed, placement, text=_text(placed, after, symbols)),
            seed=options["seed_transpiler"],
        )

    def warm_up(self, options: Mapping[str, Any]) -> None:
        """Build the pass manager for these options and run it once."""
        circuit = QuantumCircuit(2, 2)
        circuit.h(0)
        circuit.cx(0, 1)
        circuit.measure([0, 1], [0, 1])
        self._manager({**options, "seed_transpiler": _seed(options)}).run(circuit)

    def _manager(self, options: Mapping[str, Any]) -> StagedPassManager:
        key = json.dumps(options, sort_keys=True)
        manager = self._managers.pop(key, None) or _build_manager(self._device, options)
        self._managers[key] = manager
        if len(self._managers) > MAX_CACHED:
            self._managers.popitem(last=False)
        return manager


@lru_cache(maxsize=8)
def transpiler_for(device: TargetDevice) -> Transpiler:
    """The transpiler of a device, kept with its pass managers."""
    return Transpiler(device)


def _seed(options: Mapping[str, Any]) -> int:
    seed = options.get("seed_transpiler")
    return DEFAULT_SEED if seed is None else int(seed)


def _with_fixed_layout(options: Mapping[str, Any], circuit: Circuit) -> Mapping[str, Any]:
    if options.get("initial_layout") is not None:
        raise TranspileError(
            "The program names physical qubits ($0), which fixes its layout: leave initial_layout out."
        )
    return {**options, "initial_layout": list(range(circuit.n_qubits))}


def _check_layout(layout: Sequence[int] | None, n_qubits: int) -> None:
    """Qiskit would make room for what such a list names, or complain about something else."""
    if layout and max(layout) >= n_qubits:
        raise TranspileError(
            f"initial_layout names the qubit {max(layout)}, but the device's go from 0 to {n_qubits - 1}."
        )


def _build_manager(device: TargetDevice, options: Mapping[str, Any]) -> StagedPassManager:
    options = {"optimization_level": 1, **options}
    if device.calibration is None:
        return generate_preset_pass_manager(basis_gates=list(device.basis_gates), **options)
    is_free = options.get("initial_layout") is None and options.get("layout_method") is None
    has_broken = len(_working(device.calibration)) < device.n_qubits
    if has_broken and is_free and options["optimization_level"] < 2:
        options["layout_method"] = "sabre"  # else it would begin with the first qubits, working or not
    return generate_preset_pass_manager(
        target=build_target(device.basis_gates, device.calibration), **options
    )


def build_target(basis_gates: tuple[str, ...], calibration: Calibration) -> Target:
    """Gates with their durations and errors, so that layouts prefer good qubits."""
    library = get_standard_gate_name_mapping()
    target = Target(num_qubits=len(calibration.qubits))
    working = _working(calibration)
    for name in basis_gates:
        gate = library[name]
        if gate.params:
            gate = gate.base_class(*(Parameter(f"angle_{index}") for index in range(len(gate.params))))
        properties = (
            _coupling_properties(name, calibration, working)
            if gate.num_qubits == 2
            else _qubit_properties(name, calibration, working)
        )
        target.add_instruction(gate, properties, name=name)
    target.add_instruction(library["measure"], _readout_properties(calibration, working))
    for name in ("reset", "delay"):
        target.add_instruction(library[name], {(index,): None for index in working})
    return target


def _working(calibration: Calibration) -> Sequence[int]:
    """Qubits without any fidelity are broken, and left out.

    All are taken where more are broken than couplings remain: Qiskit's layouts would panic.
    """
    everything = range(len(calibration.qubits))
    found = [index for index, qubit in enumerate(calibration.qubits) if qubit.fidelity > 0]
    n_couplings = sum(all(index in found for index in pair) for pair in calibration.couplings)
    return found if len(everything) - len(found) <= n_couplings else everything


def _qubit_properties(
    name: str, calibration: Calibration, working: Sequence[int]
) -> dict[tuple[int], InstructionProperties]:
    """Turns about Z are changes of frame: they take no time and make no errors."""
    return {
        (index,): InstructionProperties(
            duration=qubit.gate_duration_s.get(name, qubit.gate_duration_s["sx"]),
            error=0.0 if name == "rz" else 1 - qubit.fidelity,
        )
        for index in working
        if (qubit := calibration.qubits[index])
    }


def _coupling_properties(
    name: str, calibration: Calibration, working: Sequence[int]
) -> dict[tuple[int, int], InstructionProperties]:
    return {
        pair: InstructionProperties(duration=coupling.gate_duration_s[name], error=1 - coupling.fidelity)
        for pair, coupling in calibration.couplings.items()
        if name in coupling.gate_duration_s and all(index in working for index in pair)
    }


def _readout_properties(
    calibration: Calibration, working: Sequence[int]
) -> dict[tuple[int], InstructionProperties]:
    return {
        (index,): InstructionProperties(error=(qubit.prob_meas0_prep1 + qubit.prob_meas1_prep0) / 2)
        for index in working
        if (qubit := calibration.qubits[index])
    }


def _placement(after: QuantumCircuit, n_qubits: int) -> tuple[int, ...]:
    """Where the program's qubits are at the end, after routing."""
    if after.layout is None:
        return tuple(range(n_qubits))
    return tuple(after.layout.final_index_layout(filter_ancillas=True))


def _text(placed: Circuit, after: QuantumCircuit, symbols: Sequence[str]) -> str:
    """Our own writer takes a tenth of the time of Qiskit's, but knows no symbols."""
    if not symbols:
        return write_openqasm3(placed)
    shown = after.copy()
    shown.global_phase = 0.0
    text: str = qasm3.dumps(shown)
    return text


def _result(before: Circuit, after: Circuit, placement: tuple[int, ...], *, text: str) -> dict[str, Any]:
    return {
        "transpiled_program": text,
        "stats": {"before": circuit_stats(before.operations), "after": circuit_stats(after.operations)},
        "virtual_physical_mapping": {
            "qubit_mapping": {str(qubit): place for qubit, place in enumerate(placement)},
            "bit_mapping": {str(bit): bit for bit in range(before.n_clbits)},
        },
    }


def _reason(error: Exception) -> str:
    """Qiskit puts the text of its errors in quotes."""
    return str(error).strip("'\"")
