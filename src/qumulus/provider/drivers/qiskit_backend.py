"""Any Qiskit ``BackendV2``: a vendor's device, or a simulator, offered through one's own cloud."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from time import monotonic
from typing import Any, ClassVar, Final

import msgspec

from qumulus.circuits import Circuit
from qumulus.domain.device import DeviceType
from qumulus.execution.calibration import Calibration
from qumulus.execution.counts import Counts
from qumulus.provider.drivers.base import (
    DeviceDescription,
    DeviceStatus,
    DriverSettingsError,
)
from qumulus.provider.drivers.lab import LabDriver

_SIMULATED: Final = ("seed_simulator", "noise_model")
"""Options that a simulator has and hardware has not."""


@dataclass(frozen=True, kw_only=True)
class QiskitDriver(LabDriver):
    """``backend`` is ``module:name`` of a class or function that gives the backend.

    It is called with ``backend_options``; every run with ``run_options``. A backend without ``run``
    needs ``sampler``: ``module:name`` of a SamplerV2, called with the backend as ``mode``.
    """

    backend: str = "qiskit_aer:AerSimulator"
    backend_options: Mapping[str, Any] = field(default_factory=dict)
    run_options: Mapping[str, Any] = field(default_factory=dict)
    sampler: str = ""
    network: bool = True
    """Its jobs need one; false for a simulator on this machine."""

    kind: ClassVar[str] = "qiskit"
    measures_midway: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for setting, name in (("backend", self.backend), ("sampler", self.sampler or self.backend)):
            module, _, attribute = name.partition(":")
            if not (attribute.isidentifier() and _is_known(module)):
                raise DriverSettingsError(
                    f"{setting} = '{name}' is not module:name of a module that is installed."
                )

    def document(self) -> Mapping[str, Any]:
        """From the backend's target, and its properties if it has some."""
        from qumulus.provider.drivers.qiskit_target import calibrated_at

        backend = self._opened()
        return _document(self.backend, self._encoded_options(), self.device_id, calibrated_at(backend))

    def describe(self) -> DeviceDescription:
        """With what the backend says of itself; read anew."""
        backend = self._opened(max_age_s=0.0)
        is_simulator = any(hasattr(backend.options, name) for name in _SIMULATED)
        kind = DeviceType.SIMULATOR if is_simulator else DeviceType.QPU
        return replace(super().describe(), device_type=kind)

    def gates(self) -> tuple[str, ...]:
        """Those of the target that programs can name; ``cx`` for a coupling that they cannot."""
        from qumulus.provider.drivers.qiskit_target import gates_of

        return gates_of(self._opened().target)

    def directives(self) -> tuple[str, ...]:
        """As the target says."""
        names = self._opened().target.operation_names
        return ("measure", "barrier", *(name for name in ("reset", "delay") if name in names))

    def calibration(self) -> Calibration | None:
        """None without a coupling map."""
        from qumulus.provider.drivers.qiskit_target import couplings_of

        return super().calibration() if couplings_of(self._opened().target) is not None else None

    def status(self) -> DeviceStatus:
        """As the backend says, if it says anything."""
        from qumulus.provider.drivers.qiskit_jobs import reaching

        ask = getattr(self._opened(), "status", None)
        if ask is None:
            return DeviceStatus.AVAILABLE
        with reaching("its status"):
            is_operational = ask().operational
        return DeviceStatus.AVAILABLE if is_operational else DeviceStatus.UNAVAILABLE

    def run(self, circuit: Circuit, *, shots: int, seed: int) -> Counts:
        """Translate what is not native, submit, announce the job's id, wait.

        Raises:
            DeviceUnavailableError: the vendor cannot be reached.
            DeviceError: the vendor's job failed.
        """
        from qumulus.provider.drivers.qiskit_jobs import counts_of, submit
        from qumulus.provider.drivers.qiskit_target import native_circuit

        backend = self._opened()
        native = native_circuit(circuit, backend.target)
        job = submit(
            backend,
            native,
            shots=shots,
            sampler=_named(self.sampler, "sampler") if self.sampler else None,
            options=self.run_options,
            seed=seed if hasattr(backend.options, "seed_simulator") else None,
        )
        return counts_of(job, circuit.n_clbits)

    def cancel(self, reference: str) -> None:
        """Cancel the vendor's job, where the backend or its service can find it again."""
        from qumulus.provider.drivers.qiskit_jobs import cancel_job

        cancel_job(self._opened(), reference)

    def device_name(self) -> str:
        """The backend's own name."""
        return str(self._opened().name)

    def needs_network(self) -> bool:
        """As set."""
        return self.network

    def versions(self) -> Mapping[str, str]:
        """Of Qiskit and of the backend's package."""
        return _versions(self.backend.partition(":")[0].partition(".")[0])

    def _opened(self, *, max_age_s: float | None = None) -> Any:
        """The backend, with a calibration read no longer ago than ``max_age_s`` or ``refresh_s``."""
        opened = _open(self.backend, self._encoded_options())
        return opened.current(max_age_s=self.refresh_s if max_age_s is None else max_age_s)

    def _encoded_options(self) -> bytes:
        return msgspec.json.encode(self.backend_options, order="sorted")


class _Opened:
    """A backend of this process."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self._read_at = monotonic()

    def current(self, *, max_age_s: float) -> Any:
        """The backend, after it has read its calibration anew if that is older."""
        from qumulus.provider.drivers.qiskit_jobs import reaching
        from qumulus.provider.drivers.qiskit_target import refresh

        if monotonic() - self._read_at > max_age_s:
            self._read_at = monotonic()
            with reaching("the backend's calibration"):
                refresh(self._backend)
        return self._backend


@lru_cache(maxsize=8)
def _open(backend: str, options: bytes) -> _Opened:
    """The backend, kept: opening one may log in at a vendor.

    Raises:
        DriverSettingsError: there is no such class or function, or it gives no BackendV2.
        DeviceUnavailableError: the vendor cannot be reached.
    """
    from qiskit.providers import BackendV2

    from qumulus.provider.drivers.qiskit_jobs import reaching

    factory = _named(backend, "backend")
    with reaching("the backend"):
        try:
            opened = factory(**msgspec.json.decode(options))
        except TypeError as error:
            raise DriverSettingsError(f"backend = '{backend}' does not take its options: {error}") from error
    if not isinstance(opened, BackendV2):
        raise DriverSettingsError(f"backend = '{backend}' is a {type(opened).__name__}, but no BackendV2.")
    return _Opened(opened)


@lru_cache(maxsize=8)
def _document(backend: str, options: bytes, device_id: str, calibrated_at: str) -> Mapping[str, Any]:  # noqa: ARG001
    """Kept as long as its calibration holds."""
    from qumulus.provider.drivers.qiskit_target import document_of

    return document_of(_open(backend, options).current(max_age_s=math.inf), device_id)


def _is_known(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def _named(name: str, setting: str) -> Callable[..., Any]:
    module, _, attribute = name.partition(":")
    try:
        found: Callable[..., Any] = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise DriverSettingsError(f"{setting} = '{name}' is not module:name of something: {error}") from error
    return found


@lru_cache(maxsize=8)
def _versions(package: str) -> Mapping[str, str]:
    from importlib.metadata import packages_distributions, version

    names = {"qiskit", *packages_distributions().get(package, ())}
    return {name: version(name) for name in sorted(names)}
