"""Convert a published calibration snapshot of a 27-qubit Falcon QPU to a ``device_info`` document.

The snapshots are the ``conf_*.json`` and ``props_*.json`` of the fake backends in the package
qiskit-ibm-runtime (Apache-2.0)::

    python scripts/make_calibration.py SITE_PACKAGES/qiskit_ibm_runtime auckland \
        src/qumulus/provider/drivers/data/falcon27.json
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# Row and column of each qubit in the heavy-hexagon drawing of the 27-qubit Falcon processors.
FALCON_27 = (
    (1, 0), (1, 1), (2, 1), (3, 1), (1, 2), (3, 2), (0, 3), (1, 3), (3, 3),
    (4, 3), (1, 4), (3, 4), (1, 5), (2, 5), (3, 5), (1, 6), (3, 6), (0, 7),
    (1, 7), (3, 7), (4, 7), (1, 8), (3, 8), (1, 9), (2, 9), (3, 9), (3, 10),
)  # fmt: skip


def main(package: Path, name: str, target: Path) -> None:
    """Write the document; refuses snapshots with values that no working device has."""
    folder = package / "fake_provider" / "backends" / name
    document = convert(
        name,
        json.loads((folder / f"conf_{name}.json").read_text()),
        json.loads((folder / f"props_{name}.json").read_text()),
    )
    check(document)
    target.write_text(json.dumps(document, indent=1) + "\n")


def convert(name: str, configuration: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    """The snapshot in the shape of ``device_info``: microseconds for lifetimes, nanoseconds for gates."""
    gates = {
        (gate["gate"], tuple(gate["qubits"])): {p["name"]: p["value"] for p in gate["parameters"]}
        for gate in properties["gates"]
    }
    calibrated_at = datetime.fromisoformat(properties["last_update_date"]).astimezone(UTC)
    return {
        "name": f"{name}-snapshot",
        "device_id": "SC",
        "source": {
            "backend": configuration["backend_name"],
            "processor": configuration.get("processor_type"),
            "package": "qiskit-ibm-runtime",
            "license": "Apache-2.0",
        },
        "qubits": [
            qubit(index, {p["name"]: p["value"] for p in values}, gates)
            for index, values in enumerate(properties["qubits"])
        ],
        "couplings": [
            coupling(pair, values) for (gate, pair), values in sorted(gates.items()) if gate == "cx"
        ],
        "calibrated_at": calibrated_at.isoformat().replace("+00:00", "Z"),
    }


def qubit(index: int, values: dict[str, float], gates: dict[Any, dict[str, float]]) -> dict[str, Any]:
    """One entry of ``qubits``."""
    row, column = FALCON_27[index]
    return {
        "id": index,
        "physical_id": index,
        "position": {"x": column, "y": -row},
        "fidelity": 1 - gates["sx", (index,)]["gate_error"],
        "meas_error": {
            "prob_meas1_prep0": values["prob_meas1_prep0"],
            "prob_meas0_prep1": values["prob_meas0_prep1"],
            "readout_assignment_error": values["readout_error"],
        },
        "qubit_lifetime": {"t1": values["T1"], "t2": values["T2"]},
        "gate_duration": {name: gates[name, (index,)]["gate_length"] for name in ("rz", "sx", "x")},
    }


def coupling(pair: tuple[int, int], values: dict[str, float]) -> dict[str, Any]:
    """One entry of ``couplings``; the snapshot does not tell the echoed part of a cx apart as rzx90."""
    return {
        "control": pair[0],
        "target": pair[1],
        "fidelity": 1 - values["gate_error"],
        "gate_duration": {"cx": values["gate_length"], "rzx90": values["gate_length"]},
    }


def check(document: dict[str, Any]) -> None:
    """Raise ValueError for a qubit or coupling that is broken or physically impossible."""
    for entry in document["qubits"]:
        t1, t2 = entry["qubit_lifetime"]["t1"], entry["qubit_lifetime"]["t2"]
        if not (10 < t1 < 1000 and 5 < t2 <= 2 * t1 and 0.99 < entry["fidelity"] < 1):
            raise ValueError(f"qubit {entry['id']} has absurd values: {entry}")
        if not all(0 < p < 0.15 for p in entry["meas_error"].values()):
            raise ValueError(f"qubit {entry['id']} has absurd readout errors: {entry}")
    for entry in document["couplings"]:
        if not (0.9 < entry["fidelity"] < 1 and 50 < entry["gate_duration"]["cx"] < 2000):
            raise ValueError(f"coupling {entry['control']}-{entry['target']} has absurd values: {entry}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
