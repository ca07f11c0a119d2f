"""The command line as users type it, against a whole cloud."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.clouds import ENDLESS, Cloud, qumulus

BELL = """\
OPENQASM 3;
include "stdgates.inc";
qubit[2] q;
bit[2] c;
h q[0];
cx q[0], q[1];
c = measure q;
"""


class Terminal:
    """Types commands as alice or as an administrator."""

    def __init__(self, cloud: Cloud, folder: Path) -> None:
        self._folder = folder
        self._url = cloud.credentials["url"]
        self._alice = cloud.credentials["users"]["alice"]
        self._admin = cloud.credentials["admin_token"]

    def file(self, name: str, text: str) -> str:
        (self._folder / name).write_text(text)
        return str(self._folder / name)

    def type(self, *words: str, token: str | None = None) -> subprocess.CompletedProcess[str]:
        return qumulus(*words, QUMULUS_URL=self._url, QUMULUS_TOKEN=token or self._alice)

    def shows(self, *words: str) -> str:
        done = self.type(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, *words: str) -> Any:
        return json.loads(self.shows(*words, "-o", "json"))

    def admin(self, *words: str) -> str:
        done = self.type("admin", *words, token=self._admin)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def terminal(whole_cloud: Cloud, tmp_path: Path) -> Terminal:
    return Terminal(whole_cloud, tmp_path)


@pytest.mark.parametrize(("device", "least"), [("SVSim", 1000), ("SC", 900)])
def test_run_shows_a_histogram(terminal: Terminal, device: str, least: int) -> None:
    shown = terminal.shows("run", terminal.file("bell.qasm", BELL), "--device", device, "--shots", "1000")
    lines = [re.fullmatch(r"([01]{2})  \S* *(0\.\d+|1\.0+) +(\d+)", line) for line in shown.splitlines()]
    counts = {line[1]: int(line[3]) for line in lines if line is not None}
    assert sum(counts.values()) == 1000
    assert counts["00"] + counts["11"] >= least
    assert min(counts["00"], counts["11"]) > 350


def test_a_failing_program_is_told_with_line_and_column(terminal: Terminal) -> None:
    file = terminal.file("bad.qasm", BELL.replace("h q[0]", "hh q[0]"))
    done = terminal.type("run", file, "--device", "SVSim")
    assert (done.returncode, done.stdout) == (1, "")
    assert "line 5, column 1" in done.stderr
    assert "did you mean `h`?" in done.stderr


def test_an_estimate_and_what_json_and_id_print(terminal: Terminal) -> None:
    file = terminal.file("bell.qasm", BELL.replace("c = measure q;", ""))
    line = terminal.shows("run", file, "-d", "SVSim", "--estimate", "Z0 Z1:2, X0 X1:1, Z0:5", "--exact")
    assert line.split()[:3] == ["expectation", "value", "3"]
    (job_id,) = terminal.shows("run", file, "-d", "SVSim", "--estimate", "Z0 Z1", "-o", "id").split()
    shown = terminal.json("jobs", "show", job_id)
    assert (shown["id"], shown["status"], shown["job_type"]) == (job_id, "succeeded", "estimation")
    assert shown["job_info"]["result"]["estimation"]["exp_value"] == 1


def test_a_job_from_submit_to_delete(terminal: Terminal) -> None:
    file = terminal.file("long.qasm", ENDLESS)
    job_id = terminal.shows("run", file, "-d", "SVSim", "--name", "the long one", "--no-wait").strip()
    listed = terminal.shows("jobs", "list", "--search", "the long one")
    assert job_id in listed
    refused = terminal.type("jobs", "delete", "--yes", job_id)
    assert (refused.returncode, "Error" in refused.stderr) == (3, True)
    still = terminal.type("jobs", "wait", job_id, "--timeout", "0.1")
    assert (still.returncode, "jobs wait" in still.stderr) == (4, True)
    assert terminal.shows("jobs", "cancel", job_id) == f"{job_id} cancelled\n"
    assert terminal.shows("jobs", "status", job_id) == "cancelled\n"
    events = terminal.json("jobs", "events", job_id, "--follow")
    assert [events[0]["target"], events[0]["source"]] == ["submitted", None]
    assert "cancelled" in [event["target"] for event in events]
    assert "by user" in terminal.shows("jobs", "events", job_id)
    assert terminal.type("jobs", "wait", job_id).returncode == 1
    assert terminal.shows("jobs", "delete", "--yes", job_id, "-o", "id").strip() == job_id
    gone = terminal.type("jobs", "show", job_id)
    assert (gone.returncode, job_id in gone.stderr) == (3, True)


def test_devices_are_listed_and_shown(terminal: Terminal) -> None:
    assert terminal.shows("devices", "list", "-o", "id").split() == ["SC", "SVSim"]
    table = terminal.shows("devices", "list")
    assert re.search(r"^SC +QPU +available +27 ", table, re.MULTILINE)
    shown = terminal.json("devices", "show", "SC")
    assert len(shown["device_info"]["qubits"]) == shown["n_qubits"] == 27
    unknown = terminal.type("devices", "show", "nothing")
    assert (unknown.returncode, "nothing" in unknown.stderr) == (3, True)


def test_an_administrator_adds_a_user_a_device_and_tokens(terminal: Terminal) -> None:
    assert terminal.admin("device", "add", "Lab", "--qubits", "3") == "Lab added\n"
    assert terminal.admin("user", "add", "bob", "--devices", "Lab") == "bob added\n"
    bob = terminal.admin("token", "add", "--owner", "bob").strip()
    provider = terminal.admin("token", "add", "--device", "Lab").strip()
    assert terminal.type("devices", "list", "-o", "id", token=bob).stdout.split() == ["Lab"]
    file = terminal.file("bell.qasm", BELL)
    job_id = terminal.type("run", file, "-d", "Lab", "--no-wait", token=bob).stdout.strip()
    elsewhere = terminal.type("run", file, "-d", "SVSim", "--no-wait", token=bob)
    assert elsewhere.returncode == 3
    assert terminal.type("jobs", "show", job_id).returncode == 3, "alice must not see bob's job"
    assert terminal.type("jobs", "list", token=provider).returncode == 3, "no Provider is a user"
    terminal.type("jobs", "cancel", job_id, token=bob)
    terminal.admin("token", "delete", "--yes", bob)
    assert terminal.type("jobs", "list", token=bob).returncode == 3
    assert terminal.admin("user", "delete", "--yes", "bob") == "bob deleted\n"
    assert terminal.admin("device", "delete", "--yes", "Lab") == "Lab deleted\n"
    assert terminal.admin("user", "list", "-o", "id").split() == ["alice"]
    forbidden = terminal.type("admin", "user", "list")
    assert (forbidden.returncode, "Error" in forbidden.stderr) == (3, True)


def test_the_credentials_of_this_machine_are_found_by_the_data_directory(
    whole_cloud: Cloud, tmp_path: Path
) -> None:
    done = qumulus("devices", "list", "-o", "id", QUMULUS_DATA=str(whole_cloud.data))
    assert done.stdout.split() == ["SC", "SVSim"]
    lost = qumulus("devices", "list", QUMULUS_DATA=str(tmp_path))
    assert (lost.returncode, "QUMULUS_URL" in lost.stderr) == (3, True)


def test_the_demo_plays_three_sequences_and_says_that_they_held() -> None:
    done = qumulus("demo")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    shown = done.stdout
    for title in ("Success: ", "Failure: ", "Cancellation: ", "Results"):
        assert title in shown
    for status in ("submitted", "ready", "running", "succeeded", "failed", "cancelled"):
        assert f"status={status}" in shown
    steps = re.findall(r"^ +(\d+) (?:User|Provider|Cloud) ", shown, re.MULTILINE)
    seed = [*range(1, 9), 11, 12, 13, 14, 15, 16]
    assert [int(step) for step in steps] == [*seed, *seed, *range(1, 9)]
    assert "Each stored state was as the sequences say." in shown
