"""Open the place for blobs that the settings name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from qumulus.ports.blobs import Blobs
from qumulus.store.blobs.local import LocalBlobs

LOCAL: Final = "local"
FOLDER: Final = "storage"
"""Below the data directory."""

_BUCKET: Final = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]+)(?:/(?P<prefix>[\w./-]*))?")


def open_blobs(place: str, *, data: Path, options: Mapping[str, str] | None = None) -> Blobs:
    """Open ``local`` (below ``data``), ``file:///path`` or ``s3://bucket/prefix``.

    Raises:
        ValueError: it is none of them, or S3's client is not installed.
    """
    if place == LOCAL:
        return LocalBlobs(data / FOLDER)
    if place.startswith("file:///"):
        return LocalBlobs(Path(place.removeprefix("file://")))
    named = _BUCKET.fullmatch(place)
    if named is None:
        raise ValueError(f"storage = {place!r} is none: use local, file:///path or s3://bucket/prefix")
    try:
        from qumulus.store.blobs.s3 import S3Blobs
    except ModuleNotFoundError as error:
        raise ValueError("storage in S3 needs a further package: pip install obstore") from error
    return S3Blobs(named["bucket"], (named["prefix"] or "").strip("/"), options or {})
