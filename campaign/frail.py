"""The device whose driver breaks now and then: its Provider must withdraw it, and burn no job."""

from __future__ import annotations

import asyncio
from typing import Final

from campaign.stage import FRAIL, Stage

EVERY_S: Final = 0.3
MOST_TRIES: Final = 60


class FrailUser:
    """One user of the device, who takes a refusal for an answer while the device is withdrawn."""

    def __init__(self, name: str, owner: str, stage: Stage) -> None:
        self._name = name
        self._owner = owner
        self._stage = stage

    async def run(self) -> None:
        """Submit for as long as others do."""
        client = self._stage.client(self._name, self._owner)
        while self._stage.has_work:
            job = self._stage.frail_job()
            for _ in range(MOST_TRIES):
                answer = await client.call("POST", "/user/jobs", job, key=f"{self._name}-{job['name']}")
                if answer.status is not None and answer.status < 500:
                    break
                await asyncio.sleep(EVERY_S)
            if answer.status == 400:
                self._stage.recorder.counts[f"submits refused while {FRAIL} was withdrawn"] += 1
            await asyncio.sleep(EVERY_S)
        client.close()
