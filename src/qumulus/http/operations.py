"""For those who run the cloud: is it alive, is it ready, how much does it do. And the front page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from qumulus.domain.account import Role
from qumulus.domain.errors import NotAllowedError, UnavailableError
from qumulus.http.banner import HTML
from qumulus.http.call import token_of
from qumulus.http.console.files import Console
from qumulus.http.docs_page import STYLE
from qumulus.http.errors import not_possible, nothing_at
from qumulus.http.metrics import RequestMeter, render_metrics
from qumulus.http.reply import Reply, encode
from qumulus.http.request import Answering, Request
from qumulus.http.settings import HttpSettings
from qumulus.service import Services
from qumulus.service.authenticate import authenticate

METRICS_TYPE: Final = b"text/plain; version=0.0.4; charset=utf-8"


class Operations:
    """Serves ``/healthz``, ``/readyz``, ``/metrics`` and the console; everything else is not found."""

    def __init__(
        self, services: Services, settings: HttpSettings, meter: RequestMeter, console: Console
    ) -> None:
        self._console = console
        self._services = services
        self._settings = settings
        self._meter = meter
        self._pages: Mapping[str, Answering] = {
            "/healthz": self._health,
            "/readyz": self._readiness,
            "/metrics": self._metrics,
            "/": self._front,
        }

    async def answer(self, request: Request) -> Reply:
        """Answer, and be counted only where something is."""
        page = self._pages.get(request.path)
        shown = self._console.answer(request) if page is None or request.path == "/" else None
        if shown is not None:
            return shown
        if page is None:
            return nothing_at(request, advice=": the APIs are /user, /provider and /admin")
        request.template = request.path
        if request.method != "GET":
            return not_possible(request, ("GET", "HEAD"))
        return await page(request)

    async def _health(self, request: Request) -> Reply:  # noqa: ARG002 - the pages' one signature
        return Reply(encode({"status": "alive"}))

    async def _readiness(self, request: Request) -> Reply:  # noqa: ARG002 - the pages' one signature
        if self._services.is_draining:
            raise UnavailableError("This process is about to stop.")
        await self._services.store.ping()
        return Reply(encode({"status": "ready"}))

    async def _metrics(self, request: Request) -> Reply:
        if not self._settings.metrics_open:
            caller = await authenticate(self._services, token_of(request.headers))
            if caller.role is not Role.ADMIN:
                raise NotAllowedError("Metrics are for tokens of role admin.")
        loads = await self._services.loads()
        page = render_metrics(self._meter, self._services.meters, loads)
        return Reply(page, media_type=METRICS_TYPE)

    async def _front(self, request: Request) -> Reply:  # noqa: ARG002 - the pages' one signature
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
<p>Browsers see the web console here, where it is part of the installation: it comes with the wheel, and with
<code>make console</code> in a checkout where Node 20.19 or later is installed. The APIs work without it.</p>
<p>With a token in <code>$TOKEN</code> (after <code>qumulus up</code> it stands in
<code>credentials.json</code>) and this address in <code>$URL</code>:</p>
<pre>curl -s $URL/user/jobs -H "Authorization: Bearer $TOKEN" -d '{{"device_id": "SVSim", "shots": 1000,
  "job_info": "{{\\"code\\": \\"OPENQASM 3; qubit[1] q; bit[1] c; U(1.57, 0, 0) q[0]; c = measure q;\\"}}"}}'

curl -s "$URL/user/jobs/$JOB_ID?wait=60" -H "Authorization: Bearer $TOKEN"</pre></html>
"""
