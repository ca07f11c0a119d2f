"""The Provider API as one device's worker uses it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from qumulus.provider.outbox import JobKey
from qumulus.transport import CloudUnreachableError, HttpClient, segment
from qumulus.wire.calibrations import CalibrationDocument
from qumulus.wire.provider import (
    ChangeStatus,
    DescribeDevice,
    HeartbeatBody,
    HeldJob,
    ProviderJob,
    PulseBody,
    ReleaseJob,
    ReportOutcome,
)
from qumulus.wire.user import LARGEST

T = TypeVar("T")

MARGIN_S: Final = 5.0
"""The Cloud's silence beyond a call's own wait, after which the connection counts as dead."""

WRITE_BACK_S: Final = 3.0
"""So long may the result of a job wait for its transpiler settings to be written."""

_encode: Final = msgspec.json.Encoder().encode
_jobs: Final = msgspec.json.Decoder(list[ProviderJob])
_outcomes: Final = msgspec.json.Decoder(list[ReportOutcome])
_calibration: Final = msgspec.json.Decoder(CalibrationDocument)
_pulse: Final = msgspec.json.Decoder(PulseBody)


class ProviderApi:
    """Calls about one device, each tried once: the loops that call know better when to try again.

    All of them raise ``transport.ClientError``; an answer that is not of the contract counts as none.
    """

    def __init__(self, client: HttpClient, *, device_id: str, worker: str, lease_s: float) -> None:
        self._client = client
        self._device_id = device_id
        self._worker = worker
        self._lease_s = lease_s

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def claim(self, limit: int, *, wait_s: float) -> list[ProviderJob]:
        """Take up to ``limit`` jobs; waits up to ``wait_s`` for the first."""
        params = {
            "device_id": self._device_id,
            "limit": limit,
            "wait": f"{wait_s:g}",
            "lease": f"{self._lease_s:g}",
            "worker": self._worker,
        }
        answer = await self._client.request(
            "GET", "/provider/jobs", params=params, timeout_s=wait_s + MARGIN_S, idempotent=False
        )
        return self._read(answer.body, _jobs)

    async def report(self, reports: Sequence[bytes]) -> list[ReportOutcome]:
        """Send encoded ``JobReport`` lines, taken in order; one outcome for each."""
        body = b"[" + b",".join(reports) + b"]"
        answer = await self._client.request("POST", "/provider/jobs/reports", body=body)
        outcomes = self._read(answer.body, _outcomes)
        if len(outcomes) != len(reports):
            raise self._strange(f"{len(outcomes)} outcomes for {len(reports)} reports")
        return outcomes

    async def heartbeat(self, keys: Iterable[JobKey], *, wait_s: float) -> PulseBody:
        """Renew leases; answers after ``wait_s``, or as soon as one of the jobs is cancelled."""
        body = HeartbeatBody(
            device_id=self._device_id,
            jobs=[HeldJob(job_id=key.job_id, attempt=key.attempt) for key in keys],
            lease=self._lease_s,
            worker=self._worker,
        )
        answer = await self._client.request(
            "POST",
            "/provider/jobs/heartbeat",
            params={"wait": f"{wait_s:g}"},
            body=_encode(body),
            timeout_s=wait_s + min(MARGIN_S, self._lease_s / 2),
        )
        return self._read(answer.body, _pulse)

    async def release(self, key: JobKey, *, reason: str) -> None:
        """Hand a job back, to be claimed again."""
        body = _encode(ReleaseJob(attempt=key.attempt, worker=self._worker, reason=reason))
        path = f"/provider/jobs/{segment(key.job_id)}/release"
        await self._client.request("POST", path, body=body, timeout_s=MARGIN_S)

    async def write_transpiler_info(self, key: JobKey, info: Mapping[str, Any]) -> None:
        """Show which transpiler settings were used by default."""
        path = f"/provider/jobs/{segment(key.job_id)}/transpiler_info"
        await self._client.request(
            "PUT", path, params={"attempt": key.attempt}, body=_encode(info), timeout_s=WRITE_BACK_S
        )

    async def publish(
        self,
        *,
        n_qubits: int | None,
        max_shots: int = 0,
        device_info: Mapping[str, Any],
        calibrated_at: str,
        basis_gates: tuple[str, ...] | UnsetType = UNSET,
        supported_instructions: tuple[str, ...] | UnsetType = UNSET,
    ) -> None:
        """Show the device as it is; a repeated calibration leaves no second row of history.

        ``max_shots`` that the Cloud could not store, such as 0, are not told.
        """
        path = f"/provider/devices/{segment(self._device_id)}"
        device = DescribeDevice(
            n_qubits=n_qubits,
            max_shots=max_shots if 0 < max_shots <= LARGEST else UNSET,
            basis_gates=basis_gates,
            supported_instructions=supported_instructions,
        )
        await self._client.request("PATCH", path, body=_encode(device))
        # As in ``ChangeDeviceInfo``, but the driver's time stamp passes as it is.
        info = {"device_info": _encode(device_info).decode(), "calibrated_at": calibrated_at}
        await self._client.request("PATCH", f"{path}/device_info", body=_encode(info))

    async def calibration(self, name: str) -> bytes:
        """The document of one of the device's calibrations, as it was published.

        Raises:
            RefusedError: the Cloud has none of this name.
        """
        path = f"/provider/devices/{segment(self._device_id)}/calibrations/{segment(name)}"
        answer = await self._client.request("GET", path)
        return self._read(answer.body, _calibration).device_info.encode()

    async def set_available(self, is_available: bool) -> None:
        """Declare whether the device takes jobs."""
        path = f"/provider/devices/{segment(self._device_id)}/status"
        status = "available" if is_available else "unavailable"
        await self._client.request("PATCH", path, body=_encode(ChangeStatus(status=status)))

    def _read(self, body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
        try:
            return decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._strange(str(error)) from error

    def _strange(self, what: str) -> CloudUnreachableError:
        reason = f"its answer is not of this contract ({what})"
        return CloudUnreachableError(self._client.base_url, reason, may_have_been_done=True)
