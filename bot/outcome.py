"""The outcome of a turn: what one run of the dialog leaves in the store, within the turn's transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.clock import new_id
from bot.delivery import WIPE
from bot.redaction import redacted
from bot.settings import PrivacySettings
from dialogs.effect import (
    Agree,
    Alarm,
    Effect,
    Erase,
    Forget,
    Hold,
    OpenCase,
    Rate,
    Say,
    Wipe,
    Withdraw,
)
from dialogs.event import Chose, Event, Said, Shared, Waited
from dialogs.messages import Messages
from dialogs.safety import SEAL
from dialogs.state import Owner, State
from handoff.case import Case, Happening, Status
from handoff.statistics import REFUSED
from store.cases import CaseFile
from store.conversations import Conversations, Stored
from store.database import Connection
from store.hook import Told
from store.keyring import Keyring
from store.outbox import Outbox
from store.samples import Samples
from store.shown import Shown
from store.vault import Vault

FORGET, UNSEAL, RETIRE, ADDRESS, STALLED = "forget", "unseal", "retire", "address", "stalled"
"""The timers: an unfinished conversation, a sealed case, a closed case, the way back to the child, and a child
who consented and then fell silent."""
HOLD, REMIND = "hold", "remind"
"""The timers: the end of a burst of messages, and the one reminder that a child allowed."""
_REMINDER = timedelta(hours=20)
"""Silence after which the reminder goes: within the 24 hours in which WhatsApp lets us write."""


@dataclass(slots=True)
class Transaction:
    """One transaction's view of the store, for the turn, the relay and the timers."""

    conversations: Conversations
    cases: CaseFile
    outbox: Outbox
    shown: Shown
    samples: Samples

    @classmethod
    def of(cls, connection: Connection, vault: Vault, told: Told) -> "Transaction":
        """The view of one transaction, with one keyring.

        Args:
            connection: the transaction.
            vault: the main keys.
            told: who is told what happens.
        """
        keys = Keyring(connection, vault)
        return cls(
            Conversations(connection, keys),
            CaseFile(connection, keys, told),
            Outbox(connection, keys, told),
            Shown(connection, keys),
            Samples(connection, keys),
        )


@dataclass(frozen=True, slots=True)
class Heard:
    """What came from the child, for the transcript.

    Args:
        text, media: as it came.
        id: the messenger's, where a reply may point at it.
    """

    text: str
    media: str | None = None
    id: str | None = None


