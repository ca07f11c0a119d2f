"""What users of quri-parts-oqtopus write, of both generations: argv are devices, then one nobody serves."""

from __future__ import annotations

import json
import sys
from typing import Any

from quri_parts.backend import BackendError
from quri_parts.circuit import QuantumCircuit
from quri_parts.core.operator import Operator, pauli_label
from quri_parts_oqtopus.backend import OqtopusDeviceBackend, OqtopusEstimationBackend, OqtopusSamplingBackend

WAIT_S = 0.05
WITHIN_S = 60.0
UNREADABLE = 'OPENQASM 3; include "stdgates.inc"; qubit[1] q; bit[1] c; nonsense q[0]; c = measure q;'

sampling = OqtopusSamplingBackend()
estimation = OqtopusEstimationBackend()


def bell() -> QuantumCircuit:
    circuit = QuantumCircuit(2)
    circuit.add_H_gate(0)
    circuit.add_CNOT_gate(0, 1)
    return circuit


def flip() -> QuantumCircuit:
    circuit = QuantumCircuit(2)
    circuit.add_X_gate(0)
    return circuit


def seen(job: Any) -> dict[str, Any]:
    """What the client's job object tells, by the client's own words."""
    told: dict[str, Any] = json.loads(job.to_json())
    return told


def sample(device: str) -> dict[str, Any]:
    job = sampling.sample(bell(), device_id=device, shots=400, name="bell", description="of compat")
    result = job.result(timeout=WITHIN_S, wait=WAIT_S)
    again = sampling.retrieve_job(job.job_id)
    counts = {str(key): n for key, n in result.counts.items()}
    return {"counts": counts, "job": seen(again), "job_id": job.job_id, "job_info": again.job_info}


def sample_untranspiled(device: str) -> dict[str, Any]:
    job = sampling.sample(
        flip(), device_id=device, shots=50, transpiler_info={"transpiler_lib": None}, mitigation_info={}
    )
    result = job.result(timeout=WITHIN_S, wait=WAIT_S)
    return {"counts": {str(key): n for key, n in result.counts.items()}, "job": seen(job)}


def estimate(device: str) -> dict[str, Any]:
    observable = Operator({pauli_label("X0 X1"): 1.5, pauli_label("Y0 Z1"): 1.2})
    job = estimation.estimate(bell(), operator=observable, device_id=device, shots=400)
    result = job.result(timeout=WITHIN_S, wait=WAIT_S)
    return {"exp_value": result.exp_value, "stds": result.stds, "job": seen(job)}


def several(device: str) -> dict[str, Any]:
    job = sampling.sample([bell(), flip()], device_id=device, shots=200)
    result = job.result(timeout=WITHIN_S, wait=WAIT_S)
    divided = {str(i): {str(k): n for k, n in one.items()} for i, one in result.divided_counts.items()}
    return {
        "counts": {str(key): n for key, n in result.counts.items()},
        "divided": divided,
        "job_type": job.job_type,
        "combined": job.job_info["combined_program"],
    }


def fail(device: str) -> dict[str, Any]:
    job = sampling.sample_qasm(UNREADABLE, device_id=device, shots=10)
    try:
        job.result(timeout=WITHIN_S, wait=WAIT_S)
    except BackendError as error:
        return {"error": str(error), "job": seen(job), "job_info": job.job_info}
    return {"error": None}


def refuse(device: str) -> dict[str, Any]:
    del device
    try:
        sampling.sample(bell(), device_id="nowhere", shots=1)
    except BackendError as error:
        cause = error.__cause__
        return {"error": str(error), "status": getattr(cause, "status", getattr(cause, "status_code", None))}
    return {"error": None}


def cancel(idle: str) -> dict[str, Any]:
    job = sampling.sample(bell(), device_id=idle, shots=10)
    before = job.status
    job.cancel()
    after = job.status
    try:
        job.result(timeout=WITHIN_S, wait=WAIT_S)
    except BackendError as error:
        return {"before": before, "after": after, "error": str(error)}
    return {"before": before, "after": after, "error": None}


def devices() -> dict[str, Any]:
    backend = OqtopusDeviceBackend()
    one = backend.get_device("SC")
    one.refresh()
    return {
        "ids": [device.device_id for device in backend.get_devices()],
        "type": one.device_type,
        "status": one.status,
        "n_qubits": one.n_qubits,
        "n_pending_jobs": one.n_pending_jobs,
        "basis_gates": list(one.basis_gates),
        "device_info": one.device_info,
    }


def rest_calls(idle: str) -> dict[str, Any]:
    """Lists, deletion and tokens: of the generated client that the older generation holds."""
    from quri_parts_oqtopus.rest import ApiTokenApi

    api = sampling._job_api
    ids = [sampling.sample(bell(), device_id=idle, shots=1, name=f"listed {i}").job_id for i in range(3)]
    listed = api.list_jobs(q="listed", order="DESC", page=1, size=2)
    narrow = api.list_jobs(q="listed", fields="job_id,status")
    status = api.get_job_status(ids[0])
    for job_id in ids:
        api.cancel_job(job_id)
    message = api.delete_job(ids[0]).message
    left = [job.job_id for job in api.list_jobs(q="listed")]
    tokens = ApiTokenApi(api.api_client)
    tokens.create_api_token()  # this client expects a list here, and makes nothing of the answer
    made = [token.api_token_expiration for token in tokens.get_api_token()]
    tokens.delete_api_token()
    return {
        "ids": ids,
        "listed": [job.job_id for job in listed],
        "names": [job.name for job in listed],
        "narrow": sorted(job.job_id for job in narrow),
        "status": status.status,
        "message": message,
        "left": left,
        "tokens_made": made,
        "tokens_left": len(tokens.get_api_token()),
    }


def main() -> None:
    *served, idle = sys.argv[1:]
    told: dict[str, Any] = {"devices": devices(), "refused": refuse(idle), "cancelled": cancel(idle)}
    for device in served:
        told[device] = {
            "sampling": sample(device),
            "untranspiled": sample_untranspiled("SVSim"),
            "estimation": estimate(device),
            "multi_manual": several(device),
            "failed": fail(device),
        }
    if hasattr(sampling, "_job_api"):
        told["rest"] = rest_calls(idle)
    sys.stdout.write(json.dumps(told, default=str))


if __name__ == "__main__":
    main()
