"""The turn: one event of one conversation, in one transaction.

Dedupe, lock the conversation, advance the dialog, write state, transcript, case, outbox and timers,
commit. Only then is the messenger told that its message is kept.
"""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial

import structlog

from bot import metrics
from bot.channels.channel import Failure, Inbound, Incoming, Reached
from bot.channels.inbox import NotStored
from bot.channels.terminal import TerminalChannel
from bot.clock import new_id, new_reference
from bot.outcome import Heard, Outcome, Transaction
from bot.reading import Reading
from bot.settings import Settings
from dialogs.effect import (
    Effect,
    OpenCase,
    RequestHandoff,
    Say,
)
from dialogs.engine import advance
from dialogs.event import Chose, Event, Facts, Said, Shared
from dialogs.flow import Flows
from dialogs.state import Call, Owner, State
from handoff.case import Case, Status
from handoff.report.door import outcome_of
from nlu.interpretation import Interpretation, Interpreter, Language
from store.conversations import Conversations, Stored
from store.database import Connection, Database, Unreachable
from store.keyring import Keyring
from store.vault import Vault

log = structlog.get_logger()

_TRIES = 3
"""How often a message is read again because the question changed while it was being read."""

_REMEMBERED = 5_000
"""Conversations of which a process remembers what they were asked, to spare a look before each message."""

_WINDOW = timedelta(hours=24)
"""How long after the child's last message WhatsApp lets a counsellor write."""


Watch = Callable[[Event, State, State, Sequence[Effect]], None]
"""Is told of a turn: the event, the state before and after it, and what it asked for."""


def _unwatched(event: Event, before: State, after: State, effects: Sequence[Effect]) -> None:
    """Nobody looks on."""


