from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "statement", ["import qumulus", "from qumulus import Client; Client('http://x', 't.t')"]
)
def test_importing_the_client_loads_nothing_heavy(statement: str) -> None:
    script = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(done.stdout.split())
    heavy = {"httpx", "httpcore", "numpy", "qiskit", "uvicorn", "rich", "typer", "asyncpg", "pydantic"}
    assert not loaded & heavy
