"""The turn: one event of one conversation, in one transaction.

Dedupe, lock the conversation, advance the dialog, write state, transcript, case, outbox and timers,
commit. Only then is the messenger told that its message is kept.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.channels.channel import Inbound
from bot.channels.inbox import NotStored
from bot.clock import new_id, new_reference
from bot.settings import Settings
from dialogs.effect import Alarm, Effect, Erase, Forget, OpenCase, RequestHandoff, Say, Withdraw
from dialogs.engine import advance
from dialogs.event import Chose, Event, Facts, Said, Shared
from dialogs.flow import Flows
from dialogs.safety import SEAL
from dialogs.slot import SLOTS
from dialogs.state import Call, Owner, State
from handoff.case import Case, Happening, Status
from nlu.interpretation import Interpretation, Interpreter, Language, Question
from store.cases import CaseFile
from store.conversations import Conversations, Stored
from store.database import Connection, Database, Unreachable
from store.vault import Vault

log = structlog.get_logger()

_TRIES = 3
"""How often a message is read again because the question changed while it was being read."""

FORGET, UNSEAL, RETIRE, ADDRESS, STALLED = "forget", "unseal", "retire", "address", "stalled"
"""The timers: an unfinished conversation, a sealed case, a closed case, the way back to the child, and a child
who consented and then fell silent."""


@dataclass(slots=True)
class Transaction:
    """One transaction's view of the store, for the turn, the relay and the timers."""

    conversations: Conversations
    cases: CaseFile


