"""Cases as they last: one row each, its content sealed, and the few clear columns that the queue sorts by."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from dialogs.state import State
from handoff.case import Case, Line, Priority, Reason, Status
from handoff.intake import fill, withdrawn
from handoff.port import Entry
from nlu.interpretation import Language
from store import tables as t
from store.conversations import Stored, insert_new
from store.database import aware
from store.vault import Vault

_URGENCY = {Priority.URGENT: 0, Priority.HIGH: 1, Priority.NORMAL: 1, None: 2}
"""Urgent first, then by waiting time: high and normal wait alike."""


class CaseFile:
    """The cases of one transaction.

    Args:
        connection: the transaction.
        vault: seals and opens content.
    """

    def __init__(self, connection: Connection, vault: Vault):
        self._c, self._vault = connection, vault

    def open(self, stored: Stored, reference: str, state: State, at: datetime) -> None:
        """Opens a case, unless it is open already."""
        case = fill(Case(reference=reference, opened_at=at, channel=stored.channel), state)
        insert_new(
            self._c,
            t.case,
            {
                "reference": reference,
                "conversation_id": stored.id,
                "channel": stored.channel,
                "status": case.status.value,
                "urgency": 2,
                "owner": state.owner.value,
                "opened_at": at,
                "answered_line": 0,
                "data_sealed": self._seal(case),
            },
        )
        self.update(reference, case, state)

    def _seal(self, case: Case) -> bytes:
        return self._vault.seal(case.model_copy(update={"transcript": ()}).model_dump_json(by_alias=True))

    def _row(self, reference: str) -> "Row[tuple[object, ...]] | None":
        return self._c.execute(select(t.case).where(t.case.c.reference == reference)).first()

    def get(self, reference: str) -> Case | None:
        """A case without its transcript."""
        row = self._row(reference)
        return Case.model_validate_json(self._vault.open(row.data_sealed)) if row else None

    def update(self, reference: str, case: Case, state: State) -> None:
        """Writes a case after a turn."""
        case = fill(case, state)
        self._c.execute(
            update(t.case)
            .where(t.case.c.reference == reference)
            .values(
                language=case.language.value if case.language else None,
                status=case.status.value,
                urgency=_URGENCY[case.priority],
                owner=state.owner.value,
                requested_at=case.handoff.requested_at if case.handoff else None,
                reason=case.handoff.reason.value if case.handoff else None,
                taken_by=case.handoff.taken_by if case.handoff else None,
                data_sealed=self._seal(case),
            )
        )

    def answered(self, reference: str, line: int) -> None:
        """A counsellor has written: what came before is read."""
        self._c.execute(update(t.case).where(t.case.c.reference == reference).values(answered_line=line))

    def end(self, reference: str, case: Case, at: datetime) -> None:
        """Writes a case that is closed, sealed or withdrawn."""
        self._c.execute(
            update(t.case)
            .where(t.case.c.reference == reference)
            .values(
                status=case.status.value, owner="bot", ended_at=at, data_sealed=self._seal(case),
                language=case.language.value if case.language else None, urgency=_URGENCY[case.priority],
            )
        )  # fmt: skip

    def withdraw(self, reference: str, at: datetime) -> None:
        """Empties a withdrawn case: its reference and dates stay, for the count, and lead to nobody."""
        case = self.get(reference)
        if case is None:
            return
        self.end(reference, withdrawn(case, at), at)
        self._c.execute(
            update(t.case)
            .where(t.case.c.reference == reference)
            .values(channel=None, conversation_id="", requested_at=None, reason=None, taken_by=None)
        )

    def erase(self, reference: str) -> None:
        """Erases a case wholly."""
        self._c.execute(delete(t.case).where(t.case.c.reference == reference))

    def of_conversation(self, conversation_id: str) -> list[str]:
        """The references of a conversation's cases."""
        return list(self._c.scalars(select(t.case.c.reference).where(t.case.c.conversation_id == conversation_id)))

    def status(self, reference: str | None) -> str | None:
        """Where a case stands."""
        if reference is None:
            return None
        return self._c.scalar(select(t.case.c.status).where(t.case.c.reference == reference))

    def sealed(self, conversation_id: str) -> bool:
        """Whether a conversation has a case that is sealed, or will be when it is erased: one with danger."""
        urgent = or_(t.case.c.status == Status.SEALED.value, t.case.c.urgency == _URGENCY[Priority.URGENT])
        found = select(t.case.c.reference).where(t.case.c.conversation_id == conversation_id, urgent)
        return self._c.scalar(found.limit(1)) is not None

    def waiting(self, reference: str | None) -> int:
        """How many cases wait in the queue before one."""
        row = self._row(reference) if reference else None
        before = (t.case.c.owner == "queue", t.case.c.ended_at.is_(None))
        if row is None or row.requested_at is None:
            count = select(func.count()).where(*before)
        else:
            sooner = or_(
                t.case.c.urgency < row.urgency,
                (t.case.c.urgency == row.urgency) & (t.case.c.requested_at < row.requested_at),
            )
            count = select(func.count()).where(*before, sooner, t.case.c.reference != reference)
        return self._c.scalar(count) or 0

    def entries(self, *, open_only: bool, limit: int) -> Sequence[Entry]:
        """The queue's order: urgent first, then the longest wait; cases still with the bot come last."""
        query = select(t.case).order_by(
            t.case.c.urgency, t.case.c.requested_at.is_(None), t.case.c.requested_at, t.case.c.opened_at
        )
        if open_only:
            query = query.where(t.case.c.ended_at.is_(None))
        return [self._entry(row) for row in self._c.execute(query.limit(limit)).all()]

    def entry(self, reference: str) -> Entry | None:
        """One line of the queue."""
        row = self._row(reference)
        return self._entry(row) if row else None

    def _entry(self, row: "Row[tuple[object, ...]]") -> Entry:
        case = Case.model_validate_json(self._vault.open(row.data_sealed))
        unread = self._c.scalar(
            select(func.count()).where(
                t.line.c.case_reference == row.reference,
                t.line.c.sender == "child",
                t.line.c.number > row.answered_line,
            )
        )
        return Entry(
            reference=row.reference,
            status=Status(row.status),
            priority=case.priority or Priority.NORMAL,
            language=Language(row.language) if row.language else None,
            channel=row.channel or "",
            opened_at=aware(row.opened_at),
            requested_at=aware(row.requested_at) if row.requested_at else None,
            reason=Reason(row.reason) if row.reason else None,
            owner=row.owner,
            taken_by=row.taken_by,
            unread=unread or 0,
        )

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
        lines = tuple(
            Line.model_validate(
                {"at": aware(r.at), "from": r.sender, "text": self._vault.open(r.text_sealed), "media": r.media}
            )
            for r in rows
        )
        return case.model_copy(update={"transcript": lines})

    def reply_is_new(self, reference: str, key: str, at: datetime) -> bool:
        """Whether a counsellor's reply was not sent before, by the key its form was given."""
        digest = self._vault.hash("reply", reference, key)
        return insert_new(self._c, t.reply, {"case_reference": reference, "key_hash": digest, "at": at})
