"""Reading programs in warm child processes, which start when they are first asked for."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

from qumulus.domain.errors import TooLargeError, UnavailableError, UnreadableProgramError
from qumulus.ports.programs import DeviceGates
from qumulus.sandbox import ExitKind, Limits, ResidentSandbox, SandboxError

TARGET: Final = "qumulus.programs.child:answer"
LIMITS: Final = Limits(memory_bytes=512 << 20, wall_s=10.0)
WORKERS: Final = 2
"""More would only wait for a processor; one that had to be killed is replaced."""


class SandboxedPrograms:
    """The port :class:`~qumulus.ports.programs.Programs`; to be closed at the end."""

    def __init__(self, workers: int = WORKERS) -> None:
        self._sandbox = ResidentSandbox(TARGET, workers=workers, spares=0)

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

    async def ask(self, question: dict[str, Any]) -> bytes:
        """A question and an answer of :func:`qumulus.programs.child.answer_of`.

        Raises:
            TooLargeError, UnavailableError: as the port says.
        """
        try:
            return await self._converse(json.dumps(question).encode())
        except SandboxError as error:
            raise UnavailableError("Programs cannot be read now: try again.") from error

    async def _ask(self, question: dict[str, Any]) -> bytes:
        said = await self.ask(question)
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
        except asyncio.CancelledError:
            execution.kill()
            raise
        if end.kind in (ExitKind.TIMEOUT, ExitKind.OUT_OF_MEMORY):
            raise TooLargeError("The program takes too much time or memory to read: make it smaller.")
        raise UnavailableError("The process that read the program ended unexpectedly: try again.")
