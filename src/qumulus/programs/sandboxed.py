"""Reading programs in forked children of a zygote, which starts when it is first asked for."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

from qumulus.domain.errors import TooLargeError, UnavailableError, UnreadableProgramError
from qumulus.ports.programs import DeviceGates
from qumulus.sandbox import ExitKind, ForkedSandbox, Limits, SandboxError

TARGET: Final = "qumulus.programs.child:answer"
LIMITS: Final = Limits(memory_bytes=512 << 20, wall_s=10.0)
_BELL: Final = (
    'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;'
)
_REHEARSALS: Final = [
    json.dumps({"call": call, "source": _BELL, "device": None}).encode() for call in ("check", "layout")
]
AT_ONCE: Final = 4
"""More children would only wait for a processor."""


class SandboxedPrograms:
    """The port :class:`~qumulus.ports.programs.Programs`; to be closed at the end."""

    def __init__(self) -> None:
        self._sandbox = ForkedSandbox(TARGET, (), rehearsals=_REHEARSALS)
        self._places = asyncio.Semaphore(AT_ONCE)

    async def close(self) -> None:
        """Kill what still reads."""
        await self._sandbox.close()

    async def check(self, source: str, device: DeviceGates | None) -> bytes:
        """Diagnostics and statistics."""
        shown = None
        if device is not None:
            shown = {
                "device_id": device.device_id,
                "n_qubits": device.n_qubits,
                "basis_gates": list(device.basis_gates),
                "couplings": list(device.couplings),
            }
        return await self._ask({"call": "check", "source": source, "device": shown})

    async def layout(self, source: str) -> bytes:
        """The drawing's wires and columns."""
        return await self._ask({"call": "layout", "source": source})

    async def _ask(self, question: dict[str, Any]) -> bytes:
        task = json.dumps(question).encode()
        async with self._places:
            try:
                said = await self._converse(task)
            except SandboxError as error:
                raise UnavailableError("Programs cannot be read now: try again.") from error
        if said[:1] == b"-":
            found = json.loads(said[1:])
            place = f"line {found['line']}, column {found['column']}: " if found["line"] else ""
            hint = f" ({found['hint']})" if found["hint"] else ""
            raise UnreadableProgramError(
                f"{place}{found['message']}{hint}",
                reason_code=found["code"],
                line=found["line"],
                column=found["column"],
            )
        return said[1:]

    async def _converse(self, task: bytes) -> bytes:
        execution = await self._sandbox.run(task, LIMITS)
        try:
            said = await execution.receive()
            if said is not None:
                return said
            end = await execution.ended()
        finally:
            execution.kill()
        if end.kind in (ExitKind.TIMEOUT, ExitKind.OUT_OF_MEMORY):
            raise TooLargeError("The program takes too much time or memory to read: make it smaller.")
        raise UnavailableError("The process that read the program ended unexpectedly: try again.")
