"""Lanes to a messenger: a connection each, so that sending costs the same however many messages are on their way.

httpx's own pool looks at every connection for every request, at its start and at its end; with 16 messages at once that
was half of what sending cost. Here a request takes a lane that is free, and a new one is laid where none is.
"""

import ssl
from collections.abc import AsyncIterator, Callable
from urllib.request import getproxies

import httpx

from bot.channels.lookup import spare_lookups

_ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1)


class Lanes(httpx.AsyncBaseTransport):
    """A transport for ``httpx.AsyncClient``. The most lanes it ever has is the most requests at one time."""

    def __init__(self) -> None:
        self._tls: ssl.SSLContext | None = None
        self._free: list[httpx.AsyncHTTPTransport] = []
        self._all: list[httpx.AsyncHTTPTransport] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends a request on a free lane, which is free again when the response is closed."""
        lane = self._free.pop() if self._free else self._lay()
        try:
            response = await lane.handle_async_request(request)
        except BaseException:
            self._free.append(lane)
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Stream(response.stream, lambda: self._free.append(lane))
        return response

    async def aclose(self) -> None:
        """Ends all connections."""
        for lane in self._all:
            await lane.aclose()

    def _lay(self) -> httpx.AsyncHTTPTransport:
        # Reading the certificates takes longer than a message.
        self._tls = self._tls or httpx.create_ssl_context()
        lane = httpx.AsyncHTTPTransport(verify=self._tls, limits=_ONE)
        self._all.append(lane)
        return lane


class _Stream(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, done: Callable[[], None]):
        self._stream, self._done = stream, done

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield chunk

    async def aclose(self) -> None:
        done, self._done = self._done, lambda: None
        try:
            await self._stream.aclose()
        finally:
            done()


def lanes() -> Lanes | None:
    """A transport for a messenger's client, or None where the environment names a proxy: httpx knows what to do."""
    spare_lookups()
    return None if getproxies() else Lanes()
