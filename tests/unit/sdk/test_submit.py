from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qumulus.domain.lifecycle import JobStatus
from qumulus.sdk import AsyncClient, JobRequest
from qumulus.transport.errors import ClientError, NotAuthenticatedError
from qumulus.wire.decode import decode
from qumulus.wire.job_info import read_input
from qumulus.wire.user import SubmitJob
from tests.unit.sdk.cloud import BELL, URL, FakeCloud


def sent(cloud: FakeCloud) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(cloud.requests[-1].content)
    return body


async def test_the_shortest_submit(client: AsyncClient, cloud: FakeCloud) -> None:
    job = await client.submit(BELL, device="SVSim")
    assert (job.id, job.status) == ("job-1", JobStatus.SUBMITTED)
    assert sent(cloud) == {
        "device_id": "SVSim",
        "job_type": "sampling",
        "job_info": json.dumps({"code": BELL}, separators=(",", ":")),
    }


async def test_everything_that_can_be_said_is_said(client: AsyncClient, cloud: FakeCloud) -> None:
    await client.submit(
        [BELL, BELL],
        device="SC",
        shots=7,
        job_type="multi_manual",
        name="n",
        description="d",
        transpiler={"transpiler_lib": None},
        simulator={"seed_simulation": 1},
        mitigation={"ro_error_mitigation": "pseudo_inverse"},
        priority=0,
    )
    body = sent(cloud)
    assert json.loads(body.pop("job_info")) == {"program": [BELL, BELL]}
    assert body == {
        "device_id": "SC",
        "shots": 7,
        "job_type": "multi_manual",
        "name": "n",
        "description": "d",
        "transpiler_info": {"transpiler_lib": None},
        "simulator_info": {"seed_simulation": 1},
        "mitigation_info": {"ro_error_mitigation": "pseudo_inverse"},
        "priority": 0,
    }


async def test_bindings_are_sent_as_they_are(client: AsyncClient, cloud: FakeCloud) -> None:
    await client.submit(BELL, device="SVSim", parameters=({"theta": value} for value in (0.5, 1)))
    contents = json.loads(sent(cloud)["job_info"])
    assert contents == {"code": BELL, "parameters": [{"theta": 0.5}, {"theta": 1}]}


@pytest.mark.parametrize(
    ("program", "options", "job_type"),
    [
        (BELL, {}, "sampling"),
        ([BELL], {}, "sampling"),
        ([BELL, BELL], {}, "multi_manual"),
        (BELL, {"operator": "Z0"}, "estimation"),
        ([BELL, BELL], {"job_type": "sampling"}, "sampling"),
    ],
)
async def test_the_job_type_follows_from_what_is_given(
    client: AsyncClient, cloud: FakeCloud, program: Any, options: dict[str, Any], job_type: str
) -> None:
    await client.submit(program, device="SVSim", **options)
    assert sent(cloud).get("job_type", "sampling") == job_type


async def test_an_empty_transpiler_is_not_the_same_as_none(client: AsyncClient, cloud: FakeCloud) -> None:
    await client.submit(BELL, device="SC", transpiler={})
    assert sent(cloud)["transpiler_info"] == {}


async def test_the_server_can_read_what_is_sent(client: AsyncClient, cloud: FakeCloud) -> None:
    await client.submit(BELL, device="SC", operator={"X 0": 2}, transpiler={})
    request = decode(cloud.requests[-1].content, SubmitJob)
    assert json.loads(read_input(request.job_info).text)["operator"] == [{"pauli": "X 0", "coeff": 2.0}]


@pytest.mark.parametrize(
    ("operator", "terms"),
    [
        ("X0 X1", [("X0 X1", 1.0)]),
        ({"X 0 X 1": 1.5, "Z 0": -1}, [("X 0 X 1", 1.5), ("Z 0", -1.0)]),
        ([("Z0", 0.5), ("Z0", 0.25)], [("Z0", 0.5), ("Z0", 0.25)]),
    ],
)
async def test_an_operator_makes_an_estimation(
    client: AsyncClient, cloud: FakeCloud, operator: Any, terms: list[tuple[str, float]]
) -> None:
    await client.submit(BELL, device="SVSim", operator=operator)
    body = sent(cloud)
    assert body["job_type"] == "estimation"
    found = json.loads(body["job_info"])["operator"]
    assert [(term["pauli"], term["coeff"]) for term in found] == terms


async def test_a_path_is_read(client: AsyncClient, cloud: FakeCloud, tmp_path: Path) -> None:
    path = tmp_path / "bell.qasm"
    path.write_text(BELL, encoding="utf-8")
    await client.submit(path, device="SVSim")
    assert json.loads(sent(cloud)["job_info"]) == {"code": BELL}


