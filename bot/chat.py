"""A child's chat through the whole real stack, on a temporary database that goes when it ends."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from bot.app import App
from bot.channels.channel import Inbound, MediaKind, Outbound
from bot.channels.terminal import TerminalChannel
from bot.clock import Clock, new_id
from bot.outcome import Transaction
from bot.settings import HandoffSettings, Settings
from dialogs.event import Event, Facts
from dialogs.flow import Flows
from dialogs.state import State
from nlu.interpretation import Interpreter, Language
from store.conversations import Stored
from store.database import Connection

_ADDRESS = "terminal"


class Chat:
    """One child's chat.

    Args:
        settings: all settings; the storage is replaced by a temporary one.
        folder: where the temporary database lives; one that is there already is gone on with.
        flows, interpreter: as for ``App``.
    """

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        flows: Flows | None = None,
        interpreter: Interpreter | None = None,
    ):
        storage = settings.storage.model_copy(update={"url": f"sqlite:///{folder / 'chat.db'}"})
        places = {"key_file": folder / "keys", "keys": None, "key_backups": folder / "key-backups"}
        privacy = settings.privacy.model_copy(update=places)
        # What is tried out here is nobody else's business.
        apart = {"storage": storage, "privacy": privacy, "handoff": HandoffSettings()}
        self._settings = settings.model_copy(update=apart)
        self.folder = folder
        self._terminal = TerminalChannel()
        self.clock = Clock()
        self.app = App(self._settings, {"terminal": self._terminal}, self.clock, flows, interpreter)
        self.reference: str | None = None
        """The last case of this chat."""

    async def open(self, *, upgrade: bool = True) -> None:
        """Makes the database ready; without ``upgrade`` it is one that another chat has made ready."""
        await self.app.open(upgrade=upgrade)

    async def close(self) -> None:
        await self.app.database.close()

    async def state(self) -> State:
        """The state of the conversation as stored."""
        found = await self.app.database.read(
            lambda c: self.app.turns.transaction(c).conversations.find("terminal", _ADDRESS)
        )
        return found or State(language=self._settings.helpline.language)

    async def send(
        self,
        text: str = "",
        choice: str | None = None,
        media: str | None = None,
        ref: str | None = None,
        *,
        more: bool = False,
    ) -> list[Outbound]:
        """Sends one message of the child and returns what it reads then.

        Args:
            text, choice, media, ref: as in ``Inbound``.
            more: whether more of a burst comes; without it the chat goes turn by turn, and nothing is held.
        """
        inbound = Inbound(
            channel="terminal",
            address=_ADDRESS,
            message_id=new_id(),
            at=self.clock.now(),
            text=text,
            choice=choice,
            media=cast(MediaKind | None, media),
            media_ref=ref,
        )
        await self.app.turns.accept([inbound])
        if not more:
            await self.app.timers.flush()
        return await self.read()

    async def wait_until(self, moment: datetime) -> list[Outbound]:
        """Lets time go on, and returns what the child reads then."""
        self.clock.move_to(moment)
        await self.app.timers.fire()
        return await self.read()

    async def happen(self, event: Callable[[datetime, Facts], Event]) -> None:
        """Lets something happen that neither a message nor the desk brings.

        Args:
            event: makes it of the moment and the facts.
        """

        def work(tx: Transaction, stored: Stored, now: datetime) -> None:
            self.app.turns.apply(tx, stored, event(now, self.app.turns.facts(tx, stored, now)), now)

        await self._within(work)

    async def settle(self) -> None:
        """The child has chosen the variety that the chat began in."""

        def work(tx: Transaction, stored: Stored, now: datetime) -> None:
            tx.conversations.save(stored, stored.state.but(settled=True), stored.next_line, now)

        await self._within(work)

    async def _within(self, work: Callable[[Transaction, Stored, datetime], None]) -> None:
        app, new = self.app, State(language=self._settings.helpline.language)

        def within(connection: Connection) -> None:
            tx, now = app.turns.transaction(connection), self.clock.now()
            work(tx, tx.conversations.open("terminal", _ADDRESS, new_id(), new, now), now)

        await app.database.write(within)

    async def read(self) -> list[Outbound]:
        """What the child reads now."""
        await self.app.delivery.drain()
        self.reference = (await self.state()).case or self.reference
        return self._terminal.take()

    async def case(self) -> dict[str, Any] | None:
        """The last case of this chat, as a document."""
        case = await self.app.cases.case(self.reference) if self.reference else None
        return case.document() if case else None


def slots_of(state: State) -> dict[str, Any]:
    """The slots as the protocol shows them."""
    slots: dict[str, Any] = {k: list(v) if isinstance(v, tuple) else v for k, v in state.slots.items()}
    if state.story:
        slots["narrative"] = "\n".join(state.story)
    slots["language"] = state.language.value
    return slots


def in_language(settings: Settings, language: str | None) -> Settings:
    """The settings of a helpline that begins in another language."""
    if language is None:
        return settings
    helpline = settings.helpline.model_copy(update={"language": Language(language)})
    return settings.model_copy(update={"helpline": helpline})
