"""The composition root: the one place where the rooms are put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog

from bot.channels.channel import Channel
from bot.clock import Clock
from bot.delivery import Delivery
from bot.feed import Feed
from bot.relay import TurnRelay
from bot.settings import Settings
from bot.timers import Timers
from bot.turn import Turns
from dialogs.flow import Flows, load_flows
from dialogs.messages import load_messages
from nlu.engine import EmbeddedInterpreter
from nlu.interpretation import Interpreter
from store.database import Database, Unreachable
from store.desk import StoredCases, StoredUsers
from store.pepper import load_pepper
from store.vault import Vault, read_keys

log = structlog.get_logger()

_TIMER_PAUSE = 5.0
"""Seconds between looks for timers that are due."""


class App:
    """The house: everything that works together in one process.

    Args:
        settings: all settings.
        channels: messengers besides those of the settings, by name: the terminal, the simulator.
        clock: the time.

    Raises:
        NoKeys, Unreachable, ModelMissing, BrokenFlow, BrokenCatalogue: each in one sentence with the cure.
    """

    def __init__(self, settings: Settings, channels: dict[str, Channel] | None = None, clock: Clock | None = None):
        self.settings = settings
        self.clock = clock or Clock()
        self.channels = dict(channels or {})
        keys = settings.privacy.keys
        self.vault = Vault(read_keys(keys.get_secret_value() if keys else None, settings.privacy.key_file))
        self.database = Database(settings.storage.url)
        self.flows: Flows = load_flows(load_messages(settings.constants()))
        self.interpreter = build_interpreter(settings)
        self.feed = Feed()
        self.turns = Turns(
            self.database, self.vault, self.flows, self.interpreter, settings, self.clock.now, self._changed
        )
        self.relay = TurnRelay(self.database, self.turns, settings.privacy, self._changed)
        self.timers = Timers(self.database, self.turns, settings.privacy)
        self.delivery = Delivery(self.database, self.vault, self.channels, self.clock.now)
        self.cases = StoredCases(self.database, self.vault)
        self.users = StoredUsers(self.database, self.vault)

    def _changed(self, reference: str) -> None:
        self.delivery.wake()
        self.feed.tell(reference)

    async def open(self, *, upgrade: bool) -> None:
        """Makes the database ready.

        Args:
            upgrade: whether to bring its tables to this version, or only to check them.
        """
        if upgrade:
            await self.database.upgrade()
        else:
            await self.database.check()
        await self.database.write(lambda c: load_pepper(c, self.vault))

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Delivers messages and fires timers until the block ends."""
        tasks = [asyncio.create_task(self.delivery.run()), asyncio.create_task(self._watch_timers())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task
            for channel in self.channels.values():
                await channel.close()
            await self.database.close()

    async def _watch_timers(self) -> None:
        while True:
            try:
                if await self.timers.fire():
                    self._changed("")
            except Unreachable as error:
                log.warning("timers_unreachable", kind=type(error.__cause__).__name__)
            except Exception as error:  # the loop outlives its bugs
                log.error("timers_failed", kind=type(error).__name__)
            await asyncio.sleep(_TIMER_PAUSE)


def build_interpreter(settings: Settings) -> Interpreter:
    """The engine that the settings name; Rasa falls back on the embedded one."""
    embedded = EmbeddedInterpreter.load(Path(settings.nlu.model))
    if settings.nlu.engine == "embedded":
        return embedded
    from nlu.rasa import RasaInterpreter

    token = settings.nlu.rasa_token.get_secret_value() if settings.nlu.rasa_token else None
    return RasaInterpreter(settings.nlu.rasa_url, token, settings.nlu.rasa_timeout, embedded)
