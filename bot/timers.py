"""Timers: rows that fire as events. Unfinished conversations, seals and retention end by them."""

from datetime import timedelta

from bot.settings import PrivacySettings
from bot.turn import ADDRESS, FORGET, RETIRE, UNSEAL, Transaction, Turns
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
        stored = tx.conversations.get(conversation_id)
        if name == FORGET:
            if stored and stored.state.case is None and not tx.cases.of_conversation(conversation_id):
                tx.conversations.forget(conversation_id)
            elif stored and stored.state.case is None:
                tx.conversations.forget_lines(stored)
        elif name == UNSEAL:
            tx.conversations.erase_lines(reference)
            tx.cases.withdraw(reference, self._turns.now())
        elif name == RETIRE:
            tx.conversations.erase_lines(reference)
            tx.cases.erase(reference)
            if stored and stored.state.case is None and not tx.cases.of_conversation(conversation_id):
                tx.conversations.forget(conversation_id)
        elif name == ADDRESS and stored and stored.state.case is None:
            tx.conversations.drop_address(conversation_id)
