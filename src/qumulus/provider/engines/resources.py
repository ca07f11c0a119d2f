"""What a job's process may use of the machine, and what the engines cost on it."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Annotated, Final

import msgspec

PARALLEL_QUBITS: Final = 14
"""From here the simulators use threads."""

_Seconds = Annotated[float, msgspec.Meta(gt=0, lt=1)]


class Costs(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds of one thread; the defaults were measured on a server core of 2023.

    A gate costs its ``gate_s`` and, for each amplitude of the state, its ``amplitude_s``.
    """

    qulacs_gate_s: _Seconds = 2.5e-6
    qulacs_amplitude_s: _Seconds = 0.7e-9
    aer_start_s: _Seconds = 4e-3
    aer_gate_s: _Seconds = 15e-6
    aer_amplitude_s: _Seconds = 2.2e-9
    stim_start_s: _Seconds = 0.3e-3
    stim_gate_s: _Seconds = 1.2e-6
    mps_gate_s: _Seconds = 30e-6
    mps_cube_s: _Seconds = 4e-9
    """For each gate between two qubits, times eight cubes of the bond between them."""


class Resources(msgspec.Struct, frozen=True, kw_only=True):
    """``threads`` 0: as many as the machine has processors."""

    threads: int = 0
    costs: Costs = Costs()
    engines: tuple[str, ...] = ()
    """Engines of other packages, each as ``module:attribute``."""


RESOURCES: Final[ContextVar[Resources]] = ContextVar("resources", default=Resources())  # noqa: B039 - frozen
"""Set for each job by the process that runs it."""
