"""Jobs from their text to their result, in this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qumulus.circuits import Circuit, read_any
from qumulus.execution.settings import Method, Settings
from qumulus.provider.drivers.statevector import StatevectorDriver
from qumulus.provider.engines.choice import Choice, EngineName
from qumulus.provider.engines.compact import CompactCircuit, compact
from qumulus.provider.engines.qulacs_engine import prepare_state
from qumulus.provider.engines.simulation import Simulation
from qumulus.provider.job_run import JobRun
from qumulus.provider.messages import JobTask
from qumulus.provider.prepare_job import prepare_job

HEAD = 'OPENQASM 3.0; include "stdgates.inc"; '
MITIGATED = {"ro_error_mitigation": "pseudo_inverse"}
AS_IT_IS = {"transpiler_lib": None}

_DRIVERS = {"SVSim": "statevector", "SC": "superconducting"}


def prepared(*programs: str, device: str = "SVSim", **changes: Any) -> JobRun:
    """A job up to where it runs."""
    fields: dict[str, Any] = {
        "job_id": "job",
        "attempt": 1,
        "device_id": device,
        "job_type": "sampling" if len(programs) == 1 else "multi_manual",
        "shots": 4_000,
        "form": "text",
        "job_info": {"program": list(programs), **changes.pop("info", {})},
        "transpiler_info": None,
        "simulator_info": {"seed_simulation": changes.pop("seed", 1), **changes.pop("simulator_info", {})},
        "mitigation_info": {},
        "driver": _DRIVERS[device],
        "options": {},
        "wait_for_go": False,
    }
    run = prepare_job(JobTask(**{**fields, **changes}), is_resident=True)
    assert run is not None
    return run


def result_of(*programs: str, **changes: Any) -> dict[str, Any]:
    """What the job's owner gets."""
    return prepared(*programs, **changes).execute().result


def counts_of(*programs: str, **changes: Any) -> dict[str, int]:
    """The histogram of a sampling or multi_manual job."""
    counts: dict[str, int] = result_of(*programs, **changes)["sampling"]["counts"]
    return counts


def counts_on(engine: EngineName, circuit: Circuit, *, shots: int, seed: int, **how: Any) -> dict[str, int]:
    """The histogram of one engine, whether or not it would be chosen."""
    method = how.get("method", Method.STATEVECTOR)
    choice = Choice(engine=engine, method=method, circuit=compact(circuit, noisy=False), memory_bytes=0)
    return Simulation(choice=choice, memory_limit_bytes=1 << 32).sample(shots=shots, seed=seed)


def exact_distribution(circuit: Circuit) -> dict[str, float]:
    """From the amplitudes of the state-vector engine; the measurements must end the circuit."""
    small: CompactCircuit = compact(circuit, noisy=False)
    assert small.wiring is not None
    vector = prepare_state(small.n_qubits, small.operations).get_vector()
    found: dict[str, float] = {}
    for state, amplitude in enumerate(vector.tolist()):
        value = sum((state >> qubit & 1) << clbit for clbit, qubit in small.wiring.items())
        key = f"{value:0{circuit.n_clbits}b}"
        found[key] = found.get(key, 0.0) + abs(amplitude) ** 2
    return found


def read_circuit(source: str) -> Circuit:
    """A program that no measurement steers."""
    program = read_any(source)
    assert isinstance(program, Circuit)
    return program


def simulated(circuit: Circuit, *, shots: int, seed: int, method: str = "auto") -> dict[str, int]:
    """The histogram on ``SVSim``, by the engine that it chooses."""
    driver = StatevectorDriver(device_id="SVSim")
    return dict(
        driver.prepare(circuit, Settings(shots=shots, method=Method(method))).sample(shots=shots, seed=seed)
    )


def assert_distributions_agree(found: Mapping[str, float], expected: Mapping[str, float]) -> None:
    """Exactly, but for rounding."""
    for key in {*found, *expected}:
        assert abs(found.get(key, 0.0) - expected.get(key, 0.0)) < 1e-7, key
