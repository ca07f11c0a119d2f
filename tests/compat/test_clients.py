"""Unmodified clients of OQTOPUS work with this cloud; what they tell is what a user would see."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from tests.compat.conftest import NOTICE, Told

QURI_PARTS = ("quri-parts-oqtopus", "quri-parts-oqtopus-1.0")
CLIENTS = ("oqtopus-client", *QURI_PARTS)
DEVICES = ("SVSim", "SC")
DEFAULT = {"transpiler_lib": "qiskit", "transpiler_options": {"optimization_level": 1}}

every_client = pytest.mark.parametrize("client", CLIENTS)
every_device = pytest.mark.parametrize("device", DEVICES)


def as_integers(counts: Mapping[str, int]) -> dict[int, int]:
    """One client gives bit strings, the other integers in text."""
    is_bits = all(len(key) > 1 for key in counts)
    return {int(key, 2 if is_bits else 10): n for key, n in counts.items()}


def must_be_even(counts: Mapping[int, int], keys: tuple[int, int], *, device: str) -> None:
    """Two outcomes, half of the shots each within five standard deviations; noise adds a little."""
    n_shots = sum(counts.values())
    noise = 0.25 * n_shots if device == "SC" else 0
    assert n_shots - sum(counts.get(key, 0) for key in keys) <= noise
    for key in keys:
        assert abs(counts[key] - n_shots / 2) <= 2.5 * n_shots**0.5 + noise


def as_job(told: Mapping[str, Any]) -> dict[str, Any]:
    """Both clients' words for a job."""
    job = dict(told["job"])
    if "times" not in job:
        job["times"] = [job[name] for name in ("submitted_at", "ready_at", "running_at", "ended_at")]
    return job


@every_client
@every_device
def test_sampling_gives_counts_transpiled_by_default(told_by: Told, client: str, device: str) -> None:
    told = told_by(client)[device]["sampling"]
    must_be_even(as_integers(told["counts"]), (0, 3), device=device)
    job = as_job(told)
    assert (job["status"], job["name"], job["description"]) == ("succeeded", "bell", "of compat")
    assert job["transpiler_info"] == DEFAULT
    assert job["simulator_info"] == job["mitigation_info"] == {}
    assert job["execution_time"] > 0
    times = [datetime.fromisoformat(at) for at in job["times"]]
    assert times == sorted(times)


@every_client
def test_no_transpiling_leaves_no_transpile_result(told_by: Told, client: str) -> None:
    told = told_by(client)
    found = told["untranspiled"] if "untranspiled" in told else told["SVSim"]["untranspiled"]
    assert as_integers(found["counts"]) == {1: 50}
    assert found["job"]["transpiler_info"] == {"transpiler_lib": None}
    assert "transpile_result" not in json.dumps(found) or _transpiled(found["job"]) is None


def _transpiled(job: Mapping[str, Any]) -> Any:
    return job["transpile_result"] if "transpile_result" in job else job["job_info"]["transpile_result"]


@every_client
@every_device
def test_estimation_gives_the_sum_of_the_terms(told_by: Told, client: str, device: str) -> None:
    told = told_by(client)[device]["estimation"]
    tolerance = 6 * 1.2 / 400**0.5 + (0.3 if device == "SC" else 0)
    assert abs(told["exp_value"] - 1.5) <= tolerance  # XX is 1 in a Bell state, YZ is 0
    assert told["stds"] > 0
    assert told["job"]["status"] == "succeeded"


@every_client
@every_device
def test_several_programs_share_a_device(told_by: Told, client: str, device: str) -> None:
    told = told_by(client)[device]["multi_manual"]
    assert told["job_type"] == "multi_manual"
    assert "OPENQASM 3" in told["combined"]
    divided = {index: as_integers(counts) for index, counts in told["divided"].items()}
    assert {index: sum(counts.values()) for index, counts in divided.items()} == {"0": 200, "1": 200}
    must_be_even(divided["0"], (0, 3), device=device)
    assert divided["1"][1] >= (200 if device == "SVSim" else 160)
    assert sum(told["counts"].values()) == 200


