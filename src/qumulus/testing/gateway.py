"""An OQTOPUS device-gateway without a device, which misbehaves on demand.

It does what was observed of the real one with its Qulacs plugin, faults included; ``Faults`` switches on
what happens there now and then. It shares no code with what computes circuits elsewhere.

    with GatewayServer() as gateway:
        driver = GatewayDriver(device_id="QPU1", address=gateway.address)

``python -m qumulus.testing.gateway --port 51021`` runs one to try a Provider with.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import grpc
import numpy as np

from qumulus.provider.drivers.gateway_protocol import METHODS, SERVICE, JobStatus, ServiceStatus

_INTERNAL: Final = "internal server error"
_PYTHON_TEXT: Final = (
    "Exception calling application: cannot access local variable 'compiled' where it is not associated with "
    "a value (/opt/gateway/service.py)"
)
_SQRT_X: Final = np.array([[1 + 1j, 1 - 1j], [1 - 1j, 1 + 1j]]) / 2
_X: Final = np.array([[0, 1], [1, 0]])


@dataclass(kw_only=True)
class Faults:
    """What goes wrong; may be changed while the server runs."""

    status_word: str = "active"
    """Of the status file: ``active``, ``inactive``, ``maintenance``, or an unknown word."""
    info_is_empty: bool = False
    """GetDeviceInfo fails inside, and answers with an empty message."""
    status_fails: bool = False
    """GetServiceStatus fails inside, and says INACTIVE."""
    job_fails: bool = False
    """Every job ends as a FAILURE that does not say why."""
    says_inactive: bool = False
    """Every job ends as INACTIVE, which the real one never says."""
    answer_is_empty: bool = False
    """Jobs are answered with an empty message, which reads as a success."""
    job_breaks: bool = False
    """CallJob raises inside: gRPC's UNKNOWN with a text of Python."""
    goes_away: bool = False
    """The connection is refused from inside a call, as when the process dies."""
    holds_jobs: bool = False
    """A job waits until :meth:`GatewayServer.release`."""
    calibrates_on_first_job: bool = False
    """The first job measures the readout and writes it into the topology."""
    topology: Callable[[dict[str, Any]], object] = lambda _: None
    """Changes the topology before it is announced."""


