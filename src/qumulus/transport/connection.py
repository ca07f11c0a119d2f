"""One exchange over HTTP/1.1 with a kept-alive connection, by httpx.

httpx's transports are used below its client: no cookies, redirects, hooks and per-call proxy
lookup, which is half of its cost per request. This module imports httpx (0.2 s) and is itself
imported at the first request.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import httpx

from qumulus.transport.answer import Answer, NoAnswerError
from qumulus.transport.proxies import proxy_for

CONNECT_TIMEOUT_S: Final = 10.0
KEEP_ALIVE_S: Final = 30.0
"""Below the 60 s after which common proxies close an idle one; one closed earlier is noticed before use."""

_NEVER_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


class Connection:
    """A pool of connections to one server; safe to share."""

    def __init__(self, base_url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = transport or _open(base_url)

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    async def exchange(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, timeout_s: float
    ) -> Answer:
        """Send a request and read the whole answer; ``timeout_s`` is the longest silence.

        Raises:
            NoAnswerError: the connection failed or timed out.
        """
        request = _request(method, url, headers=headers, body=body, timeout_s=timeout_s)
        try:
            response = await self._transport.handle_async_request(request)
            try:
                return Answer(response.status_code, response.headers, await response.aread())
            finally:
                await response.aclose()
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _no_answer(error) from error

    @asynccontextmanager
    async def stream(
        self, method: str, url: str, *, headers: Mapping[str, str], timeout_s: float
    ) -> AsyncIterator[tuple[Answer, AsyncIterator[bytes]]]:
        """Send a request and hand out the answer's chunks as they come (its ``body`` is empty).

        An answer that is no success is read as a whole instead.

        Raises:
            NoAnswerError: the connection failed, or nothing came for ``timeout_s``.
        """
        request = _request(method, url, headers=headers, body=None, timeout_s=timeout_s)
        try:
            response = await self._transport.handle_async_request(request)
            try:
                body = b"" if response.is_success else await response.aread()
                yield Answer(response.status_code, response.headers, body), response.aiter_bytes()
            finally:
                await response.aclose()
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _no_answer(error) from error


def _open(base_url: str) -> httpx.AsyncHTTPTransport:
    proxy = proxy_for(base_url)
    is_plain = base_url.startswith("http:") and proxy is None
    return httpx.AsyncHTTPTransport(
        # A context without certificates spares a plain connection 20 ms of reading them.
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if is_plain else True,
        limits=httpx.Limits(
            max_connections=None, max_keepalive_connections=32, keepalive_expiry=KEEP_ALIVE_S
        ),
        proxy=proxy,
    )


def _request(
    method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, timeout_s: float
) -> httpx.Request:
    times = {
        "connect": min(timeout_s, CONNECT_TIMEOUT_S),
        "read": timeout_s,
        "write": timeout_s,
        "pool": timeout_s,
    }
    return httpx.Request(method, url, headers=headers, content=body, extensions={"timeout": times})


def _no_answer(error: Exception) -> NoAnswerError:
    return NoAnswerError(
        _reason(error),
        may_have_arrived=not isinstance(error, _NEVER_SENT),
        is_silence=isinstance(error, httpx.TimeoutException),
    )


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "timed out"
    return str(error) or type(error).__name__
