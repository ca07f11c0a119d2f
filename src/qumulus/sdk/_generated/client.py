# Generated from src/qumulus/sdk/client.py by scripts/generate_sync.py: do not edit.
"""The client of a Qumulus cloud."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self, Unpack

import msgspec

from qumulus.domain.job import DEFAULT_PRIORITY, DEFAULT_SHOTS
from qumulus.domain.lifecycle import JobStatus
from qumulus.sdk._generated.job import Job
from qumulus.sdk.calibrations import Calibration, calibration_page, calibration_record, listed_calibration
from qumulus.sdk.credentials import find_credentials
from qumulus.sdk.evidence import JobDiff, Replay, diff_of, judge, replay_request
from qumulus.sdk.pages import next_page
from qumulus.sdk.records import (
    LISTED_FIELDS,
    Device,
    JobEvent,
    device_record,
    device_records,
    job_event,
    listed_records,
    read_answer,
)
from qumulus.sdk.requests import (
    JobRequest,
    Operator,
    Source,
    SubmitOptions,
    batch_body,
    check_body,
    submit_body,
)
from qumulus.sdk.results import JobResult
from qumulus.transport._generated.events import follow_events
from qumulus.transport._generated.http import SyncHttpClient, segment
from qumulus.transport.retry import PATIENT, RetryPolicy
from qumulus.wire.many import JobCounts, JobOutcome, ManyJobs
from qumulus.wire.programs import CheckBody
from qumulus.wire.session import MakeToken, MintedToken, OwnToken, SessionCode
from qumulus.wire.user import AnnouncementBody, AnnouncementsPage, JobCreated

if TYPE_CHECKING:
    import httpx


class Client:
    """Submit programs to a Qumulus cloud, wait for their results, look at devices.

    ``url`` and ``token`` come from the arguments, else from ``QUMULUS_URL`` and ``QUMULUS_TOKEN``, else
    from the credentials that ``qumulus up`` wrote on this machine; ``user`` names one of its users.

    Raises:
        CredentialsError: something is missing; says where it can come from.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        user: str | None = None,
        timeout_s: float = 30.0,
        retries: RetryPolicy = PATIENT,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        found = find_credentials(url, token, user=user)
        self._http = SyncHttpClient(
            found.url, found.token, timeout_s=timeout_s, retries=retries, transport=transport
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"

    @property
    def url(self) -> str:
        """The cloud's root."""
        return self._http.base_url

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def submit(
        self,
        program: Source | Iterable[Source],
        *,
        device: str,
        shots: int = DEFAULT_SHOTS,
        job_type: str | None = None,
        operator: Operator | None = None,
        parameters: Iterable[Mapping[str, float | str]] | None = None,
        name: str = "",
        description: str = "",
        transpiler: Mapping[str, Any] | None = None,
        simulator: Mapping[str, Any] | None = None,
        mitigation: Mapping[str, Any] | None = None,
        priority: int = DEFAULT_PRIORITY,
        idempotency_key: str | None = None,
    ) -> Job:
        """Submit a job; once this returns it is stored and will not be lost.

        ``program`` is OpenQASM text, or the path of a file of it. The rest is as in ``JobRequest``.
        ``idempotency_key``: a second submit with the same key, also from another process, gives the
        same job; without it only the repeats inside this call are recognised.
        """
        request = JobRequest(
            program=program,
            device=device,
            shots=shots,
            job_type=job_type,
            operator=operator,
            parameters=parameters,
            name=name,
            description=description,
            transpiler=transpiler,
            simulator=simulator,
            mitigation=mitigation,
            priority=priority,
        )
        body = self._post("/user/jobs", submit_body(request), key=idempotency_key)
        return self.attach(read_answer(body, JobCreated).job_id)

    def submit_batch(
        self, requests: Iterable[JobRequest], *, idempotency_key: str | None = None
    ) -> list[Job]:
        """Submit up to 1000 jobs at once: all are stored, or none."""
        body = self._post("/user/jobs/batch", batch_body(requests), key=idempotency_key)
        return [self.attach(created.job_id) for created in read_answer(body, list[JobCreated])]

    def run(
        self,
        program: Source | Iterable[Source],
        *,
        device: str,
        timeout_s: float | None = None,
        **options: Unpack[SubmitOptions],
    ) -> JobResult:
        """Submit a job and wait for its result; takes the same as ``submit``.

        Raises:
            JobFailedError: it failed; says why.
            WaitTimeoutError: it had not ended after ``timeout_s``; the job goes on.
        """
        job = self.submit(program, device=device, **options)
        return job.result(timeout_s)

    def job(self, job_id: str) -> Job:
        """One of your jobs, read whole."""
        job = self.attach(job_id)
        job.refresh()
        return job

    def attach(self, job_id: str) -> Job:
        """One of your jobs, without asking the cloud: to wait for it, cancel it, and so on."""
        return Job(self._http, job_id, status=JobStatus.SUBMITTED)

    def jobs(
        self,
        *,
        status: JobStatus | str | None = None,
        device: str | None = None,
        job_type: str | None = None,
        since: datetime | None = None,
        text: str | None = None,
        newest_first: bool = False,
        page_size: int = 100,
    ) -> Iterator[Job]:
        """Your jobs by creation, without programs and results (``refresh()`` a job to read them).

        ``since`` keeps those submitted then or later; ``text`` those with it in id, name or description.
        """
        params: dict[str, Any] | None = {
            "fields": ",".join(LISTED_FIELDS),
            "size": page_size,
            "status": None if status is None else JobStatus(status).value,
            "device_id": device,
            "job_type": job_type,
            "start_time": None if since is None else since.astimezone(UTC).isoformat(),
            "q": text,
            "order": "DESC" if newest_first else None,
        }
        while params is not None:
            answer = self._http.request("GET", "/user/jobs", params=params)
            for record in listed_records(answer.body):
                yield Job(self._http, record.id, status=record.status, record=record)
            params = next_page(answer, params)

    def count_jobs(
        self,
        *,
        device: str | None = None,
        job_type: str | None = None,
        since: datetime | None = None,
        text: str | None = None,
    ) -> dict[JobStatus, int]:
        """How many of your jobs stand in each status; the arguments narrow as those of ``jobs`` do."""
        params = {
            "device_id": device,
            "job_type": job_type,
            "start_time": None if since is None else since.astimezone(UTC).isoformat(),
            "q": text,
        }
        answer = self._http.request("GET", "/user/jobs/counts", params=params)
        counts = read_answer(answer.body, JobCounts)
        return {status: getattr(counts, status.value) for status in JobStatus}

    def cancel_jobs(self, job_ids: Iterable[str]) -> list[JobOutcome]:
        """Cancel many jobs in one call, each with its own outcome; up to 1000."""
        return self._tell_many("/user/jobs/cancel", job_ids)

    def delete_jobs(self, job_ids: Iterable[str]) -> list[JobOutcome]:
        """Delete many jobs that have ended in one call, each with its own outcome; up to 1000."""
        return self._tell_many("/user/jobs/delete", job_ids)

    def devices(self) -> list[Device]:
        """The devices that you may use."""
        return device_records((self._http.request("GET", "/user/devices")).body)

    def device(self, device_id: str) -> Device:
        """One device."""
        return device_record((self._http.request("GET", f"/user/devices/{segment(device_id)}")).body)

    def calibrations(self, device_id: str, *, page_size: int = 20) -> Iterator[Calibration]:
        """The calibrations of a device, newest first, without their documents."""
        path = f"/user/devices/{segment(device_id)}/calibrations"
        cursor: str | None = None
        while True:
            answer = self._http.request("GET", path, params={"limit": page_size, "cursor": cursor})
            page = calibration_page(answer.body)
            for found in page:
                yield listed_calibration(found)
            if len(page) < page_size:
                return
            cursor = page[-1].calibration_id

    def calibration(self, device_id: str, calibration_id: str) -> Calibration:
        """One calibration of a device, with its document."""
        path = f"/user/devices/{segment(device_id)}/calibrations/{segment(calibration_id)}"
        return calibration_record((self._http.request("GET", path)).body)

    def replay(self, job_id: str, *, timeout_s: float | None = None) -> Replay:
        """Run a job again, with the same seeds, engine and calibration, and compare the results.

        Raises:
            JobFailedError: the job failed, then or now.
            JobCancelledError: it was cancelled.
            NotReplayableError: its evidence does not suffice.
            WaitTimeoutError: the replay had not ended after ``timeout_s``; it goes on.
        """
        original = self.attach(job_id).refresh()
        body = self._post("/user/jobs", submit_body(replay_request(original)), key=None)
        again = self.attach(read_answer(body, JobCreated).job_id)
        again.result(timeout_s)
        return judge(original, again.refresh())

    def diff(self, job_id: str, other_id: str) -> JobDiff:
        """In what two of your jobs differ: inputs, settings, provenance, results."""
        one = self.attach(job_id).refresh()
        return diff_of(one, self.attach(other_id).refresh())

    def announcements(self) -> list[AnnouncementBody]:
        """What the operators tell now, by start."""
        params = {"current_time": datetime.now(UTC).isoformat(), "limit": 1000}
        answer = self._http.request("GET", "/user/announcements", params=params)
        return read_answer(answer.body, AnnouncementsPage).announcements

    def check(self, program: Source, *, device: str | None = None) -> CheckBody:
        """What is wrong with a program, and where; with ``device`` also what that device cannot do."""
        body = check_body(program, device)
        answer = self._http.request("POST", "/user/qasm/check", body=body, idempotent=True)
        return read_answer(answer.body, CheckBody)

    def tokens(self) -> list[OwnToken]:
        """Your tokens, the oldest first, without their secrets."""
        return read_answer((self._http.request("GET", "/user/tokens")).body, list[OwnToken])

    def create_token(
        self, name: str, *, read_only: bool = False, lives: timedelta | None = None
    ) -> MintedToken:
        """Make a token of your own; its text is shown this once. ``lives`` None: without an end."""
        wanted = MakeToken(
            name=name,
            scope="read" if read_only else "full",
            expires_at=None if lives is None else datetime.now(UTC) + lives,
        )
        body = msgspec.json.encode(wanted)
        return read_answer((self._http.request("POST", "/user/tokens", body=body)).body, MintedToken)

    def revoke_token(self, token_id: str) -> None:
        """Make one of your tokens worth nothing, with the browsers it signed in, at once."""
        self._http.remove(f"/user/tokens/{segment(token_id)}")

    def console_link(self) -> SessionCode:
        """A link that signs a browser in as you, once, within minutes."""
        return read_answer((self._http.request("POST", "/user/session/code")).body, SessionCode)

    def events(self, since: str | None = None) -> Iterator[JobEvent]:
        """What happens to all your jobs, as it happens, without end; after the cursor ``since`` if given."""
        for event in follow_events(self._http, "/user/events", last_event_id=since):
            if event is not None:
                yield job_event(event.data, event.id)

    def _tell_many(self, path: str, job_ids: Iterable[str]) -> list[JobOutcome]:
        body = msgspec.json.encode(ManyJobs(job_ids=list(job_ids)))
        answer = self._http.request("POST", path, body=body, idempotent=True)
        return read_answer(answer.body, list[JobOutcome])

    def _post(self, path: str, body: bytes, *, key: str | None) -> bytes:
        headers = {"idempotency-key": key or uuid.uuid4().hex}
        return (self._http.request("POST", path, body=body, headers=headers, idempotent=True)).body