class GatewayServer:
    """A gateway on a port of this machine, of ``columns`` × ``columns`` qubits on a grid."""

    def __init__(
        self,
        *,
        columns: int = 2,
        max_workers: int = 2,
        max_qubits: int | None = None,
        max_shots: int = 10_000,
        device_id: str = "gateway-device",
        port: int = 0,
    ) -> None:
        self.faults = Faults()
        self.jobs: list[str] = []
        """Ids of the jobs that began."""
        self.began = threading.Semaphore(0)
        """Released whenever a job begins."""
        self._n_qubits = columns * columns
        self._max_workers = max_workers
        self._announced = {
            "device_id": device_id,
            "provider_id": "qumulus-testing",
            "type": "simulator",
            "max_qubits": self._n_qubits if max_qubits is None else max_qubits,
            "max_shots": max_shots,
        }
        self._topology = make_topology(columns)
        self._released = threading.Event()
        self._random = np.random.default_rng(1)
        self._port = port
        self._server: Any = None

    @property
    def address(self) -> str:
        """Where it listens; the same after it was started again."""
        return f"127.0.0.1:{self._port}"

    def __enter__(self) -> GatewayServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen, where it has listened before if it has."""
        self._released.clear()
        self._server = grpc.server(
            ThreadPoolExecutor(self._max_workers),
            options=[("grpc.so_reuseport", 0)],
            handlers=[self._handler()],
        )
        self._port = self._server.add_insecure_port(self.address)
        self._server.start()

    def stop(self) -> None:
        """End at once, in the midst of jobs."""
        ended = self._server.stop(None)
        self._released.set()
        ended.wait()

    def release(self) -> None:
        """Let jobs that are held go on."""
        self.faults.holds_jobs = False
        self._released.set()

    def wait(self) -> None:
        """Serve until the process is ended."""
        self._server.wait_for_termination()

    def _handler(self) -> Any:
        calls = {
            "GetDeviceInfo": self._device_info,
            "GetServiceStatus": self._service_status,
            "CallJob": self._call_job,
        }
        return grpc.method_handlers_generic_handler(
            SERVICE,
            {
                name: grpc.unary_unary_rpc_method_handler(
                    call,
                    request_deserializer=METHODS[name].request.FromString,
                    response_serializer=METHODS[name].response.SerializeToString,
                )
                for name, call in calls.items()
            },
        )

    def _device_info(self, _: Any, context: Any) -> Any:
        self._go_away(context)
        response = METHODS["GetDeviceInfo"].response
        topology = json.loads(json.dumps(self._topology))
        self.faults.topology(topology)
        if self.faults.info_is_empty or "calibrated_at" not in topology:
            return response()
        body = {
            **self._announced,
            "device_info": json.dumps(topology),
            "calibrated_at": topology["calibrated_at"],
        }
        return response(body=body)

    def _service_status(self, _: Any, context: Any) -> Any:
        self._go_away(context)
        known = {
            "active": ServiceStatus.SERVICE_STATUS_ACTIVE,
            "maintenance": ServiceStatus.SERVICE_STATUS_MAINTENANCE,
        }
        status = known.get(self.faults.status_word, ServiceStatus.SERVICE_STATUS_INACTIVE)
        if self.faults.status_fails:
            status = ServiceStatus.SERVICE_STATUS_INACTIVE
        return METHODS["GetServiceStatus"].response(service_status=status)

    def _call_job(self, request: Any, context: Any) -> Any:
        self._go_away(context)
        self.jobs.append(request.job_id)
        self.began.release()
        if self.faults.holds_jobs:
            self._released.wait()
        if self.faults.job_breaks or self.faults.status_word == "inactive":
            context.abort(grpc.StatusCode.UNKNOWN, _PYTHON_TEXT)
        response = METHODS["CallJob"].response
        if self.faults.answer_is_empty:
            return response()
        if self.faults.says_inactive:
            return response(status=JobStatus.JOB_STATUS_INACTIVE)
        self._calibrate()
        counts = None if self.faults.job_fails else self._counts(request)
        if counts is None:
            return response(status=JobStatus.JOB_STATUS_FAILURE, result={"message": _INTERNAL})
        return response(result={"counts": counts, "message": "job is succeeded"})

    def _counts(self, request: Any) -> Mapping[str, int] | None:
        try:
            return run_program(request.program, request.shots, self._n_qubits, self._random)
        except (ValueError, KeyError, IndexError):
            return None

    def _calibrate(self) -> None:
        if self.faults.calibrates_on_first_job and len(self.jobs) == 1:
            for qubit in self._topology["qubits"]:
                qubit["meas_error"] = _readout(0.02)
            self._topology["calibrated_at"] = "2026-11-02T00:00:00Z"

    def _go_away(self, context: Any) -> None:
        if self.faults.goes_away:
            context.abort(grpc.StatusCode.UNAVAILABLE, "Socket closed")


def make_topology(columns: int) -> dict[str, Any]:
    """A grid; each coupling in one direction only."""
    n_qubits = columns * columns
    pairs = [(q, q + 1) for q in range(n_qubits) if (q + 1) % columns]
    pairs += [(q, q + columns) for q in range(n_qubits - columns)]
    return {
        "name": "grid",
        "device_id": "of-the-topology",
        "calibrated_at": "2026-11-01T00:00:00Z",
        "qubits": [
            {
                "id": q,
                "physical_id": q,
                "position": {"x": q % columns, "y": q // columns},
                "fidelity": 0.999,
                "meas_error": _readout(0.001),
                "qubit_lifetime": {"t1": 100.0, "t2": 100.0},
                "gate_duration": {"rz": 0, "sx": 20, "x": 20},
            }
            for q in range(n_qubits)
        ],
        "couplings": [
            {"control": a, "target": b, "fidelity": 0.99, "gate_duration": {"cx": 40, "rzx90": 40}}
            for a, b in pairs
        ],
    }


def _readout(error: float) -> dict[str, float]:
    return {"prob_meas1_prep0": error, "prob_meas0_prep1": error, "readout_assignment_error": error}


def run_program(text: str, shots: int, n_qubits: int, random: np.random.Generator) -> Mapping[str, int]:
    """Counts as the Qulacs plugin gives them: the final state is sampled, whenever a qubit was measured.

    Raises:
        ValueError, KeyError, IndexError: the program is not one that a gateway takes.
    """
    statements = _statements(text)
    if not next(statements).startswith("OPENQASM 3"):
        raise ValueError("only OpenQASM 3")
    state = np.zeros((2,) * n_qubits, dtype=complex)
    state[(0,) * n_qubits] = 1
    wiring: dict[int, int] = {}
    n_clbits = 0
    for statement in statements:
        if size := re.fullmatch(r"bit\[(\d+)\] c", statement):
            n_clbits = int(size[1])
        elif found := re.fullmatch(r"c\[(\d+)\] = measure q\[(\d+)\]", statement):
            wiring[int(found[1])] = int(found[2])
        elif not re.match(r"include|qubit|barrier|delay", statement):
            state = _apply(state, statement)
    return _sampled(state, wiring, (n_clbits, shots), random)


def _statements(text: str) -> Iterator[str]:
    return (part for line in text.split(";") if (part := " ".join(line.split())))


def _apply(state: Any, statement: str) -> Any:
    """One gate; axis q of the state is qubit q."""
    found = re.fullmatch(r"(\w+)(?:\((\S+)\))? (.+)", statement)
    if found is None:
        raise ValueError(statement)
    qubits = [int(index) for index in re.findall(r"q\[(\d+)\]", found[3])]
    if max(qubits) >= state.ndim:
        raise IndexError(statement)
    if found[1] == "cx":
        control, target = qubits
        flipped = np.flip(state, axis=target)
        ones = np.indices(state.shape, sparse=True)[control] == 1
        return np.where(ones, flipped, state)
    angle = float(found[2] or 0)
    phases = [np.exp(-0.5j * angle), np.exp(0.5j * angle)]
    matrix = {"x": _X, "sx": _SQRT_X, "rz": np.diag(phases)}[found[1]]
    return np.moveaxis(np.tensordot(matrix, state, axes=(1, qubits[0])), 0, qubits[0])


def _sampled(
    state: Any, wiring: Mapping[int, int], size: tuple[int, int], random: np.random.Generator
) -> Mapping[str, int]:
    n_clbits, shots = size
    if not shots:
        return {}
    weights = np.abs(state.reshape(-1)) ** 2
    numbers = random.multinomial(shots, weights / math.fsum(weights))
    counts: Counter[str] = Counter()
    for index in np.flatnonzero(numbers):
        bits = np.unravel_index(index, state.shape)
        key = "".join(str(bits[wiring[c]]) if c in wiring else "0" for c in reversed(range(n_clbits)))
        counts[key] += int(numbers[index])
    return counts


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(prog="python -m qumulus.testing.gateway", description=__doc__)
    parser.add_argument("--port", type=int, default=51021)
    parser.add_argument("--columns", type=int, default=3, help="of a square grid of qubits")
    arguments = parser.parse_args()
    server = GatewayServer(port=arguments.port, columns=arguments.columns)
    server.start()
    print(f"device-gateway at {server.address}", flush=True)  # noqa: T201 - what it is for
    server.wait()


if __name__ == "__main__":
    main()
