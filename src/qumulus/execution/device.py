"""What planning and transpiling need to know of a device."""

from __future__ import annotations

from dataclasses import dataclass

from qumulus.execution.calibration import Calibration


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetDevice:
    """A device as a target; ``calibration`` None: it is perfect, and all qubits are coupled."""

    n_qubits: int
    max_shots: int
    basis_gates: tuple[str, ...]
    transpiles_by_default: bool
    """Text-form programs are transpiled unless the job says otherwise."""
    calibration: Calibration | None = None
