"""One whole cloud and one PostgreSQL server for all tests of this folder that do not break them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qumulus.testing.postgres import PostgresServer
from tests.e2e.clouds import Cloud, ended


@pytest.fixture(scope="session")
def whole_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """``qumulus up`` on SQLite, with its Provider."""
    cloud = Cloud(tmp_path_factory.mktemp("whole") / "data", "up")
    with ended(cloud):
        yield cloud.ready()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server without databases of ours."""
    server = PostgresServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def new_database(postgres: PostgresServer) -> Callable[[], str]:
    """Makes an empty database; gives its URL."""
    return lambda: asyncio.run(postgres.new_database())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory that is not there yet."""
    return tmp_path / "data"
