"""The phones of the simulator: a messenger whose messages stay in memory."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.channels.channel import Later, Outbound, Sent
from bot.simulator.post import Post
from store.database import Database, Unreachable
from store.vault import Vault

_PHONES = 200
_KEPT = 500


@dataclass(slots=True)
class Phone:
    """One phone: what it shows, and who looks at it."""

    shown: list[dict[str, Any]] = field(default_factory=list)
    watchers: set["asyncio.Queue[dict[str, Any]]"] = field(default_factory=set)

    def show(self, message: dict[str, Any]) -> None:
        """Adds a message and tells the watchers."""
        self.shown.append({**message, "number": len(self.shown)})
        del self.shown[:-_KEPT]
        for watcher in self.watchers:
            watcher.put_nowait(self.shown[-1])

    async def watch(self) -> AsyncIterator[dict[str, Any]]:
        """Everything shown so far, then everything as it comes."""
        watcher: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        for message in self.shown:
            watcher.put_nowait(message)
        self.watchers.add(watcher)
        try:
            while True:
                yield await watcher.get()
        finally:
            self.watchers.discard(watcher)


class SimulatorChannel:
    """The simulator as a messenger: the newest phones are kept, in memory alone, in each process.

    Args:
        database, vault: how the processes tell one another what their phones show.
        now: the clock.
    """

    name = "simulator"

    def __init__(self, database: Database, vault: Vault, now: Callable[[], datetime]) -> None:
        self._now = now
        self._phones: OrderedDict[str, Phone] = OrderedDict()
        self._post = Post(database, vault, lambda address, message: self.phone(address).show(message))

    def phone(self, address: str) -> Phone:
        """The phone with an address; an old one makes room for a new one."""
        phone = self._phones.setdefault(address, Phone())
        self._phones.move_to_end(address)
        while len(self._phones) > _PHONES:
            self._phones.popitem(last=False)
        return phone

    async def show(self, address: str, message: dict[str, Any]) -> None:
        """Puts a message on a phone, whichever process it is open in.

        Raises:
            Unreachable: the other processes could not be told; here it is not shown either.
        """
        await self._post.send(address, message)
        self.phone(address).show(message)

    async def send(self, address: str, message: Outbound) -> Sent | Later:
        choices = [{"id": choice, "title": title} for choice, title in message.choices]
        try:
            shown = {"from": message.source, "text": message.whole, "choices": choices, "language": message.language}
            await self.show(address, {**shown, "at": self._now().isoformat()})
        except Unreachable:
            return Later("database")
        return Sent()

    async def close(self) -> None:
        """Nothing to end."""
