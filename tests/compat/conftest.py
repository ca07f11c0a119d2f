"""``qumulus up`` on both databases, and what the clients of others tell of it; each flow runs once."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from qumulus.testing.postgres import PostgresServer
from tests.compat.environments import CLIENTS, python_of
from tests.e2e.clouds import Caller, Cloud, ended, environment

Told = Callable[[str], dict[str, Any]]

FLOWS = Path(__file__).parent / "flows"
FLOW_OF = {
    "oqtopus-client": "with_oqtopus_client.py",
    "quri-parts-oqtopus": "with_quri_parts.py",
    "quri-parts-oqtopus-1.0": "with_quri_parts.py",
}
IDLE = "idle"
"""A device without a Provider: its jobs wait."""
NOTICE = {
    "title": "Maintenance",
    "content": "SC is **warm**.",
    "start_time": "2026-01-01T00:00:00Z",
    "end_time": "2999-01-01T00:00:00Z",
    "publishable": True,
}


def pytest_collection_finish(session: pytest.Session) -> None:
    """Make the environments before any test's time runs: the first time it takes minutes."""
    wanting = {"test_clients.py", "test_guide.py"}
    if any(item.path.parent == FLOWS.parent and item.path.name in wanting for item in session.items):
        for client in CLIENTS:
            python_of(client)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def cloud(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A whole cloud with its Provider, a device that nobody serves, and an announcement."""
    options: list[str] = []
    if request.param == "postgresql":
        options = ["--database", asyncio.run(request.getfixturevalue("postgres").new_database())]
    made = Cloud(
        tmp_path_factory.mktemp(request.param) / "data", "up", *options, QUMULUS_ALLOW_UNSAFE_DATABASE="true"
    )
    with ended(made):
        made.ready()
        admin = Caller(port=made.port, token=made.credentials["admin_token"])
        idle = {"device_id": IDLE, "device_type": "QPU", "n_qubits": 2}
        assert admin.call("POST", "/admin/devices", idle).status == 200
        assert admin.call("POST", "/admin/announcements", NOTICE).status == 200
        yield made


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer(fsync="off", full_page_writes="off")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def told_by(cloud: Cloud) -> Told:
    """Runs a client's flow against the cloud, the first time; gives what it printed."""

    @cache
    def run(client: str) -> dict[str, Any]:
        variables = {
            "OQTOPUS_URL": f"http://127.0.0.1:{cloud.port}/user",
            "OQTOPUS_API_TOKEN": cloud.credentials["users"]["alice"],
        }
        words = [str(python_of(client)), str(FLOWS / FLOW_OF[client]), "SVSim", "SC", IDLE]
        kept = {name: value for name, value in environment().items() if not name.startswith("PYTHON")}
        done = subprocess.run(
            words, env={**kept, **variables}, capture_output=True, text=True, timeout=100, check=False
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return run
