"""Looking at programs, which only a process that may be killed does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceGates:
    """What a device does by itself; no ``basis_gates``: every gate, no ``couplings``: on all pairs."""

    device_id: str
    n_qubits: int | None
    basis_gates: Collection[str]
    couplings: Collection[tuple[int, int]]


class Programs(Protocol):
    """Reads programs for others."""

    async def check(self, source: str, device: DeviceGates | None) -> bytes:
        """Diagnostics and statistics, as JSON.

        Raises:
            TooLargeError: reading takes too much time or memory.
            UnavailableError: there is nobody to read it now.
        """
        ...

    async def layout(self, source: str) -> bytes:
        """The drawing's wires and columns, as JSON.

        Raises:
            UnreadableProgramError: the program cannot be read.
            TooLargeError, UnavailableError: as above.
        """
        ...
