"""One look at one program, in a child process of its own where the system has such a thing."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from qumulus.programs.child import answer_of
from qumulus.programs.sandboxed import SandboxedPrograms


class UnreadableError(Exception):
    """The program cannot be read; ``diagnostic`` says why and where."""

    def __init__(self, diagnostic: dict[str, Any]) -> None:
        super().__init__(diagnostic["message"])
        self.diagnostic = diagnostic


def look(call: str, source: str, **more: Any) -> dict[str, Any]:
    """The answer to a question of :func:`~qumulus.programs.child.answer_of`.

    Raises:
        UnreadableError: the program cannot be read.
        TooLargeError: reading it takes too much time or memory.
        UnavailableError: no child process can be started.
    """
    question = {"call": call, "source": source, **more}
    said = asyncio.run(_ask(question)) if sys.platform == "linux" else answer_of(question)
    found: dict[str, Any] = json.loads(said[1:])
    if said[:1] == b"-":
        raise UnreadableError(found)
    return found


async def _ask(question: dict[str, Any]) -> bytes:
    programs = SandboxedPrograms(workers=1)
    try:
        return await programs.ask(question)
    finally:
        await programs.close()
