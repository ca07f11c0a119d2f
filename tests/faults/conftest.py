"""What all fault tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.faults import sandbox_processes


@pytest.fixture(autouse=True)
def apart_from_others() -> Iterator[None]:
    """Servers that other tests of this session keep are none of a test's own processes."""
    sandbox_processes.OTHERS.update(sandbox_processes.descendants(os.getpid()))
    yield
    sandbox_processes.OTHERS.clear()
