"""The relay: a counsellor acts on a case, and the child reads it through the same outbox as the bot's words."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.channels.channel import shorten, with_quote
from bot.hold import Act, Hold, act_on, noted
from bot.outcome import ADDRESS, RETIRE
from bot.presence import Presence
from bot.settings import DeskSettings, PrivacySettings
from bot.turn import Turns
from dialogs.event import Closed, Event, Facts, Passed, Released, Resumed, Taken, Wanted
from dialogs.reply import spoken_over
from dialogs.state import Owner
from handoff.case import Case, ConsentKind, Handoff, Reason, Status
from handoff.life import Move, moved, refusal
from handoff.port import Refused, Role
from store.cases import CHATLESS
from store.database import Database
from store.patience import found, lapsed, left_alone, note_wait
from store.people import is_caseworker
from store.trail import leave_trace

LONGEST = 4_000
"""Characters of a reply: Telegram and WhatsApp take 4,096."""


class TurnRelay:
    """``handoff.port.Relay``: every act is one transaction, and leaves its trace in it."""

    def __init__(
        self, database: Database, turns: Turns, privacy: PrivacySettings, desk: DeskSettings, presence: Presence
    ):
        self._database, self._turns, self._privacy, self._desk = database, turns, privacy, desk
        self._presence = presence

    async def take(self, reference: str, counsellor: str) -> Refused | None:
        def take(hold: Hold) -> Refused | None:
            if hold.owner is Owner.COUNSELLOR:
                return None if hold.holder == counsellor else Refused("taken", hold.holder)
            self._note_wait(hold)
            self._apply(hold, partial(Taken, by=counsellor), "taken", counsellor, taken_by=counsellor)
            if hold.stored:
                hold.tx.cases.child_waits(reference, hold.now, anew=True)
            return None

        return await self._do(reference, take)

    async def say(
        self, reference: str, counsellor: str, text: str, key: str, answers: int | None = None
    ) -> Refused | None:
        if len(text) > LONGEST:
            return Refused("too_long")

        def say(hold: Hold) -> Refused | None:
            told = None
            if answers is not None and (told := hold.tx.conversations.told(reference, answers)) is None:
                return Refused("no_line")
            return self._send(counsellor, "counsellor.reply", text, key, hold, told=told)

        return await self._do(reference, _by(counsellor, say))

    async def typing(self, reference: str, counsellor: str) -> None:
        await self._presence.typing(reference, counsellor)

    async def invite(self, reference: str, counsellor: str, key: str) -> Refused | None:
        def invite(hold: Hold) -> Refused | None:
            if hold.stored is None:
                return Refused("chatless")
            if not hold.case.agrees("recontact"):
                return Refused("not_agreed")
            text = self._turns.flows.messages.text("reminder", hold.stored.state.language)
            return self._send(counsellor, "reminder", text, key, hold, template=True)

        return await self._do(reference, _by(counsellor, invite))

    def _send(
        self,
        counsellor: str,
        id_: str,
        text: str,
        key: str,
        hold: Hold,
        *,
        template: bool = False,
        told: tuple[str, str | None] | None = None,
    ) -> Refused | None:
        """Puts a counsellor's words into the transcript and the outbox, once a key, with those that they answer."""
        tx, stored, now, reference = hold.tx, hold.stored, hold.now, hold.case.reference
        if stored is None:
            return Refused("chatless")
        if not tx.cases.reply_is_new(reference, key, now):
            return None
        number = stored.next_line
        quote, answers = (shorten(told[0]), told[1]) if told else ("", None)
        message: dict[str, Any] = {
            "from": "counsellor", "id": id_, "text": text, "choices": [], "expects": None, "template": template,
            "language": stored.state.language.value, "quote": quote, "answers": answers,
        }  # fmt: skip
        tx.conversations.write_line(stored, number, reference, now, "counsellor", with_quote(quote, text))
        tx.outbox.post(stored, number, message, now)
        tx.conversations.save(stored, spoken_over(stored.state), number + 1, now)
        tx.cases.answered(reference, number, now)
        leave_trace(hold.connection, now, counsellor, "replied", reference)
        return None

    async def ask_consent(self, reference: str, counsellor: str, kind: ConsentKind) -> Refused | None:
        def ask(hold: Hold) -> Refused | None:
            if hold.case.basis != "consent":
                return Refused("no_record")
            if hold.stored is None:
                return Refused("chatless")
            event = Wanted(hold.now, self._turns.facts(hold.tx, hold.stored, hold.now), kind)
            note = partial(noted, now=hold.now, what=f"asked.{kind}", by=counsellor)
            self._turns.apply(hold.tx, hold.stored, event, hold.now, changed=note)
            leave_trace(hold.connection, hold.now, counsellor, "consent_asked", reference)
            return None

        return await self._do(reference, _by(counsellor, ask))

    async def release(self, reference: str, by: str, *, over: bool = False) -> Refused | None:
        def release(hold: Hold) -> None:
            self._apply(hold, Released, "released", by, taken_by=None)
            hold.tx.cases.end_offer(reference)

        return await self._do(reference, _by(by, release, over=over))

    async def lapse(self, reference: str, away: datetime, silent: datetime) -> Refused | None:
        """Gives a case back to the queue whose counsellor leaves the child waiting (``store.patience.left_alone``)."""

        def lapse(hold: Hold) -> Refused | None:
            # It may have been answered, taken or closed since it was found.
            if not found(hold.connection, left_alone(away, silent, reference)):
                return Refused("not_yours", hold.holder)
            self._apply(hold, Released, "lapsed", hold.holder, taken_by=None)
            hold.tx.cases.end_offer(reference)
            return None

        return await self._do(reference, lapse)

    async def resume(self, reference: str, counsellor: str) -> Refused | None:
        def resume(hold: Hold) -> Refused | None:
            if hold.stored is None:
                return Refused("chatless")
            self._apply(hold, Resumed, "resumed", counsellor)
            hold.tx.cases.end_offer(reference)
            return None

        return await self._do(reference, _by(counsellor, resume))

    async def hand(self, reference: str, counsellor: str, to: str) -> Refused | None:
        def hand(hold: Hold) -> Refused | None:
            if to == counsellor or not is_caseworker(hold.connection, to):
                return Refused("nobody")
            self._pass(hold, "handed", counsellor, to)
            return None

        return await self._do(reference, _by(counsellor, hand))

    async def offer(self, reference: str, counsellor: str, to: str, note: str) -> Refused | None:
        if len(note) > LONGEST:
            return Refused("too_long")

        def offer(hold: Hold) -> Refused | None:
            if to == counsellor or not is_caseworker(hold.connection, to):
                return Refused("nobody")
            until = hold.now + timedelta(minutes=self._desk.offer_minutes)
            hold.tx.cases.offer(reference, to, note, until)
            self._note(hold, "offered", counsellor, to)
            return None

        return await self._do(reference, _by(counsellor, offer))

    async def accept(self, reference: str, counsellor: str) -> Refused | None:
        def accept(hold: Hold) -> Refused | None:
            if hold.owner is Owner.COUNSELLOR and hold.holder == counsellor:
                return None
            if hold.owner is not Owner.COUNSELLOR or hold.tx.cases.offered(reference) != counsellor:
                return Refused("not_offered")
            self._pass(hold, "accepted", counsellor, counsellor)
            return None

        return await self._do(reference, accept)

    async def decline(self, reference: str, counsellor: str) -> Refused | None:
        def decline(hold: Hold) -> Refused | None:
            to = hold.tx.cases.offered(reference)
            if to is None or counsellor not in (to, hold.holder):
                return Refused("not_offered")
            hold.tx.cases.end_offer(reference)
            self._note(hold, "declined", counsellor, to)
            return None

        return await self._do(reference, decline)

    async def expire(self, reference: str) -> Refused | None:
        """Ends an offer that nobody answered in time."""

        def expire(hold: Hold) -> Refused | None:
            if not found(hold.connection, lapsed(hold.now, reference)):
                return Refused("not_offered")
            to = hold.tx.cases.offered(reference)
            hold.tx.cases.end_offer(reference)
            self._note(hold, "offer_lapsed", hold.holder, to)
            return None

        return await self._do(reference, expire)

    async def close(self, reference: str, counsellor: str, disposition: str, note: str = "") -> Refused | None:
        def close(hold: Hold) -> Refused | None:
            tx, stored, case, now = hold.tx, hold.stored, hold.case, hold.now
            move = Move(case.status, Status.CLOSED, note, (disposition,))
            if refused := refusal(case, move, Role.COUNSELLOR, ()):
                return refused
            if stored:
                self._turns.apply(tx, stored, Closed(now, self._turns.facts(tx, stored, now)), now)
            leave_trace(hold.connection, now, counsellor, "closed", reference)
            if case.basis == "chat_only":
                tx.conversations.erase_lines(reference)
                tx.cases.erase(reference)
                return None
            tx.cases.end(reference, moved(case, move, counsellor, now), now)
            conversation, days = stored.id if stored else CHATLESS, timedelta(days=1)
            if stored:
                until = now + self._privacy.address_days * days
                tx.conversations.set_timer(conversation, ADDRESS, until, reference)
            tx.conversations.set_timer(conversation, RETIRE, now + self._privacy.retention_days * days, reference)
            return None

        return await self._do(reference, _by(counsellor, close))

    async def _do(self, reference: str, act: Act) -> Refused | None:
        return await act_on(self._database, self._turns, reference, act)

    def _pass(self, hold: Hold, what: str, by: str, to: str) -> None:
        """From one counsellor to another, who has all the time to answer."""
        self._apply(hold, Passed, what, by, to, taken_by=to)
        hold.tx.cases.end_offer(hold.case.reference)
        if hold.stored:
            hold.tx.cases.child_waits(hold.case.reference, hold.now, anew=True)

    def _apply(
        self,
        hold: Hold,
        event: Callable[[datetime, Facts], Event],
        what: str,
        by: str | None,
        about: str | None = None,
        **handoff: str | None,
    ) -> None:
        """Runs an event of the desk, where there is a chat, and notes it in the case and in the trail."""

        def changed(case: Case) -> Case:
            if not handoff:
                return noted(case, hold.now, what, by, handoff=None)
            asked = case.handoff or Handoff(requested_at=hold.now, reason=Reason.TAKEN_OVER)
            at = hold.now if handoff["taken_by"] else None
            return noted(case, hold.now, what, by, handoff=asked.model_copy(update={**handoff, "taken_at": at}))

        if hold.stored:
            facts = self._turns.facts(hold.tx, hold.stored, hold.now)
            self._turns.apply(hold.tx, hold.stored, event(hold.now, facts), hold.now, changed=changed)
        else:
            owner = Owner.COUNSELLOR if handoff.get("taken_by") else Owner.QUEUE
            hold.tx.cases.write(hold.case.reference, changed(hold.case), owner)
        leave_trace(hold.connection, hold.now, by or "", what, hold.case.reference, about)

    def _note(self, hold: Hold, what: str, by: str | None, about: str | None) -> None:
        """Notes in the case and in the trail what changes nothing for the child."""
        hold.tx.cases.write(hold.case.reference, noted(hold.case, hold.now, what, by), hold.owner)
        leave_trace(hold.connection, hold.now, by or "", what, hold.case.reference, about)

    def _note_wait(self, hold: Hold) -> None:
        asked = hold.case.handoff.requested_at if hold.case.handoff else None
        first = all(line.what != "taken" for line in hold.case.timeline)
        # A night in the queue says nothing of how long a child waits by day.
        if hold.stored and asked and first and hold.owner is Owner.QUEUE and self._turns.open(asked):
            note_wait(hold.connection, hold.now, int((hold.now - asked).total_seconds()))


def _by(counsellor: str, act: Callable[[Hold], Refused | None] | Callable[[Hold], None], *, over: bool = False) -> Act:
    """An act of whoever holds the case; ``over`` for a supervisor, who may act on what a colleague holds."""

    def held(hold: Hold) -> Refused | None:
        if hold.owner is not Owner.COUNSELLOR or (hold.holder != counsellor and not over):
            return Refused("not_yours", hold.holder)
        return act(hold)

    return held
