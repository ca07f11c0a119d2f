"""The worker beside a device: claims jobs, runs each in a process of its own, reports, loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qumulus.provider.settings import ProviderSettings


async def run_provider(settings: ProviderSettings) -> None:
    """Serve the devices of ``settings`` until SIGTERM or SIGINT, then hand back what is unfinished."""
    from qumulus.provider.serve import serve  # children import this package and need none of it

    await serve(settings)
