"""One API at work: from a request to its endpoint, from what that gives to an answer."""

from __future__ import annotations

from typing import Any

from qumulus.http.call import Desk, make_call
from qumulus.http.endpoint import Endpoint
from qumulus.http.errors import not_possible, nothing_at
from qumulus.http.guest import make_guest
from qumulus.http.reply import NO_BODY, Reply, encode
from qumulus.http.request import Answering, Request
from qumulus.http.routes import Routes


def dispatching(routes: Routes, desk: Desk) -> Answering:
    """Make the part of the application that answers for these routes."""

    async def answer(request: Request) -> Reply:
        place, ids = routes.find(request.path)
        if place is None:
            return nothing_at(request)
        endpoint = place.endpoints.get(request.method)
        if endpoint is None and request.method != "OPTIONS":
            return not_possible(request, place.methods)
        request.template = place.template
        if endpoint is None:
            return Reply(b"", status=204, headers=[(b"allow", ", ".join(sorted(place.methods)).encode())])
        return _reply(endpoint, await _serve(endpoint, ids, desk, request))

    return answer


async def _serve(endpoint: Endpoint, ids: list[str], desk: Desk, request: Request) -> Any:
    if endpoint.needs == "call":
        call = await make_call(desk, request, is_read=endpoint.contract.is_read)
        return await endpoint.serve(*ids, call)
    if endpoint.needs == "guest":
        return await endpoint.serve(*ids, make_guest(desk, request))
    return await endpoint.serve(*ids)


def _reply(endpoint: Endpoint, given: Any) -> Reply:
    if isinstance(given, Reply):
        return given
    body = b"" if endpoint.status in NO_BODY else encode(given)
    return Reply(body, status=endpoint.status, headers=endpoint.headers)
