"""Jobs of a Qiskit backend: submitting, waiting, cancelling, and whose fault a failure is. Imports Qiskit."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from qiskit import QuantumCircuit
from qiskit.exceptions import QiskitError
from qiskit.providers import BackendV2

from qumulus.execution.counts import Counts
from qumulus.execution.failures import DeviceError
from qumulus.provider.drivers.base import DeviceUnavailableError, announce

log = logging.getLogger("qumulus.provider.qiskit")

_FINDERS: Final = (
    ("", "retrieve_job"),
    ("service", "job"),
    ("_service", "job"),
    ("provider", "retrieve_job"),
    ("provider", "job"),
)
"""Where a backend finds a job by its id: (attribute, method); there is no common way."""


@contextmanager
def reaching(what: str) -> Iterator[None]:
    """A connection that fails is the device's trouble: the job goes back, and is tried again.

    Vendors' clients build on ``requests``, whose errors are OSErrors; so are those of sockets and TLS.

    Raises:
        DeviceUnavailableError: naming what could not be reached.
    """
    try:
        yield
    except OSError as error:
        raise DeviceUnavailableError(f"{what} cannot be reached: {error}") from error


def submit(
    backend: BackendV2,
    circuit: QuantumCircuit,
    *,
    shots: int,
    sampler: Callable[..., Any] | None,
    options: Mapping[str, Any],
    seed: int | None,
) -> Any:
    """Give a circuit to the backend, and announce what it calls the job; ``seed`` None: it takes none.

    Raises:
        DeviceUnavailableError: it cannot be reached.
        DeviceError: it refuses.
    """
    seeded = {} if seed is None else {"seed_simulator": seed}
    with reaching("the backend"):
        try:
            if sampler is not None:
                simulator = {"simulator": seeded} if seeded else {}
                job = sampler(mode=backend, options={**simulator, **options}).run([circuit], shots=shots)
            else:
                job = backend.run(circuit, shots=shots, **{**seeded, **options})
        except QiskitError as error:
            raise _refused(error) from error
        announce(str(job.job_id()))
    return job


def counts_of(job: Any, n_clbits: int) -> Counts:
    """Wait for the end of a job; keys are as wide as the program's bits.

    Raises:
        DeviceUnavailableError: the vendor cannot be reached.
        DeviceError: the job failed or was cancelled there; trying again may help only in the second case.
    """
    with reaching("the backend's result"):
        try:
            result = job.result()
            counts = _read(result)
        except QiskitError as error:
            raise _failed(job, error) from error
    merged: Counts = {}
    for key, number in counts.items():
        bits = key.replace(" ", "")[-n_clbits:]
        merged[bits] = merged.get(bits, 0) + int(number)
    return merged


def cancel_job(backend: BackendV2, reference: str) -> None:
    """Cancel a job by its id, where the backend can find it.

    Raises:
        DeviceUnavailableError: the vendor cannot be reached, or knows no such job.
    """
    for attribute, method in _FINDERS:
        owner = getattr(backend, attribute, None) if attribute else backend
        find = getattr(owner, method, None)
        if not callable(find):
            continue
        with reaching("the backend"):
            try:
                find(reference).cancel()
            except QiskitError as error:
                raise DeviceUnavailableError(f"job {reference} cannot be cancelled: {error}") from error
        return


def _read(result: Any) -> Mapping[str, int]:
    """Of a backend's run, or of a sampler's."""
    if hasattr(result, "get_counts"):
        if not result.success:
            raise QiskitError(str(result.status))
        counts: Mapping[str, int] = result.get_counts()
        return counts
    data = result[0].data
    sampled: Mapping[str, int] = data["c"].get_counts()
    return sampled


def _failed(job: Any, error: QiskitError) -> DeviceError:
    status = str(getattr(job.status(), "name", job.status()))
    log.error("backend_job_failed", extra={"job": str(job.job_id()), "status": status, "error": str(error)})
    if status == "CANCELLED":
        return DeviceError("The device's operator cancelled the job there: submit it again.")
    return DeviceError(
        "The device could not run the program, and will hardly do so another time: look at what was "
        "transpiled, and ask the operator, whose log has the device's own words."
    )


def _refused(error: QiskitError) -> DeviceError:
    log.error("backend_refused_job", extra={"error": str(error)})
    return DeviceError(
        "The device refused the program, and will do so another time: look at what was transpiled, and ask "
        "the operator, whose log has the device's own words."
    )
