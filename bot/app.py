"""The composition root: the one place where the rooms are put together."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

import structlog

from bot import metrics
from bot.arrival import TurnArrivals
from bot.channels.channel import Channel
from bot.channels.media import Source
from bot.clock import Clock
from bot.delivery import Delivery
from bot.endpoint import Endpoint
from bot.feed import Feed
from bot.herald import Herald, Receiver
from bot.lessons import FiledLessons
from bot.life import TurnLife
from bot.mail import Mailer
from bot.media import FetchedMedia
from bot.presence import Presence
from bot.relay import TurnRelay
from bot.retention import Retention
from bot.script import Script
from bot.settings import Settings
from bot.signature import read_secrets
from bot.timers import Timers
from bot.turn import Turns
from bot.watch import Watch
from dialogs.flow import Flows
from handoff.desk.words import load_words
from handoff.port import Change
from nlu.engine import EmbeddedInterpreter
from nlu.interpretation import Interpreter
from store.backfill import count_older
from store.block import StoredBlocks
from store.casework import StoredCasework
from store.database import Database, Unreachable
from store.demo import is_demo
from store.desk import StoredCases
from store.hook import MAIL, WEBHOOK
from store.ledger import Ledger
from store.note import ALARM, CASE, HOOK, OUTBOX
from store.people import StoredUsers
from store.pepper import load_pepper
from store.reports import StoredReports
from store.samples import StoredSamples
from store.tally import StoredStatistics
from store.trail import StoredTrail
from store.vault import open_vault

log = structlog.get_logger()

_TIMER_PAUSE = 0.5
"""Seconds between looks for timers that are due."""
_LOOK_PAUSE = 5.0
_SCRIPT_PAUSE = 1.0
"""Seconds between looks at the files of flows and texts."""
_TIDY_PAUSE = 600.0
_NIGHT_PAUSE = 60.0


class App:
    """The house: everything that works together in one process.

    Args:
        settings: all settings.
        channels: messengers besides those of the settings, by name: the terminal, the simulator.
        clock: the time.
        flows, interpreter: those of another house that stood before it, as they take a second to make.

    Raises:
        NoKeys, Unreachable, ModelMissing, BrokenFlow, BrokenCatalogue: each in one sentence with the cure.
    """

    def __init__(
        self,
        settings: Settings,
        channels: dict[str, Channel] | None = None,
        clock: Clock | None = None,
        flows: Flows | None = None,
        interpreter: Interpreter | None = None,
    ):
        self.settings = settings
        self.clock = clock or Clock()
        self.channels = dict(channels or {})
        keys = settings.privacy.keys
        self.vault = open_vault(keys.get_secret_value() if keys else None, settings.privacy.key_file)
        self.database = Database(settings.storage.url)
        self.script = Script(settings, flows)
        self.interpreter = interpreter or build_interpreter(settings)
        self.feed = Feed()
        self.turns = Turns(self.database, self.vault, self.script.flows, self.interpreter, settings, self.clock.now)
        self.script.follow(self.turns.take)
        presence = Presence(self.database, self.vault, self.channels)
        self.relay = TurnRelay(self.database, self.turns, settings.privacy, settings.desk, presence)
        self.life = TurnLife(self.database, self.turns, settings.desk)
        self.arrivals = TurnArrivals(self.database, self.vault, self.turns, settings)
        self.timers = Timers(self.database, self.turns, settings.privacy)
        self.watch = Watch(self.database, self.turns, self.relay, settings.desk)
        self.delivery = Delivery(
            self.database, self.vault, self.channels, settings.channels.timeout, settings.handoff.told
        )
        self.herald = build_herald(settings, self.database, self.clock)
        self.cases = StoredCases(self.database, self.vault)
        samples = StoredSamples(self.database, self.vault, self.clock.now, settings.privacy.sample_days)
        self.lessons = FiledLessons(samples, settings.nlu)
        self.casework = StoredCasework(self.database, self.vault, self.clock.now)
        self.sources: dict[str, Source] = {}
        """What media can be fetched from, by messenger."""
        self.media = FetchedMedia(self.database, self.vault, self.sources, self.clock.now)
        self.blocks = StoredBlocks(self.database, self.vault, self.clock.now)
        self.reports = StoredReports(self.database, self.vault, self.clock.now)
        self.users = StoredUsers(self.database, self.vault)
        self.trail = StoredTrail(self.database)
        self.statistics = StoredStatistics(self.database, self.turns.zone)
        self.ledger = Ledger(settings.privacy.key_backups)
        self.retention = Retention(
            self.database,
            self.vault,
            self.turns.transaction,
            self.clock.now,
            self.turns.zone,
            settings.privacy,
            self.ledger,
        )

        self.demo = False
        """Whether this is a training database, once it is open."""

        self.database.follow(self._heard)

    def _heard(self, text: str | None) -> None:
        """What was committed, by this process or another."""
        if text is None or text == OUTBOX:
            self.delivery.wake()
        if text is None or text == HOOK:
            self.herald.wake()
        if text is None:
            self.feed.tell(Change(""))
        elif text.startswith((CASE, ALARM)):
            self.feed.tell(Change(text.split()[1], alarm=text.startswith(ALARM)))

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
        await count_older(self.database, self.vault)
        self.demo = await self.database.read(is_demo)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Delivers messages and fires timers until the block ends."""
        workers = (
            self.database.listen(), self.delivery.run(), self.herald.run(), self._watch_timers(), self._watch_script(),
            self._keep_nights(),
        )  # fmt: skip
        tasks = [asyncio.create_task(worker) for worker in workers]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task
            await self.lessons.close()
            for channel in self.channels.values():
                await channel.close()
            await self.herald.close()
            await self.database.close()

    @property
    def flows(self) -> Flows:
        """The flows that are spoken now."""
        return self.script.flows

    async def _watch_script(self) -> None:
        """Takes flows and texts anew when somebody has changed them, in every process."""
        while True:
            await asyncio.sleep(_SCRIPT_PAUSE)
            try:
                if await asyncio.to_thread(self.script.look):
                    self.script.tell()
            except Exception as error:  # the loop outlives its bugs
                log.error("script_failed", kind=type(error).__name__)

    async def _keep_nights(self) -> None:
        while True:
            try:
                if await self.timers.night():
                    await self.retention.run()
            except Unreachable as error:
                log.warning("night_unreachable", kind=type(error.__cause__).__name__)
            except Exception as error:  # the loop outlives its bugs
                log.error("night_failed", kind=type(error).__name__)
            await asyncio.sleep(_NIGHT_PAUSE)

    async def _watch_timers(self) -> None:
        tidied, looked = -_TIDY_PAUSE, -_LOOK_PAUSE
        while True:
            try:
                await self.timers.fire()
                if time.monotonic() - looked >= _LOOK_PAUSE:
                    await self.watch.look()
                    looked = time.monotonic()
                    await self.ledger.follow(self.database)
                if time.monotonic() - tidied >= _TIDY_PAUSE:
                    await self.timers.tidy()
                    tidied = time.monotonic()
            except Unreachable as error:
                log.warning("timers_unreachable", kind=type(error.__cause__).__name__)
            except Exception as error:  # the loop outlives its bugs
                log.error("timers_failed", kind=type(error).__name__)
            await asyncio.sleep(_TIMER_PAUSE)


