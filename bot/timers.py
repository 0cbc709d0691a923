"""Timers: rows that fire as events. Unfinished conversations, seals and retention end by them."""

from datetime import timedelta

from bot.settings import PrivacySettings
from bot.turn import ADDRESS, FORGET, RETIRE, STALLED, UNSEAL, Transaction, Turns
from dialogs.event import Silent
from dialogs.state import Owner, State
from store.database import Connection, Database

_AT_ONCE = 100


class Timers:
    """Fires the timers that are due."""

    def __init__(self, database: Database, turns: Turns, privacy: PrivacySettings):
        self._database, self._turns, self._privacy = database, turns, privacy

    async def fire(self) -> int:
        """Fires what is due now.

        Returns:
            how many timers fired.
        """

        def work(connection: Connection) -> int:
            tx = self._turns.transaction(connection)
            now = self._turns.now()
            due = tx.conversations.due_timers(now, _AT_ONCE)
            for conversation_id, name, reference in due:
                self._one(tx, conversation_id, name, reference)
            tx.conversations.forget_seen(now - timedelta(days=self._privacy.repeats_days))
            return len(due)

        return await self._database.write(work)

    def _one(self, tx: Transaction, conversation_id: str, name: str, reference: str) -> None:
        now = self._turns.now()
        stored = tx.conversations.get(conversation_id)
        if name == UNSEAL:
            tx.conversations.erase_lines(reference)
            tx.cases.withdraw(reference, now)
        elif name == RETIRE:
            tx.conversations.erase_lines(reference)
            tx.cases.erase(reference)
        if stored is None:
            return
        state = stored.state
        if name in (FORGET, UNSEAL, RETIRE) and state.case is None and not tx.cases.of_conversation(conversation_id):
            tx.conversations.forget(conversation_id)
        elif name == FORGET and state.basis in (None, "vital_interest"):
            tx.conversations.forget_lines(stored)
            fresh = State(language=state.language, settled=state.settled, ended=True)
            kept = fresh if state.case is None else state.but(story=(), evidence=())
            tx.conversations.save(stored, kept, stored.next_line, now)
        elif name == ADDRESS and state.case is None:
            tx.conversations.drop_address(conversation_id)
        elif name == STALLED and state.owner is Owner.BOT and state.case:
            event = Silent(now, self._turns.facts(tx, stored, now))
            self._turns.apply(tx, stored, event, now)
