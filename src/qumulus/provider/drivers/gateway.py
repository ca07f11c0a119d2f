"""A device behind an OQTOPUS device-gateway, over gRPC."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar, Final

from qumulus.circuits import Circuit, write_openqasm3
from qumulus.domain.device import DeviceType
from qumulus.execution.counts import Counts
from qumulus.execution.failures import InvalidProgramError
from qumulus.provider.drivers.base import DeviceDescription, DeviceStatus, DeviceUnavailableError
from qumulus.provider.drivers.gateway_client import GatewayClient, GatewayDevice, gateway_at
from qumulus.provider.drivers.lab import LabDriver

_DEVICE_TYPES: Final[Mapping[str, DeviceType]] = {"simulator": DeviceType.SIMULATOR}


@dataclass(frozen=True, kw_only=True)
class GatewayDriver(LabDriver):
    """``address`` is ``host:port`` of the gateway, ``max_workers`` the ``proto.max_workers`` it is set to.

    The gateway's own checks are few: gates, couplings, limits and its status are checked here.
    """

    address: str = "localhost:51021"
    max_workers: int = 2
    call_timeout_s: float = 10.0
    """Of the calls that answer at once."""
    job_timeout_s: float = 600.0
    """Of one run; the device goes on with it, for the gateway has no way to stop it."""

    kind: ClassVar[str] = "gateway"

    @property
    def jobs_at_once(self) -> int:
        """One of the gateway's threads stays free to say how it is."""
        return max(1, self.max_workers - 1)

    def document(self) -> Mapping[str, Any]:
        """The topology that the gateway announces, under our id for the device."""
        return self._device(max_age_s=self.refresh_s / 2).document

    def describe(self) -> DeviceDescription:
        """As announced at this moment."""
        device = self._device(max_age_s=0.0)
        description = super().describe()
        return replace(
            description, device_type=_DEVICE_TYPES.get(device.type.lower(), description.device_type)
        )

    def status(self) -> DeviceStatus:
        """As the gateway says."""
        return self._client.status()

    def most_shots(self) -> int:
        """As announced, and as set."""
        return min(self._device(max_age_s=self.refresh_s / 2).max_shots or self.max_shots, self.max_shots)

    def most_qubits(self) -> int:
        """As announced; it may be fewer than the topology has."""
        device = self._device(max_age_s=self.refresh_s / 2)
        n_qubits = len(device.document["qubits"])
        return min(device.max_qubits or n_qubits, n_qubits)

    def run(self, circuit: Circuit, *, shots: int, seed: int) -> Counts:  # noqa: ARG002
        """Ask how the device is, for the gateway would run the job in maintenance too; then run it.

        Raises:
            InvalidProgramError: nothing is read.
        """
        program = program_of(circuit)
        status = self.status()
        if status is not DeviceStatus.AVAILABLE:
            raise DeviceUnavailableError(f"its status is {status}")
        return self._client.call_job(
            job_id=uuid.uuid4().hex, shots=shots, program=program, timeout_s=self.job_timeout_s
        )

    def versions(self) -> Mapping[str, str]:
        """Of the protocol's library."""
        return _versions()

    @property
    def _client(self) -> GatewayClient:
        return gateway_at(self.address, self.call_timeout_s)

    def _device(self, *, max_age_s: float) -> GatewayDevice:
        return self._client.device(self.device_id, max_age_s=max_age_s)


def program_of(circuit: Circuit) -> str:
    """OpenQASM 3 as a gateway reads it: one register of qubits, no global phase, no unread measurement.

    Raises:
        InvalidProgramError: there are no classical bits, for which a gateway has one empty key.
    """
    if circuit.n_clbits == 0:
        raise InvalidProgramError("The program has no classical bits: declare some and measure into them.")
    kept = [operation for operation in circuit.operations if not _is_idle(operation.name, operation.clbits)]
    return write_openqasm3(
        replace(
            circuit,
            operations=tuple(kept),
            qubit_registers=(),
            clbit_registers=(),
            uses_physical_qubits=False,
        )
    )


def _is_idle(name: str, clbits: tuple[int, ...]) -> bool:
    return name == "gphase" or (name == "measure" and not clbits)


@lru_cache(maxsize=1)
def _versions() -> Mapping[str, str]:
    import grpc

    return {"grpcio": grpc.__version__}
