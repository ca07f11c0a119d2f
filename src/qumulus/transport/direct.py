"""HTTP by aiohttp, for a Provider beside its Cloud: several times cheaper per request than httpx.

Plain http without a proxy only; everything else goes by httpx.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import aiohttp
from yarl import URL

from qumulus.transport.answer import Answer, NoAnswerError
from qumulus.transport.errors import ClientError
from qumulus.transport.http import HttpClient
from qumulus.transport.proxies import proxy_for

CONNECT_TIMEOUT_S: Final = 10.0
KEEP_ALIVE_S: Final = 30.0
SLOWEST_S: Final = 600.0
"""A call may take so much longer than the longest silence: 16 MiB at 28 KiB/s."""


class DirectHttpClient(HttpClient):
    """An :class:`HttpClient` for many small requests to one server."""

    _session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()
        await super().close()

    async def _exchange(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None,
        body: bytes | None,
        timeout_s: float | None,
    ) -> Answer:
        if self._transport is not None or not _is_direct(self.base_url):
            return await super()._exchange(method, url, headers=headers, body=body, timeout_s=timeout_s)
        self._session = self._session or _open()
        answer = await _ask(
            self._session,
            method,
            url,
            headers={**self._headers, **(headers or {})},
            body=body,
            timeout_s=self._timeout_s if timeout_s is None else timeout_s,
        )
        self._has_met = True
        return answer


def _is_direct(base_url: str) -> bool:
    return base_url.startswith("http:") and proxy_for(base_url) is None


def _open() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_S),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type"),
    )


async def _ask(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None,
    timeout_s: float,
) -> Answer:
    """Send a request, read its answer; ``timeout_s`` is the longest silence.

    aiohttp measures it neither while a host name is looked up, nor while a request is being written, nor
    after an interim answer such as ``100 Continue``: then the limits of the whole end the call.

    Raises:
        NoAnswerError: the connection failed or timed out.
        ClientError: a header cannot be sent.
    """
    times = aiohttp.ClientTimeout(
        total=timeout_s + SLOWEST_S, connect=min(timeout_s, CONNECT_TIMEOUT_S), sock_read=timeout_s
    )
    try:
        async with session.request(
            method,
            URL(url, encoded=True),
            headers=headers,
            data=body or b"",
            timeout=times,
            allow_redirects=False,
        ) as response:
            return Answer(
                response.status,
                {name.lower(): value for name, value in response.headers.items()},
                await response.read(),
            )
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise NoAnswerError(_reason(error), may_have_arrived=False) from error
    except TimeoutError as error:
        raise NoAnswerError("timed out", may_have_arrived=True, is_silence=True) from error
    except (aiohttp.ClientError, OSError) as error:
        raise NoAnswerError(_reason(error), may_have_arrived=True) from error
    except ValueError as error:
        raise ClientError(
            "a header of the request holds a line break: is the token complete and on one line?"
        ) from error


def _reason(error: Exception) -> str:
    return "timed out" if isinstance(error, TimeoutError) else str(error) or type(error).__name__
