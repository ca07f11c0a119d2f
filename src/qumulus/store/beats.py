"""Heartbeats: which jobs a Provider still holds."""

from __future__ import annotations

from qumulus.domain.ids import JobId
from qumulus.domain.lifecycle import CLAIMED, JobStatus
from qumulus.ports.operations import Heartbeat, Pulse
from qumulus.store.moves import Loaded
from qumulus.store.script import Writes


def beat(operation: Heartbeat, loaded: Loaded, writes: Writes) -> Pulse:
    """Renew leases; a claim without an end gets one when the heartbeat names a length."""
    renewed: list[JobId] = []
    lost: list[JobId] = []
    cancelled: list[JobId] = []
    for job_id, attempt in operation.jobs:
        job = loaded.jobs.get(job_id)
        is_known = (
            job is not None
            and job.attempt == attempt
            and (operation.devices is None or job.device_id in operation.devices)
        )
        if job is None or not is_known:
            lost.append(job_id)
        elif job.status in CLAIMED:
            renewed.append(job_id)
            writes.add("renew_leases", (operation.lease_s, operation.worker, job_id))
        elif job.status is JobStatus.CANCELLED:
            cancelled.append(job_id)
        else:
            lost.append(job_id)
    return Pulse(renewed=tuple(renewed), lost=tuple(lost), cancelled=tuple(cancelled))
