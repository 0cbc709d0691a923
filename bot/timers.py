"""Timers: rows that fire as events. Unfinished conversations, seals and retention end by them."""

from datetime import UTC, datetime, time, timedelta
from functools import partial

import structlog

from bot.outcome import ADDRESS, FORGET, HOLD, REMIND, RETIRE, STALLED, UNSEAL, Transaction
from bot.reading import Reading
from bot.settings import PrivacySettings
from bot.turn import Turns
from dialogs.event import Event, Overdue, Silent, Waited
from dialogs.slot import SLOTS
from dialogs.state import Owner, State
from nlu.interpretation import Interpretation
from store.block import forget_blocks
from store.conversations import Stored
from store.database import Connection, Database, Unreachable
from store.pace import forget_full
from store.people import forget_guests

log = structlog.get_logger()

_AT_ONCE = 100
_AGAIN = timedelta(hours=1)
_NIGHT = time(3)
"""When the helpline's night is deepest, by its own clock."""
NIGHT = "night"
"""The timer of the night's work; it belongs to no conversation."""


class Timers:
    """Fires the timers that are due."""

    def __init__(self, database: Database, turns: Turns, privacy: PrivacySettings):
        self._database, self._turns, self._privacy = database, turns, privacy

    async def fire(self) -> int:
        """Fires what is due now.

        Returns:
            how many timers fired.
        """

        now = self._turns.now()
        due = await self._database.read(lambda c: self._turns.transaction(c).conversations.due_timers(now, _AT_ONCE))
        fired = 0
        for timer in due:
            try:
                if timer[1] == HOLD:
                    fired += await self._release(timer[0], now)
                else:
                    fired += await self._database.write(partial(self._fire, timer))
            except Unreachable:
                raise
            except Exception as error:  # a bug with one must not stop the others; it is tried again
                log.error("timer_failed", name=timer[1], kind=type(error).__name__)
                await self._database.write(partial(self._postpone, timer))
        return fired

    async def flush(self) -> None:
        """Takes the bursts that are held now, as if their quiet time were over: a chat in turns has none."""
        soon = self._turns.now() + timedelta(minutes=1)
        due = await self._database.read(lambda c: self._turns.transaction(c).conversations.due_timers(soon, _AT_ONCE))
        for conversation_id, name, _ in due:
            if name == HOLD:
                await self._release(conversation_id, soon)

    async def _release(self, conversation_id: str, due: datetime) -> int:
        """Reads the messages of a burst as one, and answers them."""
        stored = await self._database.read(lambda c: self._turns.transaction(c).conversations.get(conversation_id))
        reading = Reading.of(stored.state if stored else None)

        def answer(said: Interpretation | None, connection: Connection) -> State | None:
            tx = self._turns.transaction(connection)
            stored = tx.conversations.get(conversation_id)
            if Reading.of(stored.state if stored else None) != reading:
                # More has come meanwhile: the burst goes on.
                return None
            now = self._turns.now()
            if not tx.conversations.take_timer(conversation_id, HOLD, "", due) or not stored or not reading.held:
                return None
            facts = self._turns.facts(tx, stored, now)
            event = Waited(now, facts, said) if said else Silent(now, facts)
            return self._turns.apply(tx, stored, event, now, failed=said is None)

        try:
            said, _ = await self._turns.read(reading)
            answered = await self._database.write(partial(answer, said))
        except Unreachable:
            raise
        except Exception as error:  # a bug must cost no child its message
            log.error("turn_failed", kind=type(error).__name__)
            answered = await self._database.write(partial(answer, None))
        if answered and stored and stored.address:
            self._turns.remember(stored.channel, stored.address, answered)
        return int(answered is not None)

    def _fire(self, timer: tuple[str, str, str], connection: Connection) -> int:
        conversation_id, name, reference = timer
        tx = self._turns.transaction(connection)
        # The conversation first, as every turn does: two that lock in different orders would wait for each other.
        stored = tx.conversations.get(conversation_id)
        if not tx.conversations.take_timer(conversation_id, name, reference, self._turns.now()):
            return 0
        self._one(tx, stored, conversation_id, name, reference)
        return 1

    def _postpone(self, timer: tuple[str, str, str], connection: Connection) -> None:
        conversation_id, name, reference = timer
        later = self._turns.now() + _AGAIN
        self._turns.transaction(connection).conversations.set_timer(conversation_id, name, later, reference)

    async def night(self) -> bool:
        """Whether the night's work is this process's to do now: once a night, whoever asks first."""
        now = self._turns.now()
        at = datetime.combine(now.astimezone(self._turns.zone).date(), _NIGHT, self._turns.zone)
        due = at if now < at else at + timedelta(days=1)

        def work(connection: Connection) -> bool:
            conversations = self._turns.transaction(connection).conversations
            if conversations.take_timer("", NIGHT, "", now):
                conversations.set_timer("", NIGHT, due.astimezone(UTC))
                return True
            conversations.begin_timer("", NIGHT, due.astimezone(UTC))
            return False

        return await self._database.write(work)

    async def tidy(self) -> None:
        """Erases what is kept against repeats alone, when it is old."""
        now = self._turns.now()

        def work(connection: Connection) -> None:
            tx = self._turns.transaction(connection)
            before = now - timedelta(days=self._privacy.repeats_days)
            tx.conversations.forget_seen(before)
            tx.outbox.forget_receipts(before, now - _AGAIN)
            tx.shown.forget_old(now)
            tx.samples.forget_old(now - timedelta(days=self._privacy.sample_days))
            forget_full(connection, now - timedelta(hours=1))
            forget_guests(connection, now)
            forget_blocks(connection, now)

        await self._database.write(work)

    def _one(self, tx: Transaction, stored: Stored | None, conversation_id: str, name: str, reference: str) -> None:
        now = self._turns.now()
        if name == UNSEAL:
            tx.conversations.erase_lines(reference)
            tx.cases.withdraw(reference, now)
        elif name == RETIRE and tx.cases.on_hold(reference):
            # Tomorrow it is asked again; the nightly retention finds it as well.
            tx.conversations.set_timer(conversation_id, RETIRE, now + timedelta(days=1), reference)
            return
        elif name == RETIRE:
            tx.conversations.erase_lines(reference)
            tx.cases.retire(reference, self._turns.zone)
        if stored is None:
            return
        state = stored.state
        if name == FORGET and state.case is None and state.closed is None and state.question:
            slot = SLOTS.get(state.question.slot)
            tx.conversations.count_dropped(stored, (slot and slot.expects) or state.question.slot, now)
        if name in (FORGET, UNSEAL, RETIRE) and state.case is None and not tx.cases.of_conversation(conversation_id):
            tx.conversations.forget(conversation_id)
        elif name == FORGET and state.basis in (None, "vital_interest"):
            tx.conversations.forget_lines(stored)
            fresh = State(language=state.language, settled=state.settled, ended=True, closed=state.closed)
            kept = fresh if state.case is None else state.but(story=(), evidence=())
            tx.conversations.save(stored, kept, stored.next_line, now)
        elif name == ADDRESS and state.case is None:
            tx.conversations.drop_address(conversation_id)
        elif name == STALLED and state.owner is Owner.BOT and state.case:
            event: Event = Silent(now, self._turns.facts(tx, stored, now))
            self._turns.apply(tx, stored, event, now)
        elif name == REMIND:
            event = Overdue(now, self._turns.facts(tx, stored, now))
            self._turns.apply(tx, stored, event, now)
