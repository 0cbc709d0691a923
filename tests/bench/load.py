"""The load: signed webhooks over kept connections, each answered before its child says the next thing."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit

from tests.chaos.children import Saying, body
from tests.standins.whatsapp import signature

CONNECTIONS = 32


@dataclass(slots=True)
class Result:
    """What a load saw.

    Args:
        turns: webhooks answered 200.
        seconds: how long it took.
        latencies: seconds of each, from when it was due.
        refused: webhooks answered 503, and sent again as the platforms do.
        worked: seconds of processor time that the answering took.
    """

    turns: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    refused: int = 0
    worked: float = 0.0

    @property
    def rate(self) -> float:
        return self.turns / self.seconds

    def quantile(self, share: float) -> float:
        return sorted(self.latencies)[min(int(share * len(self.latencies)), len(self.latencies) - 1)]


class _Line:
    """One connection to one process."""

    def __init__(self, url: str):
        self._url = urlsplit(url)
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, raw: bytes) -> int:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self._url.hostname, self._url.port)
        assert self._reader
        head = (
            f"POST /whatsapp/webhook HTTP/1.1\r\nHost: helpline\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(raw)}\r\nX-Hub-Signature-256: {signature(raw)}\r\n\r\n"
        )
        self._writer.write(head.encode() + raw)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(answer.split(b"content-length:")[1].split(b"\r\n")[0])
        await self._reader.readexactly(length)
        return int(answer[9:12])

    def close(self) -> None:
        if self._writer:
            self._writer.close()


async def load(
    urls: Sequence[str], children: Sequence[str], sayings: Sequence[Saying], first: int, rate: float | None = None
) -> Result:
    """Lets children talk, as many at once as there are connections.

    Args:
        urls: the processes.
        children: their addresses.
        sayings: what each says, in order.
        first: the number of the first message of each, so that no id comes twice.
        rate: messages a second, in even steps, or as many as are answered.
    """
    result, waiting, places = Result(), deque(children), count()
    started = time.perf_counter()

    async def talk(number: int) -> None:
        line = _Line(urls[number % len(urls)])
        while waiting:
            child = waiting.popleft()
            for place, saying in enumerate(sayings, first):
                raw = body([saying.message(child, place)])
                begun = time.perf_counter()
                if rate:
                    # What is late because no connection was free has waited too.
                    begun = started + next(places) / rate
                    await asyncio.sleep(max(begun - time.perf_counter(), 0))
                while (status := await line.post(raw)) != 200:
                    assert status == 503, status
                    result.refused += 1
                    await asyncio.sleep(0.1)
                result.latencies.append(time.perf_counter() - begun)
                result.turns += 1
        line.close()

    await asyncio.gather(*(talk(number) for number in range(min(CONNECTIONS, len(children)))))
    result.seconds = time.perf_counter() - started
    return result
