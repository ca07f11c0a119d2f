"""Qumulus: a quantum cloud that anyone can run."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qumulus.sdk import AsyncClient as AsyncClient
    from qumulus.sdk import Client as Client

__version__ = "0.1.0"
__all__ = ["AsyncClient", "Client", "__version__"]


def __getattr__(name: str) -> Any:
    """Import the SDK when it is first asked for: ``import qumulus`` stays light."""
    if name in {"AsyncClient", "Client"}:
        return getattr(import_module("qumulus.sdk"), name)
    raise AttributeError(f"module 'qumulus' has no attribute {name!r}")
