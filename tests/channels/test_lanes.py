import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest

from bot.channels.lanes import Lanes, lanes


class Counter:
    """A server that counts its connections, and answers when it is let."""

    def __init__(self) -> None:
        self.connections = 0
        self.open = asyncio.Event()
        self.open.set()
        self.served: list[asyncio.Task[None]] = []

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.served.append(asyncio.create_task(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while await reader.readline():
                while (await reader.readline()).strip():
                    pass
                await self.open.wait()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@asynccontextmanager
async def _served() -> AsyncIterator[tuple[Counter, httpx.AsyncClient]]:
    counter = Counter()
    server = await asyncio.start_server(counter.accept, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with httpx.AsyncClient(transport=Lanes(), base_url=address) as client:
        yield counter, client
    server.close()
    await asyncio.gather(*counter.served)


async def test_as_many_connections_as_requests_at_one_time() -> None:
    async with _served() as (counter, client):
        for _ in range(3):
            assert (await client.get("/")).text == "ok"
        assert counter.connections == 1
        counter.open.clear()
        waiting = [asyncio.create_task(client.get("/")) for _ in range(4)]
        async with asyncio.timeout(10):
            while counter.connections < 4:
                await asyncio.sleep(0.01)
        counter.open.set()
        assert {answer.text for answer in await asyncio.gather(*waiting)} == {"ok"}
        assert (await client.get("/")).text == "ok"
        assert counter.connections == 4


async def test_a_lane_is_free_when_the_answer_is_closed_or_the_asking_given_up() -> None:
    async with _served() as (counter, client):
        async with client.stream("GET", "/") as answer:
            assert [chunk async for chunk in answer.aiter_raw()] == [b"ok"]
        counter.open.clear()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await client.get("/")
        counter.open.set()
        assert (await client.get("/")).text == "ok"
        assert counter.connections == 2


def test_a_proxy_of_the_environment_is_left_to_httpx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    assert lanes() is None
