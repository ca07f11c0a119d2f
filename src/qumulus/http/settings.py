"""What the HTTP side can be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

ASSETS: Final = Path(__file__).parent / "console" / "assets"
"""Where the console's build puts its files; not there: it was not built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """Addresses, limits and what is open to whom.

    ``requests_per_s`` None: no rate limit. ``allowed_origins`` are those of browsers; "*" stands for
    all, which is safe: the console's cookie is not obeyed for other origins. ``metrics_open``: /metrics
    needs no token. ``sign_ins_per_s`` bounds the attempts of one address that fail.
    """

    public_url: str | None = None
    max_body_bytes: int = 16 * 1024 * 1024
    max_batch_bytes: int = 32 * 1024 * 1024
    requests_per_s: float | None = None
    allowed_origins: tuple[str, ...] = ("*",)
    metrics_open: bool = False
    keep_alive_s: float = 15.0
    max_guest_bytes: int = 4096
    console: Path = ASSETS
    sign_ins_per_s: float = 5.0
    version: str = field(default_factory=partial(version, "qumulus"))
