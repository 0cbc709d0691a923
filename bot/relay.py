"""The relay: a counsellor acts on a case, and the child reads it through the same outbox as the bot's words."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.settings import PrivacySettings
from bot.turn import ADDRESS, RETIRE, Transaction, Turns
from dialogs.event import Closed, Event, Released, Taken
from dialogs.state import Owner
from handoff.case import Case, Happening, Status
from handoff.port import Refused
from store.conversations import Stored
from store.database import Connection, Database

LONGEST = 4_000
"""Characters of a reply: Telegram and WhatsApp take 4,096."""


class TurnRelay:
    """``handoff.port.Relay``: every act is one transaction."""

    def __init__(self, database: Database, turns: Turns, privacy: PrivacySettings, changed: Callable[[str], None]):
        self._database, self._turns, self._privacy, self._changed = database, turns, privacy, changed

    async def take(self, reference: str, counsellor: str) -> Refused | None:
        return await self._do(reference, counsellor, self._take, holder=False)

    async def say(self, reference: str, counsellor: str, text: str, key: str) -> Refused | None:
        if len(text) > LONGEST:
            return Refused("too_long")

        def say(tx: Transaction, stored: Stored, case: Case, now: datetime) -> None:
            if not tx.cases.reply_is_new(reference, key, now):
                return
            number = stored.next_line
            message: dict[str, Any] = {"from": "counsellor", "id": "counsellor.reply", "text": text,
                       "language": stored.state.language.value, "choices": [], "expects": None}  # fmt: skip
            tx.conversations.write_line(stored, number, reference, now, "counsellor", text)
            tx.conversations.post(stored, number, message, now)
            tx.conversations.save(stored, stored.state, number + 1, now)
            tx.cases.answered(reference, number)

        return await self._do(reference, counsellor, say)

    async def release(self, reference: str, by: str, *, over: bool = False) -> Refused | None:
        def release(tx: Transaction, stored: Stored, case: Case, now: datetime) -> None:
            def give_back(case: Case) -> Case:
                handoff = case.handoff and case.handoff.model_copy(update={"taken_by": None, "taken_at": None})
                return _noted(case, now, "released", by, handoff=handoff)

            event = Released(now, self._turns.facts(tx, stored, now))
            self._turns.apply(tx, stored, event, now, changed=give_back)

        return await self._do(reference, by, release, over=over)

    async def close(self, reference: str, counsellor: str) -> Refused | None:
        def close(tx: Transaction, stored: Stored, case: Case, now: datetime) -> None:
            event: Event = Closed(now, self._turns.facts(tx, stored, now))
            self._turns.apply(tx, stored, event, now)
            if case.basis == "chat_only":
                tx.conversations.erase_lines(reference)
                tx.cases.erase(reference)
                return
            tx.cases.end(reference, _noted(case, now, "closed", counsellor, status=Status.CLOSED, closed_at=now), now)
            days = timedelta(days=1)
            tx.conversations.set_timer(stored.id, ADDRESS, now + self._privacy.address_days * days, reference)
            tx.conversations.set_timer(stored.id, RETIRE, now + self._privacy.retention_days * days, reference)

        return await self._do(reference, counsellor, close)

    def _take(self, tx: Transaction, stored: Stored, case: Case, now: datetime, counsellor: str) -> None:
        def hand_over(case: Case) -> Case:
            assert case.handoff
            handoff = case.handoff.model_copy(update={"taken_by": counsellor, "taken_at": now})
            return _noted(case, now, "taken", counsellor, handoff=handoff)

        event = Taken(now, self._turns.facts(tx, stored, now), counsellor)
        self._turns.apply(tx, stored, event, now, changed=hand_over)

    async def _do(
        self, reference: str, counsellor: str, act: Callable[..., None], *, holder: bool = True, over: bool = False
    ) -> Refused | None:
        def work(connection: Connection) -> Refused | None:
            tx = self._turns.transaction(connection)
            stored = tx.conversations.of_case(reference)
            case = tx.cases.get(reference)
            if stored is None or case is None:
                return Refused("gone" if case is None else "closed")
            taken_by = case.handoff.taken_by if case.handoff else None
            now = self._turns.now()
            if holder:
                if stored.state.owner is not Owner.COUNSELLOR or (taken_by != counsellor and not over):
                    return Refused("not_yours", taken_by)
                act(tx, stored, case, now)
                return None
            if stored.state.owner is Owner.COUNSELLOR:
                return None if taken_by == counsellor else Refused("taken", taken_by)
            if stored.state.owner is not Owner.QUEUE:
                return Refused("not_yours")
            act(tx, stored, case, now, counsellor)
            return None

        refused = await self._database.write(work)
        if refused is None:
            self._changed(reference)
        return refused


def _noted(case: Case, now: datetime, what: str, by: str, **changes: object) -> Case:
    line = Happening(at=now, what=what, by=by)
    return case.model_copy(update={**changes, "timeline": (*case.timeline, line)})
