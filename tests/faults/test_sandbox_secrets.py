"""What a sandboxed process can learn from where it runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qumulus.sandbox import Channel, ForkedSandbox, ResidentSandbox
from tests.faults.sandbox_processes import FREE, messages_and_exit

TARGET = "tests.faults.test_sandbox_secrets:tell_environment"


def tell_environment(task: bytes, channel: Channel) -> None:
    """In the child: the names of its variables, at its start and now."""
    at_start = Path("/proc/self/environ").read_bytes().replace(b"\0", b"\n")
    channel.send(at_start + "\n".join(os.environ).encode())


def warm_up() -> None:
    """Nothing to load."""


@pytest.mark.parametrize("kind", [ForkedSandbox, ResidentSandbox])
async def test_a_sandbox_holds_no_token(
    kind: type[ForkedSandbox | ResidentSandbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setenv("QUMULUS_TOKEN", "id.secret")
    sandbox = (
        ForkedSandbox(TARGET, []) if kind is ForkedSandbox else ResidentSandbox(TARGET, workers=1, spares=0)
    )
    await sandbox.start()
    try:
        messages, _ = await messages_and_exit(await sandbox.run(b"", FREE))
    finally:
        await sandbox.close()
    (told,) = messages
    assert b"PYTHONPATH" in told
    assert b"QUMULUS_" not in told
