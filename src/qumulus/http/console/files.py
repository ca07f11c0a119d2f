"""Serves the console: its files as they were built, and its one page for every address of a screen."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qumulus.http.banner import HTML
from qumulus.http.reply import Headers, Reply
from qumulus.http.request import Request

_FOREVER: Final = b"public, max-age=31536000, immutable"
_ASK_AGAIN: Final = b"no-cache"
_TYPES: Final = {".js": b"text/javascript; charset=utf-8", ".html": HTML, ".svg": b"image/svg+xml"}
_LEAST_ZIPPED: Final = 512
SAFETY: Final[Headers] = (
    (
        b"content-security-policy",
        b"default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
        b"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
        b"require-trusted-types-for 'script'; trusted-types 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)
"""The page may load nothing from elsewhere, stand in no other page, and make no script or HTML of a text.
Inline styles (no scripts) are what charts and the editor are drawn with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    body: bytes
    zipped: bytes | None
    media_type: bytes
    etag: bytes
    kept: bytes


class Console:
    """The files of a folder, held in memory: some hundred kB."""

    def __init__(self, folder: Path) -> None:
        self._files: Mapping[str, _File] = {
            "/" + path.relative_to(folder).as_posix(): _read(path, is_hashed=path.parent.name == "assets")
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    @property
    def is_built(self) -> bool:
        """There is a console to hand out."""
        return "/index.html" in self._files

    def answer(self, request: Request) -> Reply | None:
        """Give the file at the path, or the page for a screen's address; None: this is not the console's."""
        if request.method != "GET" or not self.is_built:
            return None
        path, headers = request.path, request.headers
        found = self._files.get(path)
        if found is None and _is_screen(path, headers):
            found = self._files["/index.html"]
        if found is None:
            return None
        request.template = "/console"
        return _reply(found, headers)


def _is_screen(path: str, headers: Mapping[bytes, bytes]) -> bool:
    return "." not in path.rpartition("/")[2] and b"text/html" in headers.get(b"accept", b"")


def _reply(file: _File, headers: Mapping[bytes, bytes]) -> Reply:
    sent = [(b"etag", file.etag), (b"cache-control", file.kept), (b"vary", b"Accept-Encoding"), *SAFETY]
    if headers.get(b"if-none-match") == file.etag:
        return Reply(b"", status=304, headers=sent)
    if file.zipped is not None and b"gzip" in headers.get(b"accept-encoding", b""):
        sent.append((b"content-encoding", b"gzip"))
        return Reply(file.zipped, headers=sent, media_type=file.media_type)
    return Reply(file.body, headers=sent, media_type=file.media_type)


def _read(path: Path, *, is_hashed: bool) -> _File:
    body = path.read_bytes()
    guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    zipped = gzip.compress(body, mtime=0) if len(body) >= _LEAST_ZIPPED else None
    return _File(
        body=body,
        zipped=zipped if zipped is not None and len(zipped) < len(body) else None,
        media_type=_TYPES.get(path.suffix, guessed.encode()),
        etag=b'"' + hashlib.sha256(body).hexdigest()[:32].encode() + b'"',
        kept=_FOREVER if is_hashed else _ASK_AGAIN,
    )
