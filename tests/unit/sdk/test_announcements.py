"""What the operators tell, as the client reads it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx

from qumulus.sdk import AsyncClient
from tests.unit.sdk.cloud import AT, FakeCloud

NOTICE = {"id": 1, "title": "Hello", "content": "*x*", "start_time": AT, "end_time": AT, "publishable": True}


async def test_announcements_are_those_of_now(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.extra["GET", "/user/announcements"] = lambda _: httpx.Response(
        200, json={"announcements": [NOTICE]}
    )
    (notice,) = await client.announcements()
    assert (notice.id, notice.title, notice.content) == (1, "Hello", "*x*")
    asked = datetime.fromisoformat(cloud.requests[-1].url.params["current_time"])
    assert abs(datetime.now(UTC) - asked) < timedelta(minutes=1)