class Turns:
    """Takes events, turn by turn.

    Args:
        database, vault: where it lasts.
        flows: the dialog.
        interpreter: reads messages.
        settings: hours and retention.
        now: the clock.
        changed: called with a case's reference after each commit that touched it, or with "".
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        flows: Flows,
        interpreter: Interpreter,
        settings: Settings,
        now: Callable[[], datetime],
        changed: Callable[[str], None],
    ):
        self._database, self._vault = database, vault
        self.flows, self._interpreter, self._settings = flows, interpreter, settings
        self._hours = settings.helpline.hours.hours()
        self.now, self._changed = now, changed
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def accept(self, events: Sequence[Inbound]) -> None:
        """Takes messages from a messenger, in order.

        Raises:
            NotStored: when one could not be stored; the messenger delivers them all again, and those that
                were stored are known by their ids.
        """
        for inbound in events:
            try:
                await self._take(inbound)
            except Unreachable as error:
                raise NotStored(str(error)) from error

    async def _take(self, inbound: Inbound) -> None:
        contact = self._vault.hash("contact", inbound.channel, inbound.address)
        lock = self._locks[contact]
        async with lock:
            for attempt in range(_TRIES):
                question = await self._question(inbound)
                try:
                    said = await self._interpreter.parse(inbound.text, question) if inbound.text else None
                    work = partial(self._turn, inbound, said, question, attempt == _TRIES - 1)
                    done, reference = await self._database.write(work)
                except Unreachable:
                    raise
                except Exception as error:  # a bug must cost no child its message, nor jam those behind it
                    log.error("turn_failed", kind=type(error).__name__)
                    done, reference = await self._database.write(partial(self._turn, inbound, None, question, True))
                if done:
                    self._changed(reference)
                    break
        if not lock.locked():
            self._locks.pop(contact, None)

    async def _question(self, inbound: Inbound) -> Question:
        if not inbound.text:
            return Question()
        state = await self._database.read(
            lambda c: Conversations(c, self._vault).find(inbound.channel, inbound.address)
        )
        return _question_of(state)

    def _turn(
        self, inbound: Inbound, said: Interpretation | None, question: Question, last: bool, connection: Connection
    ) -> tuple[bool, str]:
        now = self.now()
        tx = self.transaction(connection)
        stored = tx.conversations.open(
            inbound.channel, inbound.address, new_id(), State(language=self._settings.helpline.language), now
        )
        if said and not last and _question_of(stored.state) != question:
            return False, ""
        if not tx.conversations.first_time(stored, inbound.message_id, now):
            return True, ""
        facts = self.facts(tx, stored, now)
        event: Event
        if inbound.choice is not None and _known(inbound.choice):
            event = Chose(now, facts, inbound.choice)
            text = inbound.text or self._title(inbound.choice, stored.state.language)
        elif inbound.media:
            event = Shared(now, facts, inbound.media, inbound.media_ref, said)
            text = inbound.text
        elif said:
            event, text = Said(now, facts, said), inbound.text
        else:
            event, text = Shared(now, facts, "other"), inbound.text
        # A text that could not even be read is answered by a human.
        failed = bool(inbound.text) and said is None and inbound.choice is None
        state = self.apply(tx, stored, event, now, ("child", text, inbound.media), failed=failed)
        return True, state.case or ""

    def _title(self, choice: str, language: Language) -> str:
        key = self.flows.messages.title_key(choice)
        return self.flows.messages.text(key, language) if key in self.flows.messages else choice

    def transaction(self, connection: Connection) -> Transaction:
        """The store as one transaction sees it."""
        return Transaction(Conversations(connection, self._vault), CaseFile(connection, self._vault))

    def facts(self, tx: Transaction, stored: Stored, now: datetime) -> Facts:
        """What the pure engine must be told."""
        state = stored.state
        return Facts(
            reference=new_reference(),
            open=self._hours.open(now),
            opening=self._hours.opening(now),
            waiting=tx.cases.waiting(state.case),
            status=tx.cases.status(state.case),
            sealed=tx.cases.sealed(stored.id),
        )

    def apply(
        self,
        tx: Transaction,
        stored: Stored,
        event: Event,
        now: datetime,
        heard: tuple[str, str, str | None] | None = None,
        changed: Callable[[Case], Case] = lambda case: case,
        failed: bool = False,
    ) -> State:
        """Runs one event through the engine and carries out what it asks for, within a transaction.

        Args:
            tx: the transaction.
            stored: the conversation, locked.
            event: what happened.
            now: when.
            heard: sender, text and media of the message that came, for the transcript.
            changed: what the desk changes in the case in the same breath.
            failed: do not run the dialog: say that it failed, and call a human.

        Returns:
            the state after the turn.
        """
        before = stored.state
        state, effects = self._failed(before, event) if failed else advance(self.flows, before, event)
        number = stored.next_line
        self._carry_out(tx, stored, before, state, effects, now)
        erased = any(isinstance(effect, Forget | Withdraw | Erase) for effect in effects)
        case = self._case_of_lines(before, state)
        refused = state.slots.get("consent") is False and case is None
        if heard and not erased and not refused:
            sender, text, media = heard
            tx.conversations.write_line(stored, number, case, now, sender, text, media)
            number += 1
        for effect in effects:
            if isinstance(effect, Say):
                self._say(tx, stored, number, effect, None if erased else case, now)
                number += 1
        if any(isinstance(effect, Alarm) for effect in effects):
            changed = _alarmed(now)
        if state.case and (stood := tx.cases.get(state.case)):
            tx.cases.update(state.case, changed(stood), state)
        if state.basis in (None, "vital_interest"):
            tx.conversations.set_timer(stored.id, FORGET, now + self._settings.privacy.unfinished)
        elif before.basis != state.basis:
            tx.conversations.cancel_timer(stored.id, FORGET)
        if state.case and state.owner is Owner.BOT:
            tx.conversations.set_timer(stored.id, STALLED, now + self._settings.privacy.unfinished)
        elif before.owner is Owner.BOT and before.case:
            tx.conversations.cancel_timer(stored.id, STALLED)
        tx.conversations.save(stored, state, number, now)
        return state

    @staticmethod
    def _case_of_lines(before: State, state: State) -> str | None:
        """The case that this turn's lines belong to: without consent, only those in which danger was found, and
        what is said to a counsellor."""
        if state.basis != "vital_interest" or state.owner is Owner.COUNSELLOR:
            return state.case
        return state.case if state.noticed != before.noticed else None

    def _say(self, tx: Transaction, stored: Stored, number: int, say: Say, case: str | None, now: datetime) -> None:
        messages = self.flows.messages
        text = messages.text(say.key, say.language, say.params)
        choices = [{"id": choice, "title": messages.title(choice, say.language)} for choice in say.choices]
        message = {"from": say.voice, "id": say.key, "text": text, "language": say.language.value,
                   "choices": choices, "expects": say.expects}  # fmt: skip
        tx.conversations.write_line(stored, number, case, now, say.voice, text)
        tx.conversations.post(stored, number, message, now)

    def _failed(self, state: State, event: Event) -> tuple[State, list[Effect]]:
        effects: list[Effect] = []
        if state.case is None:
            state = state.but(case=event.facts.reference, basis="chat_only")
            effects.append(OpenCase(event.facts.reference, "chat_only"))
        if state.owner is Owner.BOT:
            state = state.but(owner=Owner.QUEUE, call=Call(reason="bot_failure", at=event.at))
            effects.append(RequestHandoff("bot_failure"))
        effects.append(Say("failure.human", state.language))
        return state.but(question=None, topics=()), effects

    def _carry_out(
        self, tx: Transaction, stored: Stored, before: State, state: State, effects: list[Effect], now: datetime
    ) -> None:
        for effect in effects:
            match effect:
                case OpenCase():
                    tx.cases.open(stored, effect.reference, state, now)
                    if effect.basis == "consent":
                        tx.conversations.give_lines(stored, effect.reference)
                case Forget():
                    tx.conversations.forget_lines(stored)
                case Withdraw():
                    self._withdraw(tx, stored, before.case, effect.seal, now)
                case Erase():
                    for reference in tx.cases.of_conversation(stored.id):
                        case = tx.cases.get(reference)
                        if case and case.status is Status.SEALED:
                            # Somebody may be forcing the child: no second word opens or ends a seal.
                            continue
                        if case and case.danger:
                            self._withdraw(tx, stored, reference, SEAL, now)
                        else:
                            tx.conversations.erase_lines(reference)
                            tx.cases.erase(reference)
                    tx.conversations.forget_lines(stored)

    def _withdraw(
        self, tx: Transaction, stored: Stored, reference: str | None, seal: timedelta | None, now: datetime
    ) -> None:
        if reference is None:
            return
        case = tx.cases.get(reference)
        if seal and case:
            line = Happening(at=now, what="withdrawn")
            sealed = case.model_copy(
                update={"status": Status.SEALED, "withdrawn_at": now, "timeline": (*case.timeline, line)}
            )
            tx.cases.end(reference, sealed, now)
            until = now + timedelta(hours=self._settings.privacy.sealed_hours)
            tx.conversations.set_timer(stored.id, UNSEAL, until, reference)
            return
        tx.conversations.erase_lines(reference)
        tx.cases.withdraw(reference, now)


def _alarmed(now: datetime) -> Callable[[Case], Case]:
    """Notes in the case that danger was answered while a counsellor held it."""
    line = Happening(at=now, what="danger")
    return lambda case: case.model_copy(update={"timeline": (*case.timeline, line)})


def _known(choice: str) -> bool:
    """Whether a button is one of ours; an unknown one is met like a message we cannot read."""
    return choice.partition(".")[0] in SLOTS


def _question_of(state: State | None) -> Question:
    if state is None:
        return Question()
    slot = SLOTS[state.question.slot] if state.question else None
    expects = slot.expects or "consent" if slot else None
    return Question(expects, state.language if state.settled or state.intake.done else None)
