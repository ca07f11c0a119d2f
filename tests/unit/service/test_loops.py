"""The loops that all processes of a Cloud run."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from qumulus.bell import make_bell
from qumulus.domain.errors import UnavailableError
from qumulus.service import services as module
from qumulus.service.services import Services


class Unready:
    """A store that lacks its schema for the first calls; all that is asked of it is noted."""

    def __init__(self) -> None:
        self.asked_first: list[str] = []
        self.is_swept = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        async def refuse(*_: Any, **__: Any) -> None:
            if len(self.asked_first) < 50:
                self.asked_first.append(name)
                raise UnavailableError("The database lacks schema 1 of this version.")
            if name == "try_lead":
                self.is_swept.set()
            if name != "ping":
                raise UnavailableError("This is all that the test asks for.")

        return refuse


async def test_no_loop_touches_a_store_before_it_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READY_EVERY_S", 0.001)
    store: Any = Unready()
    services = Services(store=store, bell=make_bell("sqlite:///none"))
    await services.start()
    try:
        await asyncio.wait_for(store.is_swept.wait(), 10)
    finally:
        await services.stop()
    assert set(store.asked_first) == {"ping"}
