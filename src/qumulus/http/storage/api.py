"""Serve ``/storage``: forms that upload, URLs that download, both in a stream."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Final

from qumulus.domain.item import MAX_OBJECT_BYTES
from qumulus.http.asgi import Scope, Send
from qumulus.http.errors import not_possible
from qumulus.http.reply import Reply
from qumulus.http.request import Answering, Request
from qumulus.http.storage.form import UploadedForm
from qumulus.http.storage.signing import BASE, read_form, read_link
from qumulus.ports.blobs import Blob
from qumulus.service import Services
from qumulus.service.archives import open_archive
from qumulus.service.upload import keep_upload
from qumulus.wire.files import make_archive

_UNSAFE_TO_SHOW: Final = (
    (b"content-type", b"application/zip"),
    (b"content-disposition", b"attachment"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"private, no-store"),
)
"""Archives come from anybody: a browser must not take one for a page of ours."""


def make_storage(services: Services) -> Answering:
    """Build this part of the application; it asks for no token: URLs and forms carry the authority."""

    async def answer(request: Request) -> Reply:
        path = _exact_path(request.scope).removeprefix(BASE).removeprefix("/")
        request.template = BASE if not path else f"{BASE}/{{key}}"
        if request.method == "POST" and not path:
            return await _upload(services, request)
        if request.method == "GET" and path:
            return await _download(services, request, path=path)
        return not_possible(request, ("GET", "HEAD", "POST"))

    return answer


class _Download(Reply):
    """An archive, sent in pieces and then closed."""

    __slots__ = ("blob", "held")

    def __init__(self, blob: Blob, held: AsyncExitStack) -> None:
        headers = [*_UNSAFE_TO_SHOW, (b"content-length", b"%d" % blob.size)]
        super().__init__(b"", headers=headers)
        self.blob = blob
        self.held = held

    async def leave(self, send: Send, *, is_head: bool) -> None:
        """Send it."""
        async with self.held:
            await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
            if not is_head:
                async for chunk in self.blob.chunks:
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _upload(services: Services, request: Request) -> Reply:
    form = UploadedForm(request.receive, request.headers, limit=MAX_OBJECT_BYTES)
    await form.read_fields()
    slot = read_form(await services.signing_key(), form.fields, now=services.clock.now())
    await keep_upload(services, slot, form.file())
    return Reply(b"", status=204)


async def _download(services: Services, request: Request, *, path: str) -> Reply:
    job_id, item = read_link(await services.signing_key(), path, request.query, now=services.clock.now())
    async with AsyncExitStack() as stack:
        blob = await stack.enter_async_context(open_archive(services, job_id, item, make=make_archive))
        return _Download(blob, stack.pop_all())


def _exact_path(scope: Scope) -> str:
    """The path as it was sent, and signed."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.decode("latin-1")
