"""Killable child processes: the forked kind for quick starts, the resident kind for warm libraries.

Linux only, standard library only. A *target* is ``"package.module:function"``; the child calls
``function(task: bytes, channel: Channel) -> None``. What a task means is the target's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qumulus.sandbox.contract import Channel, Execution, Exit, ExitKind, Limits, Sandbox, SandboxError

if TYPE_CHECKING:
    from qumulus.sandbox.forked import ForkedSandbox as ForkedSandbox
    from qumulus.sandbox.resident import ResidentSandbox as ResidentSandbox

__all__ = [
    "Channel",
    "Execution",
    "Exit",
    "ExitKind",
    "ForkedSandbox",
    "Limits",
    "ResidentSandbox",
    "Sandbox",
    "SandboxError",
]


def __getattr__(name: str) -> Any:
    """Import the parent's side when it is asked for: every page a zygote holds makes a fork slower."""
    if name == "ForkedSandbox":
        from qumulus.sandbox.forked import ForkedSandbox

        return ForkedSandbox
    if name == "ResidentSandbox":
        from qumulus.sandbox.resident import ResidentSandbox

        return ResidentSandbox
    raise AttributeError(f"module 'qumulus.sandbox' has no attribute {name!r}")
