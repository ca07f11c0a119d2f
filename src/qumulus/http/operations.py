"""For those who run the cloud: is it alive, is it ready, how much does it do. And the front page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from qumulus.domain.account import Role
from qumulus.domain.errors import (
    NotAllowedError,
    NotAuthenticatedError,
    QumulusError,
    UnavailableError,
)
from qumulus.http.asgi import Receive, Scope, Send
from qumulus.http.banner import HTML
from qumulus.http.call import token_of
from qumulus.http.console.files import Console
from qumulus.http.docs_page import STYLE
from qumulus.http.errors import error_body, status_of
from qumulus.http.metrics import RequestMeter, render_metrics
from qumulus.http.reply import Reply, encode
from qumulus.http.settings import HttpSettings
from qumulus.service import Services
from qumulus.service.authenticate import authenticate
from qumulus.wire.errors import ErrorBody

METRICS_TYPE: Final = b"text/plain; version=0.0.4; charset=utf-8"
_CHALLENGE: Final = (b"www-authenticate", b"Bearer")


class Operations:
    """Serves ``/healthz``, ``/readyz``, ``/metrics`` and the console; everything else is not found."""

    def __init__(
        self, services: Services, settings: HttpSettings, meter: RequestMeter, console: Console
    ) -> None:
        self._console = console
        self._services = services
        self._settings = settings
        self._meter = meter
        self._pages: Mapping[str, Callable[[Scope], Awaitable[Reply]]] = {
            "/healthz": self._health,
            "/readyz": self._readiness,
            "/metrics": self._metrics,
            "/": self._front,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        reply = await self._answer(scope)
        await reply(scope, receive, send)

    async def _answer(self, scope: Scope) -> Reply:
        page = self._pages.get(scope["path"])
        shown = self._console.answer(scope) if page is None or scope["path"] == "/" else None
        if shown is not None:
            return shown
        if page is None:
            message = f"There is nothing at {scope['path']}: the APIs are /user, /provider and /admin."
            return Reply(encode(ErrorBody(code="not_found", message=message)), status=404)
        scope["path_template"] = scope["path"]
        if scope["method"] != "GET":
            message = f"{scope['method']} is not possible at {scope['path']}."
            body = encode(ErrorBody(code="method_not_allowed", message=message))
            return Reply(body, status=405, headers=[(b"allow", b"GET, HEAD")])
        try:
            return await page(scope)
        except QumulusError as error:
            challenge = [_CHALLENGE] if isinstance(error, NotAuthenticatedError) else []
            return Reply(encode(error_body(error)), status=status_of(error), headers=challenge)

    async def _health(self, scope: Scope) -> Reply:  # noqa: ARG002 - the pages' one signature
        return Reply(encode({"status": "alive"}))

    async def _readiness(self, scope: Scope) -> Reply:  # noqa: ARG002 - the pages' one signature
        if self._services.is_draining:
            raise UnavailableError("This process is about to stop.")
        await self._services.store.ping()
        return Reply(encode({"status": "ready"}))

    async def _metrics(self, scope: Scope) -> Reply:
        if not self._settings.metrics_open:
            caller = await authenticate(self._services, token_of(dict(scope["headers"])))
            if caller.role is not Role.ADMIN:
                raise NotAllowedError("Metrics are for tokens of role admin.")
        loads = await self._services.loads()
        page = render_metrics(self._meter, self._services.meters, loads)
        return Reply(page, media_type=METRICS_TYPE)

    async def _front(self, scope: Scope) -> Reply:  # noqa: ARG002 - the pages' one signature
        return Reply(FRONT_PAGE.encode(), media_type=HTML)


FRONT_PAGE: Final = f"""<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content='width=device-width,initial-scale=1'><title>Qumulus</title><style>{STYLE}</style>
<h1>Qumulus</h1>
<p>A quantum cloud. Users submit OpenQASM jobs, Providers run them on their devices.</p>
<table><tr><th>API<th>for<th>docs
<tr><td><code>/user</code><td>those who submit jobs
<td><a href=/user/docs>docs</a>, <a href=/user/openapi.json>OpenAPI</a>
<tr><td><code>/provider</code><td>the workers beside devices
<td><a href=/provider/docs>docs</a>, <a href=/provider/openapi.json>OpenAPI</a>
<tr><td><code>/admin</code><td>operators
<td><a href=/admin/docs>docs</a>, <a href=/admin/openapi.json>OpenAPI</a></table>
<p>The web console is not part of this installation: it comes with the wheel, and with
<code>make console</code> in a checkout where Node 20.19 or later is installed. The APIs work without it.</p>
<p>With a token in <code>$TOKEN</code> (after <code>qumulus up</code> it stands in
<code>credentials.json</code>) and this address in <code>$URL</code>:</p>
<pre>curl -s $URL/user/jobs -H "Authorization: Bearer $TOKEN" -d '{{"device_id": "SVSim", "shots": 1000,
  "job_info": "{{\\"code\\": \\"OPENQASM 3; qubit[1] q; bit[1] c; U(1.57, 0, 0) q[0]; c = measure q;\\"}}"}}'

curl -s "$URL/user/jobs/$JOB_ID?wait=60" -H "Authorization: Bearer $TOKEN"</pre></html>
"""