@every_client
@every_device
def test_a_program_that_cannot_be_read_fails_with_its_place(told_by: Told, client: str, device: str) -> None:
    told = told_by(client)[device]["failed"]
    job = as_job(told)
    assert job["status"] == "failed"
    assert not job["execution_time"]  # one client shows 0.0 for null
    assert job["times"][2] is None
    message = told["job_info"]["message"]
    assert "nonsense" in message
    assert "line 1" in message
    assert told["job_info"].get("result") is None


@every_client
def test_a_waiting_job_is_cancelled(told_by: Told, client: str) -> None:
    told = told_by(client)["cancelled"]
    if client in QURI_PARTS:
        assert (told["before"], told["after"]) == ("submitted", "cancelled")
        assert told["error"] is not None
        return
    assert told["status"] == "cancelled"
    assert told["messages"] == ["job cancelled", "job cancelled", "job deleted"]
    assert (told["too_early"]["status"], told["gone"]["status"]) == (400, 404)


@every_client
def test_devices_tell_what_they_are(told_by: Told, client: str) -> None:
    told = told_by(client)["devices"]
    assert told["ids"] == ["SC", "SVSim", "idle"]
    assert (told["type"], told["n_qubits"]) == ("QPU", 27)
    info = told["device_info"]
    info = json.loads(info) if isinstance(info, str) else info
    assert len(info["qubits"]) == 27


@pytest.mark.parametrize("client", QURI_PARTS)
def test_an_unknown_device_is_refused(told_by: Told, client: str) -> None:
    told = told_by(client)["refused"]
    assert told["error"] == "To execute sampling on OQTOPUS Cloud is failed."
    assert told["status"] == 400


def test_the_older_generations_calls_list_delete_and_renew(told_by: Told) -> None:
    told = told_by("quri-parts-oqtopus-1.0")["rest"]
    assert told["listed"] == told["ids"][:0:-1]
    assert told["names"] == ["listed 2", "listed 1"]
    assert told["narrow"] == sorted(told["ids"])
    assert (told["status"], told["message"]) == ("submitted", "job deleted")
    assert told["left"] == told["ids"][1:]
    assert (len(told["tokens_made"]), told["tokens_left"]) == (1, 0)


def test_lists_take_the_clients_parameters(told_by: Told) -> None:
    told = told_by("oqtopus-client")["lists"]
    assert told["some"] == ["listed 2", "listed 1"]
    assert told["narrow"] == sorted(told["ids"])
    assert (told["old"], told["left"]) == (0, 0)
    assert told["unknown_field"]["status"] == 400
    assert "colour" in str(told["unknown_field"]["payload"])


def test_explicit_settings_come_back_as_sent(told_by: Told) -> None:
    told = told_by("oqtopus-client")["settings"]
    options = {"optimization_level": 1, "initial_layout": [0, 1]}
    assert told["job"]["transpiler_info"] == {"transpiler_lib": "qiskit", "transpiler_options": options}
    assert told["job"]["mitigation_info"] == {"ro_error_mitigation": "pseudo_inverse"}
    mapping = told["job"]["transpile_result"]["virtual_physical_mapping"]
    assert mapping["qubit_mapping"] == {"0": 0, "1": 1}
    assert 0 < sum(told["counts"].values()) <= 400  # truncated to integers


def test_the_account_calls_answer_as_the_client_expects(told_by: Told) -> None:
    told = told_by("oqtopus-client")["account"]
    assert told["ends"]
    assert told["own"] is None
    assert told["dropped"]["status"] == 401
    assert told["announcements"] == [NOTICE["title"]]
    assert told["one"] == NOTICE["content"]
    assert (told["no_such"]["status"], told["sselog"]["status"]) == (404, 404)
    assert told["settings"] == {
        "editable_fields": ["name", "organization"],
        "allow_deletion": False,
        "visible_fields": ["id", "name", "email", "organization", "created_at"],
        "login_history_enabled": False,
    }
    assert told["user"]["id"] == "alice"
    assert (told["changed"]["name"], told["changed"]["organization"]) == ("Alice of compat", "lab")