@dataclass(slots=True)
class Outcome:
    """What one event leads to.

    Args:
        tx: the transaction.
        stored: the conversation before the event, locked.
        event: what happened.
        state: the state after it.
        effects: what is to be done, in order.
        messages: the sentences.
        privacy: how long things are kept.
        due: the day by which somebody should look into a case that opens now.
    """

    tx: Transaction
    stored: Stored
    event: Event
    state: State
    effects: list[Effect]
    messages: Messages
    privacy: PrivacySettings
    due: date | None

    def keep(self, heard: Heard | None, changed: Callable[[Case], Case], *, failed: bool) -> None:
        """Writes transcript, case, outbox, timers and state.

        Args:
            heard: the message that came.
            changed: what the desk changes in the case in the same breath.
            failed: whether the dialog failed, and a human was called instead.
        """
        tx, stored, before, state, at = self.tx, self.stored, self.stored.state, self.state, self.event.at
        self._carry_out()
        erased = any(isinstance(effect, Forget | Withdraw | Erase) for effect in self.effects)
        case = self._case_of_lines()
        if case and before.held and (failed or state.noticed != before.noticed):
            # What was held is part of what calls for a human.
            tx.conversations.give_lines(stored, case, stored.next_line - len(before.held))
        number = stored.next_line
        refused = state.slots.get("consent") is False and case is None
        if heard and not erased and not refused:
            tx.conversations.write_line(stored, number, case, at, "child", heard.text, heard.media, heard.id)
            number += 1
        if not erased and not refused and puzzled(before, state, self.effects):
            for line in range(stored.next_line - len(before.held), number):
                asked = before.question.slot if before.question else None
                tx.samples.mark(new_id(), stored.id, line, state.language, asked, at)
        for effect in self.effects:
            if isinstance(effect, Say):
                self._say(number, effect, None if erased else case)
                number += 1
            elif isinstance(effect, Wipe):
                tx.outbox.drop_unsent(stored)
                tx.outbox.post(stored, number, {WIPE: True}, at)
                number += 1
        alarmed = any(isinstance(effect, Alarm) for effect in self.effects)
        if alarmed:
            changed = _alarmed(at)
        if state.case and (stood := tx.cases.get(state.case)):
            tx.cases.update(state.case, changed(stood), state)
            if heard and state.owner is Owner.COUNSELLOR:
                tx.cases.child_waits(state.case, at)
            if alarmed or (state.danger and not before.danger):
                tx.cases.alarm(state.case, at)
        self._set_timers()
        tx.conversations.save(stored, state, number, at)

    def _set_timers(self) -> None:
        """Sets the timers of an unfinished intake, of a burst and of a reminder; any message moves or ends them."""
        timers, id_, state, before, at = (
            self.tx.conversations,
            self.stored.id,
            self.state,
            self.stored.state,
            self.event.at,
        )
        if state.basis in (None, "vital_interest"):
            timers.set_timer(id_, FORGET, at + self.privacy.unfinished)
        elif before.basis != state.basis:
            timers.cancel_timer(id_, FORGET)
        if state.case and state.owner is Owner.BOT:
            timers.set_timer(id_, STALLED, at + self.privacy.unfinished)
        elif before.owner is Owner.BOT and before.case:
            timers.cancel_timer(id_, STALLED)
        hold = next((effect for effect in self.effects if isinstance(effect, Hold)), None)
        if hold:
            timers.set_timer(id_, HOLD, at + timedelta(seconds=hold.seconds))
        elif before.held:
            timers.cancel_timer(id_, HOLD)
        if True not in (state.slots.get("recontact"), before.slots.get("recontact")):
            return
        spoke = isinstance(self.event, Said | Waited | Chose | Shared)
        wiped = any(isinstance(effect, Wipe) for effect in self.effects)
        allowed = state.slots.get("recontact") is True and not state.reminded
        if spoke and not wiped and allowed and state.question and state.owner is Owner.BOT:
            timers.set_timer(id_, REMIND, at + _REMINDER)
        else:
            timers.cancel_timer(id_, REMIND)

    def _case_of_lines(self) -> str | None:
        """The case that this turn's lines belong to: without consent, only those in which danger was found, and
        what is said to a counsellor."""
        state = self.state
        if state.basis != "vital_interest" or state.owner is Owner.COUNSELLOR:
            return state.case
        return state.case if state.noticed != self.stored.state.noticed else None

    def _say(self, number: int, say: Say, case: str | None) -> None:
        text = self.messages.text(say.key, say.language, say.params)
        choices = [{"id": choice, "title": self.messages.title(choice, say.language)} for choice in say.choices]
        message = {"from": say.voice, "id": say.key, "text": text, "language": say.language.value,
                   "choices": choices, "expects": say.expects}  # fmt: skip
        self.tx.conversations.write_line(self.stored, number, case, self.event.at, say.voice, text)
        self.tx.outbox.post(self.stored, number, message, self.event.at)

    def _carry_out(self) -> None:
        tx, stored = self.tx, self.stored
        for effect in self.effects:
            match effect:
                case OpenCase():
                    tx.cases.open(stored, effect.reference, self.state, self.event.at, self.due)
                    if effect.basis == "consent":
                        tx.conversations.give_lines(stored, effect.reference)
                case Rate():
                    tx.cases.rate(effect.reference, effect.faces)
                case Agree():
                    tx.cases.agree(effect.reference, effect.agreement)
                    if effect.agreement.kind == "improvement" and effect.agreement.given:
                        self._teach(effect.reference)
                case Forget():
                    tx.conversations.forget_lines(stored)
                    if stored.state.case is None and stored.state.slots.get("consent") is not False:
                        tx.conversations.count_dropped(stored, REFUSED, self.event.at)
                case Withdraw():
                    self._withdraw(stored.state.case, effect.seal)
                case Erase():
                    self._erase()

    def _teach(self, reference: str) -> None:
        """The child agreed: what was not understood of its case may teach the bot, redacted."""
        case = self.tx.cases.get(reference)
        names = [case.contact.name] if case and case.contact and case.contact.name else []
        self.tx.samples.give(reference, lambda text: redacted(text, names))

    def _erase(self) -> None:
        tx = self.tx
        for reference in tx.cases.of_conversation(self.stored.id):
            case = tx.cases.get(reference)
            if case and case.status is Status.SEALED:
                # Somebody may be forcing the child: no second word opens or ends a seal.
                continue
            if case and case.danger:
                self._withdraw(reference, SEAL)
            else:
                tx.conversations.erase_lines(reference)
                tx.cases.erase(reference, self.event.at)
        tx.conversations.forget_lines(self.stored)

    def _withdraw(self, reference: str | None, seal: timedelta | None) -> None:
        if reference:
            withdraw(self.tx, reference, self.event.at, self.privacy, self.stored.id, seal=seal is not None)


def withdraw(
    tx: Transaction, reference: str, at: datetime, privacy: PrivacySettings, conversation_id: str, *, seal: bool
) -> None:
    """Withdraws a case: erases what is in it, or seals it for a while first."""
    case = tx.cases.get(reference)
    if seal and case:
        line = Happening(at=at, what="withdrawn")
        changes = {"status": Status.SEALED, "withdrawn_at": at, "timeline": (*case.timeline, line)}
        tx.cases.end(reference, case.model_copy(update=changes), at)
        tx.conversations.set_timer(conversation_id, UNSEAL, at + timedelta(hours=privacy.sealed_hours), reference)
        return
    tx.conversations.erase_lines(reference)
    tx.cases.withdraw(reference, at)


def puzzled(before: State, state: State, effects: Sequence[Effect]) -> bool:
    """Whether a turn shows that its message was not understood: the question was asked again, given up, or nothing
    in the message was anything the bot knows."""
    said = [effect.key for effect in effects if isinstance(effect, Say)]
    misses = state.question.misses if state.question else 0
    again = misses > (before.question.misses if before.question else 0)
    return again or any(key.startswith(("lost.", "after.here")) for key in said)


def _alarmed(at: datetime) -> Callable[[Case], Case]:
    """Notes in the case that danger was answered while a counsellor held it."""
    line = Happening(at=at, what="danger")
    return lambda case: case.model_copy(update={"timeline": (*case.timeline, line)})
