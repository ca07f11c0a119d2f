from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from qumulus.sdk import AsyncClient, Client
from qumulus.transport import RetryPolicy
from tests.unit.sdk.cloud import URL, FakeCloud

EAGER = RetryPolicy(first_pause_s=0.0)


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud()


@pytest.fixture
async def client(cloud: FakeCloud) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(URL, "id.secret", retries=EAGER, transport=cloud) as client:
        yield client


@pytest.fixture
def blocking(cloud: FakeCloud) -> Iterator[Client]:
    with Client(URL, "id.secret", retries=EAGER, transport=cloud) as client:
        yield client
