"""One request, as all of this room see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from qumulus.http.asgi import Receive, Scope
from qumulus.http.reply import Reply


class Request:
    """What came; a HEAD is the GET whose head is wanted.

    ``headers`` has the last of several of one name. ``template`` is what requests are counted by: the
    path with its ids left open, set by who knows it.
    """

    __slots__ = ("headers", "is_head", "method", "path", "receive", "scope", "template")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        method: str = scope["method"]
        self.is_head = method == "HEAD"
        self.method = "GET" if self.is_head else method
        self.path: str = scope["path"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.scope = scope
        self.receive = receive
        self.template = "none"

    @property
    def query(self) -> bytes:
        """What stands behind the path's question mark."""
        query: bytes = self.scope["query_string"]
        return query


Answering = Callable[[Request], Awaitable[Reply]]
"""What a part of the application is: from a request to its answer."""
