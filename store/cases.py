"""Cases as they last: one row each, its content sealed, and the few clear columns that the queue sorts by."""

from collections.abc import Callable
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, delete, func, or_, select, update

from dialogs.state import Agreement, Owner, State
from handoff.case import Case, Handoff, Line, Priority, Status
from handoff.intake import consent_of, fill, withdrawn
from handoff.tally import Tally, tally_of
from nlu.interpretation import Language
from store import tables as t
from store.database import aware, insert_new
from store.hook import NOBODY, Hooks, Notice, Told
from store.keyring import Keyring
from store.note import ALARM, CASE, note
from store.sealed import renew_case, renew_conversation
from store.tally import fold, keep_tally, note_answer
from store.vault import NoKeys

if TYPE_CHECKING:
    from store.conversations import Stored

_URGENCY = {Priority.URGENT: 0, Priority.HIGH: 1, Priority.NORMAL: 1, None: 2}
"""Urgent first, then by waiting time: high and normal wait alike."""
CHATLESS = ""
"""The conversation of a case that came by mail, phone, SMS or form, and of one that was withdrawn."""
_NO_OFFER: dict[str, Any] = {"offered_to": None, "offer_sealed": None, "offered_until": None}
_UNREADABLE = "\ufffd"
"""What stands for a line that is damaged."""

# The statements of every turn are built once: building them takes longer than running them.
_BY_REFERENCE = select(t.case).where(t.case.c.reference == bindparam("key"))
_LOCKED = _BY_REFERENCE.with_for_update()
_CHANGING = (
    "language", "status", "urgency", "priority", "owner", "requested_at", "reason", "taken_by", "data_sealed",
)  # fmt: skip
_UPDATE = (
    update(t.case).where(t.case.c.reference == bindparam("key")).values({name: bindparam(name) for name in _CHANGING})
)
_SEALED = (
    select(t.case.c.reference)
    .where(
        t.case.c.conversation_id == bindparam("conversation"),
        or_(t.case.c.status == Status.SEALED.value, t.case.c.urgency == _URGENCY[Priority.URGENT]),
    )
    .limit(1)
)
_WAITING = select(func.count()).where(t.case.c.owner == "queue", t.case.c.ended_at.is_(None))
_WAITING_BEFORE = _WAITING.where(
    or_(
        t.case.c.urgency < bindparam("urgency"),
        (t.case.c.urgency == bindparam("urgency")) & (t.case.c.requested_at < bindparam("requested_at")),
    ),
    t.case.c.reference != bindparam("key"),
)


