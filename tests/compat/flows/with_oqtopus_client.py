"""What users of oqtopus-client write: argv are devices, then one that nobody serves."""

from __future__ import annotations

import asyncio
import json
import sys
import warnings
from datetime import UTC, datetime, timedelta
from typing import Any

from oqtopus_client import (
    OqtopusClient,
    OqtopusConfig,
    OqtopusEstimationOperator,
    OqtopusJobSpec,
    UserApiError,
)
from oqtopus_client.rest.api.settings_api import SettingsApi
from oqtopus_client.rest.api.users_api import UsersApi
from oqtopus_client.rest.api_client import ApiClient
from oqtopus_client.rest.configuration import Configuration
from oqtopus_client.rest.models.users_update_user_request import UsersUpdateUserRequest

HEAD = 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; '
BELL = HEAD + "h q[0]; cx q[0], q[1]; c = measure q;"
FLIP = HEAD + "x q[0]; c = measure q;"
UNREADABLE = HEAD + "nonsense q[0]; c = measure q;"
SOON = {"interval": 0.05, "timeout": 60.0}

warnings.simplefilter("ignore", DeprecationWarning)
client = OqtopusClient(OqtopusConfig.from_env())


def plain(value: Any) -> Any:
    if hasattr(value, "to_dict"):
        return value.to_dict()
    return value


def seen(job: Any) -> dict[str, Any]:
    return {
        "job_id": job.job_id,
        "status": job.status.value,
        "name": job.name,
        "description": job.description,
        "transpiler_info": job.transpiler_info,
        "simulator_info": job.simulator_info,
        "mitigation_info": job.mitigation_info,
        "transpile_result": plain(job.transpile_result),
        "message": job.message,
        "execution_time": job.execution_time,
        "times": [job.submitted_at, job.ready_at, job.running_at, job.ended_at],
    }


def sample(device: str) -> dict[str, Any]:
    spec = OqtopusJobSpec.sampling(
        device_id=device, program=BELL, shots=400, name="bell", description="of compat"
    )
    job = client.run_sampling(spec, **SOON)
    return {"counts": job.get_counts(), "job": seen(job), "job_info": plain(job.job_info)}


def sample_with_settings() -> dict[str, Any]:
    spec = OqtopusJobSpec.sampling(
        device_id="SC",
        program=FLIP,
        shots=400,
        transpiler_info={
            "transpiler_lib": "qiskit",
            "transpiler_options": {"optimization_level": 1, "initial_layout": [0, 1]},
        },
        mitigation_info={"ro_error_mitigation": "pseudo_inverse"},
    )
    job = client.run_sampling(spec, **SOON)
    return {"counts": job.get_counts(), "job": seen(job)}


def sample_untranspiled() -> dict[str, Any]:
    spec = OqtopusJobSpec.sampling(
        device_id="SVSim", program=FLIP, shots=50, transpiler_info={"transpiler_lib": None}
    )
    job = client.run_sampling(spec, **SOON)
    return {"counts": job.get_counts(), "job": seen(job)}


def estimate(device: str) -> dict[str, Any]:
    spec = OqtopusJobSpec.estimation(
        device_id=device,
        program=BELL,
        shots=400,
        operator=[
            OqtopusEstimationOperator(pauli="X 0 X 1", coeff=1.5),
            OqtopusEstimationOperator(pauli="Y 0 Z 1", coeff=1.2),
        ],
    )
    job = client.run_estimation(spec, **SOON)
    return {"exp_value": job.get_exp_value(), "stds": job.get_stds(), "job": seen(job)}


def several(device: str) -> dict[str, Any]:
    spec = OqtopusJobSpec.multi_manual(device_id=device, program=[BELL, FLIP], shots=200)
    job = client.run_multi_manual(spec, **SOON)
    info = plain(job.job_info)
    return {
        "counts": job.get_counts(),
        "divided": job.get_divided_counts(),
        "combined": info["combined_program"],
        "job_type": job.job_type.value,
    }


def fail(device: str) -> dict[str, Any]:
    submitted = client.submit_job(OqtopusJobSpec.sampling(device_id=device, program=UNREADABLE, shots=10))
    job = client.wait_for_job(submitted.job_id, failure_statuses=set(), **SOON)
    return {"job": seen(job), "job_info": plain(job.job_info)}