async def test_a_lost_answer_makes_no_second_job(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.lose_answers = 2
    job = await client.submit(BELL, device="SVSim")
    assert list(cloud.jobs) == [job.id]
    assert len(cloud.requests) == 3


async def test_two_submits_are_two_jobs(client: AsyncClient, cloud: FakeCloud) -> None:
    first = await client.submit(BELL, device="SVSim")
    second = await client.submit(BELL, device="SVSim")
    assert first.id != second.id


async def test_the_same_key_gives_the_same_job(client: AsyncClient, cloud: FakeCloud) -> None:
    first = await client.submit(BELL, device="SVSim", idempotency_key="k")
    second = await client.submit(BELL, device="SVSim", idempotency_key="k")
    assert first.id == second.id


async def test_a_batch_is_one_request_also_when_its_answer_is_lost(
    client: AsyncClient, cloud: FakeCloud
) -> None:
    cloud.lose_answers = 1
    requests = [JobRequest(program=BELL, device="SVSim", shots=shots) for shots in (1, 2, 3)]
    jobs = await client.submit_batch(requests)
    assert [job.id for job in jobs] == list(cloud.jobs) == ["job-1", "job-2", "job-3"]
    assert [cloud.jobs[job.id]["shots"] for job in jobs] == [1, 2, 3]
    assert cloud.paths() == ["POST /user/jobs/batch"] * 2


async def test_a_wrong_token_is_told(cloud: FakeCloud) -> None:
    async with AsyncClient(URL, "wrong.token", transport=cloud) as client:
        with pytest.raises(NotAuthenticatedError):
            await client.submit(BELL, device="SVSim")


@pytest.mark.parametrize(
    "options",
    [
        {"operator": {"Z 0": math.nan}},
        {"operator": {"Z 0": math.inf}},
        {"parameters": [{"theta": 0.1}, {"theta": math.nan}]},
        {"program": [BELL, BELL], "operator": "Z 0"},
    ],
)
async def test_what_json_or_a_job_cannot_hold_is_not_sent(
    client: AsyncClient, cloud: FakeCloud, options: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"finite|several programs"):
        await client.submit(**{"program": BELL, "device": "SVSim", **options})
    assert not cloud.requests


async def test_numbers_of_numpy_are_numbers(client: AsyncClient, cloud: FakeCloud) -> None:
    await client.submit(
        BELL,
        device="SVSim",
        shots=np.int64(7),  # type: ignore[arg-type]  # what a loop over an array gives
        parameters=[
            {"theta": theta, "n": n} for theta, n in zip(np.linspace(0, 1, 3), np.arange(3), strict=True)
        ],
        simulator={"seed_simulation": np.int32(3)},
        transpiler={"transpiler_options": {"initial_layout": np.array([1, 0])}},
    )
    body = sent(cloud)
    assert (body["shots"], body["simulator_info"]) == (7, {"seed_simulation": 3})
    assert body["transpiler_info"] == {"transpiler_options": {"initial_layout": [1, 0]}}
    assert json.loads(body["job_info"])["parameters"] == [{"theta": k / 2, "n": k} for k in range(3)]


async def test_a_file_name_and_a_lone_binding_are_told_apart(client: AsyncClient, cloud: FakeCloud) -> None:
    with pytest.raises(ValueError, match=r"Path\('bell.qasm'\)"):
        await client.submit("bell.qasm", device="SVSim")
    with pytest.raises(TypeError, match="one mapping for each binding"):
        await client.submit(BELL, device="SVSim", parameters={"theta": 0.1})  # type: ignore[arg-type]
    assert not cloud.requests


class QuantumCircuit:
    """Looks like that of Qiskit."""

    qregs = ()


@pytest.mark.parametrize(
    ("program", "says"),
    [
        (3, "not int"),
        (None, "not NoneType"),
        (b"OPENQASM 3;", "not bytes"),
        ([3], "not int"),
        (QuantumCircuit(), r"not QuantumCircuit; .*qiskit\.qasm3\.dumps"),
    ],
)
async def test_what_is_no_program_is_named(
    client: AsyncClient, cloud: FakeCloud, program: Any, says: str
) -> None:
    with pytest.raises(TypeError, match=says):
        await client.submit(program, device="SVSim")
    assert not cloud.requests


async def test_a_batch_of_texts_is_told_what_it_holds(client: AsyncClient, cloud: FakeCloud) -> None:
    with pytest.raises(TypeError, match=r"JobRequest.*not str"):
        await client.submit_batch([BELL])  # type: ignore[list-item]
    assert not cloud.requests


async def test_an_id_that_is_no_text_is_refused(client: AsyncClient, cloud: FakeCloud) -> None:
    with pytest.raises(ClientError, match="None is no id"):
        await client.job(None)  # type: ignore[arg-type]
    assert not cloud.requests
