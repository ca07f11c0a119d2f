"""Claims whose answer never arrives cost the job time, not its life."""

from __future__ import annotations

import asyncio
from pathlib import Path

from qumulus.domain.ids import DeviceId
from qumulus.domain.job import MAX_EXPIRIES, MAX_LOSSES
from qumulus.ports.operations import ClaimJobs
from qumulus.service import ServiceSettings
from tests.api.cloud import RESULT, Cloud, open_cloud

SHORT_S = 0.05


async def claim_is_lost(cloud: Cloud) -> None:
    """The Cloud hands a job out, and the answer is cut."""
    claim = ClaimJobs(
        devices=(DeviceId("SVSim"),), limit=1, at=cloud.services.clock.now(), worker="w", lease_s=SHORT_S
    )
    assert await cloud.services.store.apply(claim)


async def leaves(cloud: Cloud, job_id: str, status: str) -> str:
    """Wait until the job has another status; give it."""
    async with asyncio.timeout(30):
        while (met := await cloud.status(job_id)) == status:  # noqa: ASYNC110 - seen from outside
            await asyncio.sleep(SHORT_S / 5)
    return met


async def test_a_job_outlives_more_lost_claims_than_it_may_have_losses(tmp_path: Path) -> None:
    async with open_cloud(tmp_path, services=ServiceSettings(sweep_every_s=SHORT_S)) as cloud:
        job_id = await cloud.submit()
        for _ in range(MAX_LOSSES + 2):
            await claim_is_lost(cloud)
            assert await leaves(cloud, job_id, "ready") == "submitted"
        (job,) = await cloud.claim(lease=60)
        assert job["attempt"] == MAX_LOSSES + 3
        await cloud.start(job_id)
        await cloud.report(job_id, result=RESULT)
        assert await cloud.status(job_id) == "succeeded"


async def test_a_job_of_which_nobody_is_ever_heard_fails_in_the_end(tmp_path: Path) -> None:
    async with open_cloud(tmp_path, services=ServiceSettings(sweep_every_s=SHORT_S)) as cloud:
        job_id = await cloud.submit()
        for n in range(1, MAX_EXPIRIES + 1):
            await claim_is_lost(cloud)
            expected = "submitted" if n < MAX_EXPIRIES else "failed"
            assert await leaves(cloud, job_id, "ready") == expected
