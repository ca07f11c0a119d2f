"""Calls to a device-gateway, each with a deadline; what goes wrong is sorted into device and job.

gRPC has threads of its own and must not be forked: this is used in the Provider's process and in
resident workers only, which start others by exec.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import Any, Final

import grpc

from qumulus.execution.failures import DeviceError, LimitExceededError
from qumulus.provider.drivers.base import DeviceStatus, DeviceUnavailableError
from qumulus.provider.drivers.document import make_document
from qumulus.provider.drivers.gateway_protocol import METHODS, JobStatus, ServiceStatus

log = logging.getLogger("qumulus.provider.gateway")

MOST_REQUEST_BYTES: Final = 4 * 2**20
"""What the gateway receives at most: gRPC's default, which it has no setting for."""
MOST_ANSWER_BYTES: Final = 256 * 2**20

_CHANNEL_OPTIONS: Final = (
    ("grpc.enable_http_proxy", 0),
    ("grpc.max_receive_message_length", MOST_ANSWER_BYTES),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2000),
)
_AWAY: Final = frozenset(
    {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED}
)
_STATUSES: Final[Mapping[int, DeviceStatus]] = {
    ServiceStatus.SERVICE_STATUS_ACTIVE: DeviceStatus.AVAILABLE,
    ServiceStatus.SERVICE_STATUS_INACTIVE: DeviceStatus.UNAVAILABLE,
    ServiceStatus.SERVICE_STATUS_MAINTENANCE: DeviceStatus.MAINTENANCE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayDevice:
    """What a gateway announces; a limit of 0 is not announced. ``document`` has all keys, checked."""

    type: str
    max_qubits: int
    max_shots: int
    document: Mapping[str, Any]


class GatewayClient:
    """One gateway, from one process. Safe to use from several threads.

    All calls raise DeviceUnavailableError when there is no answer in time.
    """

    def __init__(self, address: str, *, call_timeout_s: float) -> None:
        self._address = address
        self._call_timeout_s = call_timeout_s
        self._channel = grpc.insecure_channel(address, options=_CHANNEL_OPTIONS)
        self._device: GatewayDevice | None = None
        self._asked_at = 0.0

    def device(self, device_id: str, *, max_age_s: float) -> GatewayDevice:
        """The device as announced no longer than ``max_age_s`` ago.

        Raises:
            DeviceUnavailableError: or the announcement is empty or cannot be understood.
        """
        if self._device is None or monotonic() - self._asked_at > max_age_s:
            asked_at = monotonic()
            body = self._call("GetDeviceInfo", timeout_s=self._call_timeout_s).body
            self._device, self._asked_at = _read_device(body, device_id), asked_at
        return self._device

    def status(self) -> DeviceStatus:
        """What the gateway says of the device; a word that is not known counts as unavailable."""
        answer = self._call("GetServiceStatus", timeout_s=self._call_timeout_s)
        return _STATUSES.get(answer.service_status, DeviceStatus.UNAVAILABLE)

    def call_job(self, *, job_id: str, shots: int, program: str, timeout_s: float) -> dict[str, int]:
        """Run an OpenQASM 3 program; the job's id is for the gateway's log.

        Raises:
            DeviceError: the gateway failed it; it does not say why.
            LimitExceededError: the program is larger than a gateway takes.
        """
        size = len(program) + 1024
        if size > MOST_REQUEST_BYTES:
            raise LimitExceededError(
                f"The program has {len(program):,} characters after transpiling, the device takes "
                f"{MOST_REQUEST_BYTES - 1024:,}: make it shorter."
            )
        answer = self._call("CallJob", timeout_s=timeout_s, job_id=job_id, shots=shots, program=program)
        if answer.status == JobStatus.JOB_STATUS_INACTIVE:
            raise DeviceUnavailableError("it says that it is inactive")
        if answer.status != JobStatus.JOB_STATUS_SUCCESS:
            log.error("gateway_failed_job", extra={"address": self._address, "job_id": job_id})
            raise DeviceError(
                "The device could not run the program and does not say why: try again, and ask the operator "
                "to look into the log of the device-gateway."
            )
        return dict(answer.result.counts)

    def _call(self, name: str, *, timeout_s: float, **fields: Any) -> Any:
        method = METHODS[name]
        call = self._channel.unary_unary(
            method.path,
            request_serializer=method.request.SerializeToString,
            response_deserializer=method.response.FromString,
        )
        try:
            return call(method.request(**fields), timeout=timeout_s)
        except grpc.RpcError as error:
            raise self._trouble(name, error) from error

    def _trouble(self, name: str, error: Any) -> DeviceUnavailableError | DeviceError:
        """What its status code means; its text may be of the gateway's inside and goes to the log only."""
        code = error.code()
        log.error(
            "gateway_call_failed",
            extra={"address": self._address, "call": name, "code": code.name, "details": error.details()},
        )
        is_job = name == "CallJob"
        if code in _AWAY or not is_job:
            is_late = code is grpc.StatusCode.DEADLINE_EXCEEDED
            return DeviceUnavailableError(
                f"the gateway at {self._address} answered {name} with {code.name}",
                may_be_the_job=is_job and is_late,
            )
        if self.status() is not DeviceStatus.AVAILABLE:  # an inactive gateway breaks over a job
            return DeviceUnavailableError("it became unavailable before the job")
        return DeviceError(
            f"The device's gateway broke over the program ({code.name}): try again, and tell the operator "
            "if it stays so."
        )


@lru_cache(maxsize=16)
def gateway_at(address: str, call_timeout_s: float) -> GatewayClient:
    """This process's client of a gateway, with its open connection."""
    return GatewayClient(address, call_timeout_s=call_timeout_s)


def _read_device(body: Any, device_id: str) -> GatewayDevice:
    """An empty answer is what a gateway says when it cannot read its own files."""
    if not body.device_id:
        raise DeviceUnavailableError("the gateway does not know its device: its answer is empty")
    try:
        topology = json.loads(body.device_info)
        document = make_document(
            name=topology["name"],
            device_id=device_id,
            calibrated_at=topology.get("calibrated_at") or body.calibrated_at,
            qubits=_in_order(topology["qubits"]),
            couplings=topology["couplings"],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DeviceUnavailableError(f"the gateway's topology is unreadable: {error!r}") from error
    return GatewayDevice(
        type=body.type,
        max_qubits=body.max_qubits,
        max_shots=body.max_shots,
        document={**topology, **document},
    )


def _in_order(qubits: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """By their ids, which programs use as indices.

    Raises:
        ValueError: they are not numbered from 0.
    """
    ordered = sorted(qubits, key=lambda qubit: int(qubit["id"]))
    if [qubit["id"] for qubit in ordered] != list(range(len(ordered))):
        raise ValueError("its qubits are not numbered 0, 1, 2, …")
    return ordered