class CaseFile:
    """The cases of one transaction.

    Args:
        connection: the transaction.
        keys: seal and open content.
        told: who outside is told of what changes; it is written in the same transaction.
    """

    def __init__(self, connection: Connection, keys: Keyring, told: Told = NOBODY):
        self._c, self._keys = connection, keys
        self._hooks = Hooks(connection, told)
        self._rows: dict[str, Row[Any] | None] = {}
        self._tallies: dict[str, Tally | None] = {}

    def _changed(self, reference: str) -> None:
        self._rows.pop(reference, None)
        note(self._c, CASE + reference)

    def _count(self, reference: str, case: Case) -> None:
        """Keeps the tally of a case as the case is now; most turns change nothing of it."""
        tally = tally_of(case)
        if reference not in self._tallies or self._tallies[reference] != tally:
            keep_tally(self._c, reference, tally)
            self._tallies[reference] = tally

    def open(self, stored: "Stored", reference: str, state: State, at: datetime, due: date | None = None) -> None:
        """Opens a case, unless it is open already; ``due`` is the day by which somebody should analyse it."""
        self.enter(fill(Case(reference=reference, opened_at=at, channel=stored.channel), state), state, due, stored.id)

    def enter(self, case: Case, state: State, due: date | None, conversation_id: str = CHATLESS) -> bool:
        """Opens a case as it is, unless it is open already; whether it was not."""
        self._changed(case.reference)
        new = insert_new(
            self._c,
            t.case,
            {
                "reference": case.reference,
                "conversation_id": conversation_id,
                "channel": case.channel,
                "status": case.status.value,
                "urgency": 2,
                "owner": state.owner.value,
                "opened_at": case.opened_at,
                "answered_line": 0,
                "data_sealed": self._seal(case),
                "due": due,
            },
        )
        if new:
            self.write(case.reference, case, state.owner)
        return new

    def _seal(self, case: Case) -> bytes:
        bare = case.model_copy(update={"transcript": ()})
        return self._keys.seal(case.reference, bare.model_dump_json(by_alias=True))

    def _row(self, reference: str) -> Row[Any] | None:
        # A turn asks for its case several times; whoever changes it holds its conversation's lock.
        if reference not in self._rows:
            self._rows[reference] = self._c.execute(_BY_REFERENCE, {"key": reference}).first()
        return self._rows[reference]

    def get(self, reference: str) -> Case | None:
        """A case without its transcript."""
        held = self.held(reference)
        return held[0] if held else None

    def held(self, reference: str) -> tuple[Case, Owner] | None:
        """A case without its transcript, and who holds its conversation."""
        row = self._row(reference)
        if row is None:
            return None
        case = self._case(row)
        self._tallies.setdefault(reference, tally_of(case))
        return case, Owner(row.owner)

    def locked(self, reference: str) -> tuple[Case, Owner] | None:
        """As ``held``, locked until the transaction ends; whoever locks its conversation too does that first."""
        self._rows[reference] = self._c.execute(_LOCKED, {"key": reference}).first()
        return self.held(reference)

    def chatless(self, reference: str) -> bool:
        """Whether a case is open and has no conversation."""
        row = self._row(reference)
        return row is not None and row.conversation_id == CHATLESS and row.ended_at is None

    def _case(self, row: Row[Any]) -> Case:
        try:
            return Case.model_validate_json(self._keys.open(row.reference, row.data_sealed))
        except (NoKeys, ValueError):
            # What stands in clear is left of a damaged case; it must not hide the others at the desk.
            asked = aware(row.requested_at) if row.requested_at else None
            call = {"requested_at": asked, "reason": row.reason, "taken_by": row.taken_by}
            return Case(
                reference=row.reference, opened_at=aware(row.opened_at), status=Status(row.status), basis=None,
                channel=row.channel, language=Language(row.language) if row.language else None,
                priority=Priority.NORMAL if row.urgency else Priority.URGENT,
                handoff=Handoff.model_validate(call) if row.reason else None,
            )  # fmt: skip

    def _text(self, reference: str, sealed: bytes) -> str:
        try:
            return self._keys.open(reference, sealed)
        except NoKeys:
            return _UNREADABLE

    def update(self, reference: str, case: Case, state: State) -> None:
        """Writes a case after a turn."""
        self.write(reference, fill(case, state), state.owner)

    def write(self, reference: str, case: Case, owner: Owner) -> None:
        """Writes a case that is open, and who holds it."""
        self._told_of(reference, case)
        values = {
            "key": reference,
            "language": case.language.value if case.language else None,
            "status": case.status.value,
            "urgency": _URGENCY[case.priority],
            "priority": case.priority.value if case.priority else None,
            "owner": owner.value,
            "requested_at": case.handoff.requested_at if case.handoff else None,
            "reason": case.handoff.reason.value if case.handoff else None,
            "taken_by": case.handoff.taken_by if case.handoff else None,
            "data_sealed": self._seal(case),
        }
        self._c.execute(_UPDATE, values)
        self._count(reference, case)

    def _told_of(self, reference: str, case: Case, at: datetime | None = None) -> None:
        """Others are told of what this write changes."""
        self._hooks.case(self._row(reference), case, at)
        self._changed(reference)

    def answered(self, reference: str, line: int, at: datetime) -> None:
        """A counsellor has written: what came before is read."""
        self._note_answer(reference, at)
        self._set(reference, answered_line=line, unanswered_at=None)

    def _note_answer(self, reference: str, at: datetime) -> None:
        row = self._row(reference)
        if row and row.requested_at:
            note_answer(self._c, reference, at - aware(row.requested_at))

    def recount(self, reference: str, answered: datetime | None) -> None:
        """Writes the tally of a case that has none.

        Args:
            reference: the case's reference.
            answered: when a counsellor first wrote in it.
        """
        case = self.get(reference)
        if case is not None:
            keep_tally(self._c, reference, tally_of(case))
            if answered:
                self._note_answer(reference, aware(answered))

    def child_waits(self, reference: str, since: datetime, *, anew: bool = False) -> None:
        """A child who is with a counsellor waits for an answer; ``anew`` for whoever holds the case from now on."""
        row = self._row(reference)
        if row and (anew or row.unanswered_at is None):
            self._set(reference, unanswered_at=since, **({"alarmed_at": None} if anew else {}))

    def offer(self, reference: str, to: str, text: str, until: datetime) -> None:
        """Notes that its holder offers the case to a colleague."""
        self._set(reference, offered_to=to, offer_sealed=self._keys.seal(reference, text), offered_until=until)

    def offered(self, reference: str) -> str | None:
        """The colleague to whom a case is offered."""
        row = self._row(reference)
        return row.offered_to if row else None

    def end_offer(self, reference: str) -> None:
        """Forgets an offer."""
        self._set(reference, **_NO_OFFER)

    def alarm(self, reference: str, at: datetime, kind: Notice = "urgent") -> None:
        """Has every desk look at a case now, and writes to the counsellors."""
        note(self._c, ALARM + reference)
        self._hooks.notice(kind, at)

    def alarmed(self, reference: str, at: datetime) -> None:
        """The same, noting when, because the child has waited for too long."""
        self._set(reference, alarmed_at=at)
        self.alarm(reference, at, "waits")

    def _set(self, reference: str, **values: object) -> None:
        self._changed(reference)
        self._c.execute(update(t.case).where(t.case.c.reference == reference).values(**values))

    def end(self, reference: str, case: Case, at: datetime) -> None:
        """Writes a case that is closed, sealed or withdrawn."""
        self._told_of(reference, case, at)
        self._c.execute(
            update(t.case)
            .where(t.case.c.reference == reference)
            .values(
                status=case.status.value, owner="bot", ended_at=at, data_sealed=self._seal(case),
                language=case.language.value if case.language else None, urgency=_URGENCY[case.priority],
                priority=case.priority.value if case.priority else None, **_NO_OFFER,
            )
        )  # fmt: skip
        self._count(reference, case)

    def move(self, reference: str, case: Case, due: date | None) -> None:
        """Writes a case that went on or back in its life, as the last line of its timeline says, and when the next
        step is due."""
        self._told_of(reference, case)
        self._set(reference, status=case.status.value, data_sealed=self._seal(case), due=due)
        self._count(reference, case)

    def set_due(self, reference: str, case: Case, due: date | None) -> None:
        """Writes by when the next step is due, and the timeline that says who chose that day."""
        self._set(reference, data_sealed=self._seal(case), due=due)

    def due(self, reference: str) -> date | None:
        """By when the next step is due."""
        row = self._row(reference)
        return row.due if row else None

    def amend(self, reference: str, case: Case) -> None:
        """Writes what the desk corrected in a case."""
        self._told_of(reference, case)
        self._set(
            reference, status=case.status.value, urgency=_URGENCY[case.priority],
            priority=case.priority.value if case.priority else None, data_sealed=self._seal(case),
        )  # fmt: skip
        self._count(reference, case)

    def rate(self, reference: str, faces: int) -> None:
        """Notes in a closed case how the child found it."""
        self._add(reference, lambda case: {"feedback": faces})

    def agree(self, reference: str, agreement: Agreement) -> None:
        """Notes in a closed case a consent that was asked for at its end."""
        self._add(reference, lambda case: {"consents": (*case.consents, consent_of(agreement))})

    def _add(self, reference: str, changes: Callable[[Case], dict[str, object]]) -> None:
        case = self.get(reference)
        if case is None or case.status is not Status.CLOSED:
            return
        self._changed(reference)
        case = case.model_copy(update=changes(case))
        self._c.execute(update(t.case).where(t.case.c.reference == reference).values(data_sealed=self._seal(case)))
        self._count(reference, case)

    def withdraw(self, reference: str, at: datetime) -> None:
        """Empties a withdrawn case: its reference and dates stay, for the count, and lead to nobody."""
        case, row = self.get(reference), self._row(reference)
        if case is None or row is None:
            return
        self._shred(reference, row.conversation_id)
        self.end(reference, withdrawn(case, at), at)
        self._c.execute(
            update(t.case)
            .where(t.case.c.reference == reference)
            .values(channel=None, conversation_id=CHATLESS, requested_at=None, reason=None, taken_by=None, due=None)
        )
        for table in (t.note, t.task, t.attachment, t.hold, t.report):
            self._c.execute(delete(table).where(table.c.case_reference == reference))

    def retire(self, reference: str, zone: tzinfo) -> None:
        """Erases a case whose time is over; what stays are the sums of its month, in a time zone."""
        fold(self._c, reference, zone)
        self.erase(reference)

    def erase(self, reference: str, withdrawn_at: datetime | None = None) -> None:
        """Erases a case wholly.

        Args:
            reference: the case's reference.
            withdrawn_at: when somebody took it back; None where its time is over.
        """
        row = self._row(reference)
        if withdrawn_at:
            self._hooks.erased(row, withdrawn_at)
        self._changed(reference)
        self._c.execute(delete(t.case).where(t.case.c.reference == reference))
        self._shred(reference, row.conversation_id if row else "")

    def _shred(self, reference: str, conversation_id: str) -> None:
        """Destroys the case's key, and the conversation's, which sealed what was said before there was a case."""
        self._keys.destroy(reference)
        renew_conversation(self._c, self._keys, conversation_id)
        for table in (t.reply, t.timer, t.sample):
            self._c.execute(delete(table).where(table.c.case_reference == reference))

    def renew(self, reference: str) -> None:
        """Gives a case another key, so that what was erased of it is sealed for good."""
        self._changed(reference)
        renew_case(self._c, self._keys, reference)

    def on_hold(self, reference: str) -> bool:
        """Whether a supervisor holds a case back from being erased when its time is over."""
        return self._c.scalar(select(t.hold.c.at).where(t.hold.c.case_reference == reference)) is not None

    def conversation(self, reference: str) -> str | None:
        """The id of a case's conversation."""
        row = self._row(reference)
        return row.conversation_id or None if row else None

    def of_conversation(self, conversation_id: str) -> list[str]:
        """The references of a conversation's cases."""
        return list(self._c.scalars(select(t.case.c.reference).where(t.case.c.conversation_id == conversation_id)))

    def status(self, reference: str | None) -> str | None:
        """Where a case stands."""
        row = self._row(reference) if reference else None
        return row.status if row else None

    def sealed(self, conversation_id: str) -> bool:
        """Whether a conversation has a case that is sealed, or will be when it is erased: one with danger."""
        return self._c.scalar(_SEALED, {"conversation": conversation_id}) is not None

    def waiting(self, reference: str | None) -> int:
        """How many cases wait in the queue before one."""
        row = self._row(reference) if reference else None
        if row is None or row.requested_at is None:
            return self._c.scalar(_WAITING) or 0
        place = {"urgency": row.urgency, "requested_at": row.requested_at, "key": reference}
        return self._c.scalar(_WAITING_BEFORE, place) or 0

    def case(self, reference: str) -> Case | None:
        """A case with its transcript."""
        case = self.get(reference)
        if case is None:
            return None
        rows = self._c.execute(
            select(t.line)
            .where(t.line.c.case_reference == reference)
            .order_by(t.line.c.conversation_id, t.line.c.number)
        )
        found = rows.all()
        come = self._come({row.conversation_id for row in found})
        lines = tuple(
            Line.model_validate(
                {
                    "at": aware(r.at),
                    "from": r.sender,
                    "text": self._text(reference, r.text_sealed),
                    "media": r.media,
                    "undelivered": r.undelivered,
                    "delivery": None
                    if r.sender == "child" or r.undelivered
                    else come.get((r.conversation_id, r.number), "sent"),
                }
            )
            for r in found
        )
        return case.model_copy(update={"transcript": lines})

    def _come(self, conversations: set[str]) -> dict[tuple[str, int], str]:
        """How far our messages have come, where that is not just "sent": by conversation and number."""
        waiting = select(t.outbox.c.conversation_id, t.outbox.c.number).where(
            t.outbox.c.conversation_id.in_(conversations)
        )
        reached = select(t.receipt.c.conversation_id, t.receipt.c.number, t.receipt.c.reached).where(
            t.receipt.c.conversation_id.in_(conversations), t.receipt.c.reached.is_not(None)
        )
        come = {(row.conversation_id, row.number): "waiting" for row in self._c.execute(waiting)}
        return come | {(row.conversation_id, row.number): row.reached for row in self._c.execute(reached)}

    def reply_is_new(self, reference: str, key: str, at: datetime) -> bool:
        """Whether a counsellor's reply was not sent before, by the key its form was given."""
        digest = self._keys.hash("reply", reference, key)
        return insert_new(self._c, t.reply, {"case_reference": reference, "key_hash": digest, "at": at})