def build_herald(settings: Settings, database: Database, clock: Clock) -> Herald:
    """The herald, with the receivers that the settings name."""
    webhook, mail = settings.handoff.webhook, settings.handoff.mail
    receivers: dict[str, Receiver] = {}
    if webhook.url and webhook.secret:
        keys = read_secrets(webhook.secret.get_secret_value())
        receivers[WEBHOOK] = Endpoint(webhook.url, keys, clock.now, webhook.timeout)
    if mail.server:
        words = load_words(settings.helpline.hours.hours().zone)
        receivers[MAIL] = Mailer(mail, list(words.values()), clock.now)
    timeout = 2 * max(webhook.timeout, mail.timeout)
    return Herald(database, receivers, timedelta(minutes=mail.every_minutes), timeout)


@lru_cache(maxsize=2)
def _embedded(model: Path, changed: int) -> EmbeddedInterpreter:
    """One reader for all that is built in one process, until the model file changes."""
    return EmbeddedInterpreter.load(model)


def build_interpreter(settings: Settings) -> Interpreter:
    """The engine that the settings name; Rasa falls back on the embedded one."""
    model = Path(settings.nlu.model)
    embedded = _embedded(model, model.stat().st_mtime_ns if model.exists() else 0)
    if settings.nlu.engine == "embedded":
        return embedded
    from nlu.rasa import RasaInterpreter

    token = settings.nlu.rasa_token.get_secret_value() if settings.nlu.rasa_token else None
    return RasaInterpreter(
        settings.nlu.rasa_url, token, settings.nlu.rasa_timeout, embedded, missed=metrics.NLU_FALLBACKS.inc
    )
