"""What the HTTP side can be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """Addresses, limits and what is open to whom.

    ``requests_per_s`` None: no rate limit. ``allowed_origins`` are those of browsers; "*" stands for
    all, which is safe since no cookie carries authority. ``metrics_open``: /metrics needs no token.
    """

    public_url: str | None = None
    max_body_bytes: int = 16 * 1024 * 1024
    max_batch_bytes: int = 32 * 1024 * 1024
    requests_per_s: float | None = None
    allowed_origins: tuple[str, ...] = ("*",)
    metrics_open: bool = False
    keep_alive_s: float = 15.0
    version: str = field(default_factory=partial(version, "qumulus"))
