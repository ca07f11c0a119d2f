"""The one shape of every refusal."""

from __future__ import annotations

from typing import Any

import msgspec


class ErrorBody(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """``code`` is for machines and fixed, ``message`` one sentence for people."""

    code: str
    message: str
    details: list[dict[str, Any]] | None = None


class Message(msgspec.Struct, frozen=True):
    """Done; the text is for people."""

    message: str