def refused(call: Any, *arguments: Any) -> dict[str, Any]:
    try:
        call(*arguments)
    except UserApiError as error:
        return {"status": error.status_code, "payload": plain(error.payload)}
    return {"status": 200}


def cancel(idle: str) -> dict[str, Any]:
    job_id = client.submit_job(OqtopusJobSpec.sampling(device_id=idle, program=BELL, shots=10)).job_id
    too_early = refused(client.delete_job, job_id)
    first, again = client.cancel_job(job_id), client.cancel_job(job_id)
    status = client.status(job_id).value
    deleted = client.delete_job(job_id)
    return {
        "too_early": too_early,
        "messages": [first.message, again.message, deleted.message],
        "status": status,
        "gone": refused(client.get_job_status, job_id),
    }


def lists(idle: str) -> dict[str, Any]:
    started = datetime.now(UTC) - timedelta(seconds=1)
    specs = [
        OqtopusJobSpec.sampling(device_id=idle, program=BELL, shots=1, name=f"listed {i}") for i in range(3)
    ]
    ids = [client.submit_job(spec).job_id for spec in specs]
    some = client.list_jobs(
        q="listed", start_time=started, end_time=datetime.now(UTC), order="DESC", page=1, size=2
    )
    old = client.list_jobs(q="listed", end_time=started.replace(year=2020))
    narrow = client.list_jobs(q="listed", fields="job_id,status", status="submitted")
    for job_id in ids:
        client.cancel_job(job_id)
        client.delete_job(job_id)
    return {
        "ids": ids,
        "some": [plain(job)["name"] for job in some],
        "old": len(old),
        "narrow": sorted(plain(job)["job_id"] for job in narrow),
        "unknown_field": refused(lambda: client.list_jobs(fields="colour")),
        "left": len(client.list_jobs(q="listed")),
    }


def devices() -> dict[str, Any]:
    one = client.get_device("SC")
    return {
        "ids": [device.device_id for device in client.list_devices()],
        "type": str(getattr(one.device_type, "value", one.device_type)),
        "n_qubits": one.n_qubits,
        "device_info": plain(one.device_info),
        "unknown": refused(client.get_device, "nowhere"),
    }


def account() -> dict[str, Any]:
    made = client.create_api_token()
    token = f"{made.api_token_id}.{made.api_token_secret}"
    with_new = OqtopusClient(OqtopusConfig(url=OqtopusConfig.from_env().url, api_token=token))
    ends = with_new.get_api_token_status().api_token_expiration
    with_new.delete_api_token()
    bad = refused(with_new.get_api_token_status)
    own = client.get_api_token_status().api_token_expiration
    notices = client.get_announcements_list().announcements
    return {
        "ends": ends == made.api_token_expiration and ends is not None,
        "own": own,
        "dropped": bad,
        "announcements": [notice.title for notice in notices],
        "one": client.get_announcement(notices[0].id).content,
        "no_such": refused(client.get_announcement, 999_999),
        "sselog": refused(client.get_sselog, "unknown"),
        **asyncio.run(of_the_user()),
    }


async def of_the_user() -> dict[str, Any]:
    """The calls that the client has only in its generated part."""
    config = OqtopusConfig.from_env()
    async with ApiClient(Configuration(host=config.url)) as http:
        http.set_default_header("q-api-token", config.api_token)
        settings = await SettingsApi(http).get_current_settings()
        user = await UsersApi(http).get_current_user()
        changed = await UsersApi(http).update_current_user(
            UsersUpdateUserRequest(name="Alice of compat", organization="lab")
        )
    return {"settings": plain(settings), "user": plain(user), "changed": plain(changed)}


def main() -> None:
    *served, idle = sys.argv[1:]
    told: dict[str, Any] = {
        "devices": devices(),
        "cancelled": cancel(idle),
        "lists": lists(idle),
        "account": account(),
        "settings": sample_with_settings(),
        "untranspiled": sample_untranspiled(),
    }
    for device in served:
        told[device] = {
            "sampling": sample(device),
            "estimation": estimate(device),
            "multi_manual": several(device),
            "failed": fail(device),
        }
    sys.stdout.write(json.dumps(told, default=str))


if __name__ == "__main__":
    main()