class Turns:
    """Takes events, turn by turn.

    Args:
        database, vault: where it lasts.
        flows: the dialog.
        interpreter: reads messages.
        settings: hours and retention.
        now: the clock.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        flows: Flows,
        interpreter: Interpreter,
        settings: Settings,
        now: Callable[[], datetime],
    ):
        self._database, self._vault = database, vault
        self.flows, self._interpreter, self._settings = flows, interpreter, settings
        self._told = settings.handoff.told
        self._hours = settings.helpline.hours.hours()
        self.zone = self._hours.zone
        """Where the helpline's days begin."""
        self.now = now
        self.minutes: int | None = None
        """How long children wait for a counsellor as a rule (``bot.watch`` knows)."""
        self.watch: Watch = _unwatched
        """Looks on, for the simulator; it changes nothing."""
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._readings: OrderedDict[str, Reading] = OrderedDict()

    async def accept(self, events: Sequence[Incoming]) -> None:
        """Takes messages from a messenger, in order, and what it could not deliver.

        Raises:
            NotStored: when one could not be stored; the messenger delivers them all again, and those that
                were stored are known by their ids.
        """
        for event in events:
            try:
                if isinstance(event, Failure):
                    await self._refused(event)
                elif isinstance(event, Reached):
                    await self._reached(event)
                else:
                    with metrics.TURN_SECONDS.labels(event.channel).time():
                        await self._take(event)
            except Unreachable as error:
                raise NotStored(str(error)) from error

    async def _take(self, inbound: Inbound) -> None:
        contact = self._vault.hash("contact", inbound.channel, inbound.address)
        lock = self._locks[contact]
        async with lock:
            reading = await self._reading(inbound, contact)
            for attempt in range(_TRIES):
                try:
                    said, last = await self.read(reading, "" if inbound.choice else inbound.text)
                    work = partial(self._turn, inbound, said, last, reading, attempt == _TRIES - 1)
                    done, reading = await self._database.write(work)
                except Unreachable:
                    raise
                except Exception as error:  # a bug must cost no child its message, nor jam those behind it
                    log.error("turn_failed", kind=type(error).__name__)
                    metrics.FAILED_TURNS.labels(inbound.channel).inc()
                    work = partial(self._turn, inbound, None, None, reading, True)
                    done, reading = await self._database.write(work)
                if done:
                    break
            self._remember(contact, reading)
        if not lock.locked():
            self._locks.pop(contact, None)

    async def _refused(self, failure: Failure) -> None:
        """A messenger could not deliver what it had taken: the desk is shown it."""

        def work(connection: Connection) -> bool:
            tx = self.transaction(connection)
            return tx.outbox.refused(failure.channel, failure.platform_id, failure.why, self.now())

        if await self._database.write(work):
            metrics.UNDELIVERED.labels(failure.channel).inc()

    async def _reached(self, reached: Reached) -> None:
        """A message has come to the child: the desk is shown it, where a counsellor wrote it."""
        platform = (reached.channel, reached.platform_id)
        if await self._database.read(lambda c: self.transaction(c).outbox.followed(*platform)):
            await self._database.write(lambda c: self.transaction(c).outbox.reached(*platform, reached.how, self.now()))

    def remember(self, channel: str, address: str, state: State) -> None:
        """What a contact is asked after its burst was answered: else its next message would be read in vain, and read
        again. A contact that this process has not heard may be another's by now."""
        contact = self._vault.hash("contact", channel, address)
        if contact in self._readings:
            self._remember(contact, Reading.of(state))

    def _remember(self, contact: str, reading: Reading) -> None:
        self._readings[contact] = reading
        self._readings.move_to_end(contact)
        if len(self._readings) > _REMEMBERED:
            self._readings.popitem(last=False)

    async def read(self, reading: Reading, text: str = "") -> tuple[Interpretation | None, Interpretation | None]:
        """Reads a message, and what is held before it, as ``Reading.read``."""
        return await reading.read(self._interpreter, text)

    async def _reading(self, inbound: Inbound, contact: str) -> Reading:
        """What the child was asked, as far as this process knows; the turn makes sure of it."""
        if contact in self._readings:
            return self._readings[contact]
        state = await self._database.read(
            lambda c: Conversations(c, Keyring(c, self._vault)).find(inbound.channel, inbound.address)
        )
        return Reading.of(state)

    def _turn(
        self,
        inbound: Inbound,
        said: Interpretation | None,
        last: Interpretation | None,
        reading: Reading,
        final: bool,
        connection: Connection,
    ) -> tuple[bool, Reading]:
        now = self.now()
        tx = self.transaction(connection)
        stored = tx.conversations.open(
            inbound.channel, inbound.address, new_id(), State(language=self._settings.helpline.language), now
        )
        asked = Reading.of(stored.state)
        if (said or asked.held) and not final and asked != reading:
            return False, asked
        if not tx.conversations.first_time(stored, inbound.message_id, now):
            return True, asked
        facts = self.facts(tx, stored, now)
        event: Event
        if inbound.choice is not None and inbound.choice.partition(".")[0] in self.flows.slots:
            event = Chose(now, facts, inbound.choice, said)
            text = inbound.text or self._title(inbound.choice, stored.state.language)
        elif inbound.media:
            event = Shared(now, facts, inbound.media, inbound.media_ref, said)
            text = inbound.text
        elif said:
            event, text = Said(now, facts, said, last), inbound.text
        else:
            event, text = Shared(now, facts, "other"), inbound.text
        # A text that could not even be read is answered by a human.
        failed = stored.damaged or (bool(inbound.text) and said is None and inbound.choice is None)
        if stored.damaged:
            log.error("conversation_damaged")
            metrics.DAMAGED.inc()
        # Nobody can answer a press: it is no message of the child.
        heard = Heard(text, inbound.media, None if inbound.choice else inbound.message_id)
        state = self.apply(tx, stored, event, now, heard, failed=failed)
        return True, Reading.of(state)

    def _title(self, choice: str, language: Language) -> str:
        key = self.flows.messages.title_key(choice)
        return self.flows.messages.text(key, language) if key in self.flows.messages else choice

    def take(self, flows: Flows) -> None:
        """Speaks from other flows from the next turn on."""
        self.flows = flows

    def open(self, at: datetime) -> bool:
        """Whether counsellors are there at a moment."""
        return self._hours.open(at)

    def day(self, at: datetime) -> date:
        """The day that it is at the helpline at a moment."""
        return at.astimezone(self._hours.zone).date()

    def transaction(self, connection: Connection) -> Transaction:
        """The store as one transaction sees it."""
        return Transaction.of(connection, self._vault, self._told)

    def facts(self, tx: Transaction, stored: Stored, now: datetime) -> Facts:
        """What the pure engine must be told."""
        state = stored.state
        reference = state.case or state.closed
        status = tx.cases.status(reference)
        told = status in (Status.REPORTED, Status.ACCOMPANIED)
        reported = tx.cases.get(reference) if reference and told else None
        opening = self._hours.opening(now)
        return Facts(
            reference=new_reference(),
            open=self._hours.open(now),
            opening=opening,
            far=opening is not None and opening - now > _WINDOW,
            waiting=tx.cases.waiting(state.case),
            minutes=self.minutes,
            status=status,
            outcome=outcome_of(reported) if reported else None,
            sealed=tx.cases.sealed(stored.id),
            most=0 if stored.channel == TerminalChannel.name else self._settings.channels.flood_per_minute,
            blocked=stored.blocked.astimezone(self._hours.zone) if stored.blocked and stored.blocked > now else None,
        )

    def apply(
        self,
        tx: Transaction,
        stored: Stored,
        event: Event,
        now: datetime,
        heard: Heard | None = None,
        changed: Callable[[Case], Case] = lambda case: case,
        failed: bool = False,
    ) -> State:
        """Runs one event through the engine and carries out what it asks for, within a transaction.

        Args:
            tx: the transaction.
            stored: the conversation, locked.
            event: what happened.
            now: when.
            heard: the message that came.
            changed: what the desk changes in the case in the same breath.
            failed: do not run the dialog: say that it failed, and call a human.

        Returns:
            the state after the turn.
        """
        before, flows = stored.state, self.flows
        state, effects = self._failed(before, event) if failed else advance(flows, before, event)
        due = self._settings.desk.due(Status.RECEIVED, self.day(now))
        outcome = Outcome(tx, stored, event, state, effects, flows.messages, self._settings.privacy, due)
        outcome.keep(heard, changed, failed=failed)
        self.watch(event, before, state, effects)
        return state

    def _failed(self, state: State, event: Event) -> tuple[State, list[Effect]]:
        effects: list[Effect] = []
        if state.case is None:
            state = state.but(case=event.facts.reference, basis="chat_only")
            effects.append(OpenCase(event.facts.reference, "chat_only"))
        if state.owner is Owner.BOT:
            state = state.but(owner=Owner.QUEUE, call=Call(reason="bot_failure", at=event.at))
            effects.append(RequestHandoff("bot_failure"))
        effects.append(Say("failure.human", state.language))
        return state.but(question=None, topics=(), held=()), effects
