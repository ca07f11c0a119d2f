"""Serve ``/storage``: forms that upload, URLs that download, both in a stream."""

from __future__ import annotations

from typing import Any, Final

from litestar import Litestar
from litestar.handlers import asgi

from qumulus.domain.item import MAX_OBJECT_BYTES
from qumulus.http.asgi import Receive, Scope, Send
from qumulus.http.errors import HANDLERS
from qumulus.http.reply import JsonResponse, Reply, encode
from qumulus.http.storage.form import UploadedForm
from qumulus.http.storage.signing import BASE, read_form, read_link
from qumulus.service import Services
from qumulus.service.archives import open_archive
from qumulus.service.upload import keep_upload
from qumulus.wire.errors import ErrorBody
from qumulus.wire.files import make_archive

_UNSAFE_TO_SHOW: Final = (
    (b"content-type", b"application/zip"),
    (b"content-disposition", b"attachment"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"private, no-store"),
)
"""Archives come from anybody: a browser must not take one for a page of ours."""


def make_storage_api(services: Services) -> Litestar:
    """Build the application; it asks for no token: URLs and forms carry the authority."""

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        path = _exact_path(scope).removeprefix(BASE).removeprefix("/")
        scope["path_template"] = BASE if not path else f"{BASE}/{{key}}"
        if scope["method"] == "POST" and not path:
            await _upload(services, scope, receive, send)
        elif scope["method"] == "GET" and path:
            await _download(services, scope, send, path=path)
        else:
            await _not_so(scope)(scope, receive, send)

    return Litestar(
        [asgi(BASE, is_mount=True, copy_scope=False)(serve)],
        exception_handlers=HANDLERS,
        response_class=JsonResponse,
        openapi_config=None,
        logging_config=None,
    )


async def _upload(services: Services, scope: Scope, receive: Receive, send: Send) -> None:
    form = UploadedForm(receive, dict(scope["headers"]), limit=MAX_OBJECT_BYTES)
    await form.read_fields()
    slot = read_form(await services.signing_key(), form.fields, now=services.clock.now())
    await keep_upload(services, slot, form.file())
    await Reply(b"", status=204)(scope, receive, send)


async def _download(services: Services, scope: Scope, send: Send, *, path: str) -> None:
    job_id, item = read_link(
        await services.signing_key(), path, scope["query_string"], now=services.clock.now()
    )
    async with open_archive(services, job_id, item, make=make_archive) as blob:
        headers = [*_UNSAFE_TO_SHOW, (b"content-length", b"%d" % blob.size)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if not scope.get("is_head"):
            async for chunk in blob.chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _exact_path(scope: Scope) -> str:
    """The path as it was sent; the framework takes slashes away and adds some."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.decode("latin-1")


def _not_so(scope: Scope) -> Reply:
    message = f"{scope['method']} is not possible at {scope['path']}."
    body = encode(ErrorBody(code="method_not_allowed", message=message))
    return Reply(body, status=405, headers=[(b"allow", b"GET, HEAD, POST")])
