"""What the first start makes, what later starts keep, and how a start is refused."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPException
from pathlib import Path

from tests.e2e.clouds import Answer, Caller, Cloud, Program, ended, free_port, is_ready, qumulus, until


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_start_makes_user_devices_and_tokens_before_it_is_ready(data: Path) -> None:
    cloud = Cloud(data, "up", "--no-providers")
    with ended(cloud):
        cloud.start()
        until(lambda: has_credentials_when_ready(cloud))
        found = cloud.credentials
        assert found.keys() == {"url", "admin_token", "users", "providers"}
        assert found["url"] == f"http://127.0.0.1:{cloud.port}"
        assert (found["users"].keys(), found["providers"].keys()) == ({"alice"}, {"SC", "SVSim"})
        assert (mode(data / "credentials.json"), mode(data)) == (0o600, 0o700)
        devices = {device["device_id"]: device for device in cloud.alice.ask("GET", "/user/devices")}
        assert devices.keys() == {"SC", "SVSim"}
        assert {device["status"] for device in devices.values()} == {"available"}
        assert devices["SC"]["device_type"] == "QPU"
        assert json.loads(devices["SC"]["device_info"])["couplings"]
        for device in devices:
            assert cloud.provider(device).ask("GET", "/provider/jobs") == []
        admin = Caller(port=cloud.port, token=found["admin_token"])
        assert [user["id"] for user in admin.ask("GET", "/admin/users")["users"]] == ["alice"]
        assert cloud.alice.submit()


def has_credentials_when_ready(cloud: Cloud) -> bool:
    """The law, at one moment; true once the Cloud is ready."""
    answer = ready_answer(cloud)
    if answer is None or answer.status != 200:
        assert answer is None or answer.status == 503
        return False
    assert (cloud.data / "credentials.json").exists()
    return True


def test_a_restart_keeps_tokens_and_jobs_and_tells_the_new_address(data: Path) -> None:
    first, second = Cloud(data, "up", "--no-providers"), Cloud(data, "up", "--no-providers")
    with ended(first, second):
        before = first.ready().credentials
        job_id = first.alice.submit()
        assert first.stop() == 0
        after = second.ready().credentials
        assert after == {**before, "url": f"http://127.0.0.1:{second.port}"}
        assert mode(data / "credentials.json") == 0o600
        assert second.alice.status(job_id) == "submitted"


def test_lost_credentials_are_minted_again_and_that_is_said(data: Path) -> None:
    cloud = Cloud(data, "up", "--no-providers")
    file = data / "credentials.json"
    with ended(cloud):
        first = cloud.ready().credentials
        job_id = cloud.alice.submit()
        cloud.stop()
        file.write_text(file.read_text()[:40])
        second = cloud.ready().credentials
        assert "credentials_unreadable" in cloud.said
        cloud.stop()
        file.unlink()
        third = cloud.ready().credentials
        assert cloud.said.count("credentials_written") == 3
        assert len({found["users"]["alice"] for found in (first, second, third)}) == 3
        assert (third.keys(), mode(file)) == (first.keys(), 0o600)
        assert cloud.alice.status(job_id) == "submitted"
        assert cloud.provider("SVSim").ask("GET", "/provider/jobs")[0]["job_id"] == job_id


def test_the_environment_names_data_address_and_database(tmp_path: Path) -> None:
    port, data = free_port(), tmp_path / "data"
    variables = {
        "QUMULUS_DATA": str(data),
        "QUMULUS_DATABASE": f"sqlite:///{tmp_path / 'elsewhere' / 'jobs.db'}",
        "QUMULUS_LISTEN": f"0.0.0.0:{port}",
    }
    program = Program(["up", "--no-providers"], tmp_path / "log", variables)
    with ended(program):
        program.start()
        until(lambda: "ready at" in program.said)
        assert (tmp_path / "elsewhere" / "jobs.db").exists()
        assert not (data / "qumulus.db").exists()
        found = json.loads((data / "credentials.json").read_text())
        assert found["url"] == f"http://127.0.0.1:{port}"
        named = {"QUMULUS_URL": found["url"], "QUMULUS_TOKEN": found["users"]["alice"]}
        assert qumulus("devices", "list", "-o", "id", **named).stdout.split() == ["SC", "SVSim"]
        wrong = qumulus("devices", "list", QUMULUS_URL=found["url"], QUMULUS_TOKEN="not.right")
        assert (wrong.returncode, "QUMULUS_TOKEN" in wrong.stderr) == (3, True)


def test_a_second_cloud_on_the_same_data_is_refused_and_harms_nothing(whole_cloud: Cloud) -> None:
    before = (whole_cloud.data / "credentials.json").read_bytes()
    for command in ("up", "cloud"):
        done = qumulus(command, "--port", str(free_port()), "--data", str(whole_cloud.data))
        assert done.returncode == 1
        assert f"Another process uses the folder {whole_cloud.data}" in done.stderr
    assert (whole_cloud.data / "credentials.json").read_bytes() == before
    assert whole_cloud.alice.ask("GET", "/user/devices")


def test_a_port_that_is_taken_and_a_database_of_another_kind_are_refused_clearly(data: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        done = qumulus("up", "--port", port, "--data", str(data))
    assert (done.returncode, "Cannot listen" in done.stderr) == (1, True)
    done = qumulus("up", "--port", "0", "--data", str(data), "--database", "mysql://host/name")
    assert (done.returncode, "mysql" in done.stderr) == (2, True)
    done = qumulus("up", "--port", "0", "--data", str(data), "--database", "postgresql://x@127.0.0.1:1/x")
    assert (done.returncode, "refuse" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


def test_the_commands_on_the_database_say_when_there_is_none(data: Path) -> None:
    for command in ("check", "admin-token"):
        done = qumulus("db", command, "--data", str(data))
        assert (done.returncode, "no Qumulus database" in done.stderr) == (3, True)
    assert not data.exists()


def test_schema_and_administrators_token_can_be_made_before_the_first_start(data: Path) -> None:
    assert "migrations applied" in qumulus("db", "upgrade", "--data", str(data)).stdout
    assert "already" in qumulus("db", "upgrade", "--data", str(data)).stdout
    assert qumulus("db", "check", "--data", str(data)).stdout == "0 violations\n"
    token = qumulus("db", "admin-token", "--data", str(data)).stdout.strip()
    cloud = Cloud(data, "up", "--no-providers")
    with ended(cloud):
        cloud.ready()
        assert Caller(port=cloud.port, token=token).ask("GET", "/admin/users")
        assert cloud.alice.call("GET", "/admin/users").status == 403


def test_a_cloud_that_nobody_can_use_says_how_to_begin(data: Path) -> None:
    bare, first = Cloud(data, "cloud"), Cloud(data, "cloud", "--first-start")
    with ended(bare, first):
        bare.ready()
        until(lambda: "cloud_without_tokens" in bare.said)
        assert "--first-start" in bare.said
        bare.stop()
        first.ready()
        assert first.alice.ask("GET", "/user/devices")
        assert "cloud_without_tokens" not in first.said


def test_a_database_on_postgresql_is_made_once_and_only_upgraded_by_command(
    data: Path, new_database: Callable[[], str]
) -> None:
    url = new_database()
    bare = Cloud(data, "cloud", "--database", url)
    with ended(bare):
        bare.start()
        answer = until(lambda: ready_answer(bare))
        assert answer is not None
        assert answer.status == 503
        assert "qumulus db upgrade" in str(answer.body)
        assert "migrations applied" in qumulus("db", "upgrade", "--database", url).stdout
        until(lambda: is_ready(bare.port), within_s=10)
        token = qumulus("db", "admin-token", "--database", url).stdout.strip()
        assert Caller(port=bare.port, token=token).ask("GET", "/admin/devices") == []
        assert not (data / "credentials.json").exists()


def ready_answer(cloud: Cloud) -> Answer | None:
    """What ``/readyz`` says; None before anybody listens."""
    try:
        return Caller(port=cloud.port).call("GET", "/readyz", within_s=5)
    except (OSError, HTTPException):
        return None
