"""A Provider says what became of a job by naming the archives that it uploaded."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from qumulus.domain.account import Caller
from qumulus.domain.errors import BadArchiveError, BadRequestError, ConflictError, NotFoundError
from qumulus.domain.ids import JobId
from qumulus.domain.item import OUTPUT_ITEMS, UPLOADED, Item, StoredObject
from qumulus.domain.job import Job, JobForm, StoredJob
from qumulus.domain.lifecycle import JobStatus
from qumulus.service.register import read_archive, read_blob
from qumulus.service.report import REASON, Report, report_job
from qumulus.service.services import Services

ReadOutput = Callable[[Item, bytes | None], str]
"""Gives the contents of an archive as JSON text; None stands for one too large to be read.

Raises:
    BadArchiveError: it cannot be read, or holds something else.
"""

_KEY: Final = re.compile(r"(?P<job_id>[\w-]+)/(?P<item>\w+)\.zip")


async def report_files(
    services: Services, report: Report, keys: Sequence[str], *, by: Caller, read: ReadOutput
) -> None:
    """Show the named archives as the job's, with whatever else is reported.

    A job of the files form shows them as they are; of any other form their contents are read. A
    result that cannot be read fails the job: its Provider has done with it and would not hear of it.

    Raises:
        BadRequestError: a name is none, or nothing was uploaded under it.
        ConflictError: a name is of another job.
        NotFoundError: there is no such job.
        WrongDeviceError: it is of another device.
        IllegalMoveError: its status does not allow the report.
        StaleAttemptError: the attempt is over.
    """
    items = [_item_of(key, report.job_id) for key in keys]
    job = await services.store.job_status(report.job_id)
    if job is None:
        raise NotFoundError(what="job", id=report.job_id)
    by.must_reach(job.device_id)
    found = await _uploaded(services, job, items)
    try:
        outputs = await _outputs(services, job, report, found, read=read)
    except BadArchiveError as error:
        if report.status != JobStatus.SUCCEEDED:
            raise
        report = replace(report, status=JobStatus.FAILED)
        outputs = {REASON: json.dumps(f"The Provider's results cannot be read: {error}")}
        await report_job(services, replace(report, outputs=outputs), by=by)
        return
    await report_job(services, replace(report, outputs={**outputs, **report.outputs}, has_files=True), by=by)


def _item_of(key: str, job_id: JobId) -> Item:
    named = _KEY.fullmatch(key)
    if named is None or named["item"] not in OUTPUT_ITEMS:
        items = ", ".join(sorted(OUTPUT_ITEMS))
        message = f"'{key[:200]}' is no output file: write <job id>/<item>.zip; items are {items}."
        raise BadRequestError(message, field="output_files")
    if named["job_id"] != job_id:
        raise ConflictError(f"'{key[:200]}' is of another job than {job_id}.", field="output_files")
    return Item(named["item"])


async def _uploaded(services: Services, job: Job, items: Sequence[Item]) -> list[StoredObject]:
    known = await services.store.objects(job.id)
    for item in items:
        if item not in known or known[item].attempt != job.attempt:
            raise BadRequestError(f"{job.id}/{item}.zip was not uploaded.", field="output_files")
    return [known[item] for item in items]


async def _outputs(
    services: Services, job: Job, report: Report, found: Sequence[StoredObject], *, read: ReadOutput
) -> dict[str, str]:
    outputs = {}
    for stored in found:
        if stored.item is Item.RESULT and report.status == JobStatus.FAILED:
            continue  # a job that failed has none
        if job.form is JobForm.FILES:
            outputs[stored.item.value] = UPLOADED
        else:
            outputs[stored.item.value] = await _contents(services, stored, read=read)
    return outputs


async def with_contents(services: Services, stored: StoredJob, *, read: ReadOutput) -> StoredJob:
    """Read what was uploaded into a job that is to be shown with its contents.

    Raises:
        BadArchiveError: an archive cannot be read, or is too large to stand in an answer.
    """
    outputs = dict(stored.payload.outputs)
    if UPLOADED not in outputs.values():
        return stored
    kept = await services.store.objects(stored.job.id)
    for key, text in stored.payload.outputs.items():
        if text == UPLOADED and Item(key) in kept:
            outputs[key] = await _contents(services, kept[Item(key)], read=read)
    return replace(stored, payload=replace(stored.payload, outputs=outputs))


async def _contents(services: Services, stored: StoredObject, *, read: ReadOutput) -> str:
    archive = await read_blob(services, stored.blob)
    return await read_archive(services, archive, read=partial(read, stored.item))
