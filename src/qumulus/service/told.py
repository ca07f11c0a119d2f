"""Values as the audit trail tells them: plain, and without secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, Final

_LEFT_OUT: Final = frozenset({"secret_hash", "device_info"})
"""A secret, and a text that the calibrations keep already."""


def told(value: object) -> dict[str, Any]:
    """Turn a domain value, or changes of one, into plain JSON."""
    if isinstance(value, Mapping):
        pairs = dict(value)
    else:
        assert is_dataclass(value)
        pairs = {field.name: getattr(value, field.name) for field in fields(value)}
    return {key: _plain(item) for key, item in pairs.items() if key not in _LEFT_OUT}


def _plain(item: object) -> Any:
    if isinstance(item, frozenset):
        return sorted(item)
    if isinstance(item, tuple):
        return list(item)
    if isinstance(item, datetime):
        return item.isoformat()
    return item
