"""The whole house on a database of the test's own, with the terminal as its messenger."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.app import App
from bot.channels.channel import Inbound, Outbound
from bot.channels.terminal import TerminalChannel
from bot.clock import Clock, new_id
from dialogs.state import State
from store.keyring import Keyring
from store.tables import metadata
from tests.conftest import settings_in

CHILD = "+212600000001"


class House:
    """The house, and a child who writes to it."""

    def __init__(self, folder: Path, url: str, **sections: dict[str, object]):
        self.clock = Clock()
        self.terminal = TerminalChannel()
        self.app = App(settings_in(folder, storage={"url": url}, **sections), {"terminal": self.terminal}, self.clock)

    def message(self, text: str = "", **fields: Any) -> Inbound:
        defaults: dict[str, Any] = {
            "channel": "terminal",
            "address": CHILD,
            "message_id": new_id(),
            "at": self.clock.now(),
            "text": text,
        }
        return Inbound(**{**defaults, **fields})

    async def send(self, *messages: Inbound) -> list[str]:
        """Delivers messages in one batch; the ids of what is read then."""
        await self.app.turns.accept(messages)
        return [message.message_id for message in await self.read()]

    async def say(self, text: str) -> list[str]:
        return await self.send(self.message(text))

    async def choose(self, choice: str) -> list[str]:
        return await self.send(self.message(choice=choice))

    async def read(self) -> list[Outbound]:
        """What has come, when the child writes nothing more for a while."""
        await self.app.timers.flush()
        await self.app.delivery.drain()
        return self.terminal.take()

    async def state(self, address: str = CHILD) -> State:
        found = await self.app.database.read(
            lambda c: self.app.turns.transaction(c).conversations.find("terminal", address)
        )
        assert found
        return found

    async def rows(self) -> dict[str, list[Any]]:
        """Everything that is stored."""

        def work(c: Any) -> dict[str, list[Any]]:
            return {table.name: list(c.execute(table.select()).all()) for table in metadata.sorted_tables}

        return await self.app.database.read(work)

    async def lines(self) -> list[str]:
        """All that is written in transcripts, opened."""

        def work(c: Any) -> list[str]:
            keys = Keyring(c, self.app.vault)
            line = metadata.tables["line"]
            rows = c.execute(line.select().order_by(line.c.conversation_id, line.c.number)).all()
            return [keys.open(row.case_reference or row.conversation_id, row.text_sealed) for row in rows]

        return await self.app.database.read(work)

    async def opened(self) -> str:
        """A child told, consented, and its case is open; the reference."""
        await self.say("wa7d kayhddedni f whatsapp, 3ndi 14 3am")
        await self.choose("consent.yes")
        reference = (await self.state()).case
        assert reference
        return reference

    async def queued(self) -> str:
        """The same, waiting for a counsellor."""
        reference = await self.opened()
        await self.say("bghit nhder m3a chi wa7d dyal bsse7")
        assert (await self.state()).owner == "queue"
        return reference


@asynccontextmanager
async def house_in(folder: Path, url: str, **sections: dict[str, object]) -> AsyncIterator[House]:
    """A house that is open while the block lasts."""
    house = House(folder, url, **sections)
    await house.app.open(upgrade=True)
    try:
        yield house
    finally:
        await house.app.database.close()
