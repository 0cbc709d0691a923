"""A platform that takes every message at once, as cheaply as can be."""

import asyncio
import threading
import time
from typing import Self

_REST = 2.0
"""Seconds without a message after which none waits: they come 75 a second."""
_ANSWER = b'{"messaging_product": "whatsapp", "messages": [{"id": "wamid.%d"}]}'


class Sink:
    """A server in a thread, on a free loopback port, while the block lasts."""

    def __init__(self) -> None:
        self.taken = 0
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def rest(self) -> None:
        """Waits until no message comes any more."""
        before = -1
        while before != self.taken:
            before = self.taken
            time.sleep(_REST)

    def _run(self) -> None:
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
                self.taken += 1
                body = _ANSWER % self.taken
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
                )
                writer.write(body)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
