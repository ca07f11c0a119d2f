"""The HTTP client of the SDK and the Provider: token, errors, and retries that never duplicate."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import quote, urlencode, urlsplit

from qumulus import __version__
from qumulus.transport.answer import Answer, NoAnswerError
from qumulus.transport.errors import ClientError, CloudUnreachableError, NotFoundError, api_error
from qumulus.transport.retry import PATIENT, RetryPolicy, Tries

if TYPE_CHECKING:
    import httpx

    from qumulus.transport.connection import Connection

SAFE_TO_REPEAT: Final = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
USER_AGENT: Final = f"qumulus/{__version__}"


class HttpClient:
    """Calls to one Cloud. ``base_url`` is its root: paths name the API, as in ``/user/jobs``.

    Closes its connections as an async context manager, or by ``close()``.

    Raises:
        ClientError: ``base_url`` is no http or https URL.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None,
        *,
        user_agent: str = USER_AGENT,
        timeout_s: float = 30.0,
        retries: RetryPolicy = PATIENT,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.base_url = _checked(base_url)
        self._headers = {
            "user-agent": user_agent,
            "accept": "application/json",
            "content-type": "application/json",
        }
        if token:
            self._headers["authorization"] = f"Bearer {token}"
        self._timeout_s = timeout_s
        self._retries = retries
        self._transport = transport
        self._connection: Connection | None = None
        self._has_met = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
        idempotent: bool | None = None,
        is_poll: bool = False,
    ) -> Answer:
        """Call and give the 2xx answer, after as many tries as it takes and the policy allows.

        ``params`` that are None are left out. ``timeout_s`` is the longest silence of the server: for
        a long poll its wait and a margin. ``idempotent`` None: as the method is by its definition; a
        POST or PATCH that the server recognises when it comes twice is idempotent too. ``is_poll``:
        the server holds the request on purpose; see ``Tries``.

        Raises:
            ApiError: the answer is no success.
            CloudUnreachableError: there was no answer.
        """
        url = self.url(path, params)
        is_safe = method in SAFE_TO_REPEAT if idempotent is None else idempotent
        tries = Tries(self._retries, idempotent=is_safe, is_poll=is_poll, first_contact=not self._has_met)
        while True:
            may_be_done = tries.may_be_done
            try:
                answer = await self._exchange(method, url, headers=headers, body=body, timeout_s=timeout_s)
            except NoAnswerError as error:
                pause_s = tries.after_no_answer(error)
                if pause_s is None:
                    raise self._unreachable(error, tries.may_be_done) from error
            else:
                if answer.status < 300:
                    return answer
                pause_s = tries.after_answer(answer)
                if pause_s is None:
                    raise api_error(answer, after_repeat=may_be_done)
            await asyncio.sleep(pause_s)

    async def remove(self, path: str, *, body: bytes | None = None) -> None:
        """Call DELETE; what it no longer finds when it is sent again is what it removed before.

        Raises:
            ApiError, CloudUnreachableError: as :meth:`request`.
        """
        try:
            await self.request("DELETE", path, body=body)
        except NotFoundError as error:
            if not error.after_repeat:
                raise

    @asynccontextmanager
    async def stream(
        self,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float,
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """GET and hand out the chunks of the answer as they come; one try.

        Raises:
            ApiError: the answer is no success.
            NoAnswerError: the connection failed, or nothing came for ``timeout_s``.
        """
        url = self.url(path, params)
        everything = {**self._headers, **(headers or {})}
        async with self._open().stream("GET", url, headers=everything, timeout_s=timeout_s) as (
            answer,
            chunks,
        ):
            self._has_met = True
            if answer.status >= 300:
                raise api_error(answer)
            yield chunks

    def tries(self) -> Tries:
        """The patience of this client, for callers that repeat streams."""
        return Tries(self._retries, idempotent=True, first_contact=not self._has_met)

    def url(self, path: str, params: Mapping[str, Any] | None = None) -> str:
        """The full URL of a path; parameters that are None are left out."""
        query = urlencode({key: value for key, value in (params or {}).items() if value is not None})
        return f"{self.base_url}{path}?{query}" if query else f"{self.base_url}{path}"

    async def _exchange(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None,
        body: bytes | None,
        timeout_s: float | None,
    ) -> Answer:
        answer = await self._open().exchange(
            method,
            url,
            headers={**self._headers, **headers} if headers else self._headers,
            body=body,
            timeout_s=self._timeout_s if timeout_s is None else timeout_s,
        )
        self._has_met = True
        return answer

    def _open(self) -> Connection:
        if self._connection is None:
            from qumulus.transport.connection import Connection

            self._connection = Connection(self.base_url, transport=self._transport)
        return self._connection

    def _unreachable(self, error: NoAnswerError, may_be_done: bool) -> CloudUnreachableError:
        return CloudUnreachableError(self.base_url, error.reason, may_have_been_done=may_be_done)


def segment(text: Any) -> str:
    """An id as one segment of a path.

    Raises:
        ClientError: it would be none, such as "", ".." or what is no text.
    """
    if not isinstance(text, str) or text in {"", ".", ".."}:
        raise ClientError(f"{text!r} is no id.")
    return quote(text, safe="")


def _checked(base_url: str) -> str:
    try:
        parts = urlsplit(base_url)
        is_good = parts.scheme in {"http", "https"} and bool((parts.hostname or "").encode("idna"))
        _ = parts.port
    except ValueError:
        is_good = False
    if not is_good:
        raise ClientError(f"{base_url!r} is no URL of a cloud: write it as http://host:port")
    return base_url.rstrip("/")
