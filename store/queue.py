"""The queue as it is read: who waits, and in which order. Nothing is unsealed but the notes of offers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select

from handoff.case import Priority, Reason, Status
from handoff.port import Entry
from nlu.interpretation import Language
from store import tables as t
from store.cases import CHATLESS
from store.database import aware
from store.keyring import Keyring
from store.vault import NoKeys

_CASE = t.case.c
_COLUMNS = select(*(column for column in _CASE if column.name != "data_sealed"))
_BY_REFERENCE = _COLUMNS.where(_CASE.reference == bindparam("key"))
QUEUE = _COLUMNS.where(_CASE.ended_at.is_(None)).order_by(
    _CASE.urgency, _CASE.requested_at.is_(None), _CASE.requested_at, _CASE.opened_at
)
NEWEST = _COLUMNS.order_by(_CASE.opened_at.desc())
_LATE = (_CASE.ended_at.is_(None), _CASE.due < bindparam("today"))
OVERDUE = _COLUMNS.where(*_LATE).order_by(_CASE.due, _CASE.urgency, _CASE.opened_at)
_HOW_MANY_LATE = select(func.count()).select_from(t.case).where(*_LATE)


def unread(references: list[str]) -> Select[Any]:
    """How many messages of the child no counsellor has answered, by case."""
    line = t.line.c
    return (
        select(line.case_reference, func.count())
        .join(t.case, _CASE.reference == line.case_reference)
        .where(line.case_reference.in_(references), line.sender == "child", line.number > _CASE.answered_line)
        .group_by(line.case_reference)
    )


class Queue:
    """The queue of one transaction.

    Args:
        connection: the transaction.
        keys: open the notes of offers.
    """

    def __init__(self, connection: Connection, keys: Keyring):
        self._c, self._keys = connection, keys

    def entries(self, *, open_only: bool, limit: int, offset: int = 0) -> Sequence[Entry]:
        """Open cases: urgent first, then the longest wait, those still with the bot last; all: the newest first."""
        return self._entries((QUEUE if open_only else NEWEST).limit(limit).offset(offset))

    def overdue(self, today: date, limit: int, offset: int) -> Sequence[Entry]:
        """Open cases whose next step was due before a day, the latest first."""
        return self._entries(OVERDUE.limit(limit).offset(offset), today=today)

    def how_many_late(self, today: date) -> int:
        """How many ``overdue`` there are."""
        return self._c.scalar(_HOW_MANY_LATE, {"today": today}) or 0

    def _entries(self, query: Select[Any], **values: date) -> Sequence[Entry]:
        rows = self._c.execute(query, values).all()
        unread = self._unread([row.reference for row in rows])
        self._keys.load(*(row.reference for row in rows if row.offer_sealed))
        return [self._entry(row, unread.get(row.reference, 0)) for row in rows]

    def entry(self, reference: str) -> Entry | None:
        """One line of the queue."""
        row = self._c.execute(_BY_REFERENCE, {"key": reference}).first()
        return self._entry(row, self._unread([reference]).get(reference, 0)) if row else None

    def _unread(self, references: list[str]) -> dict[str, int]:
        return {row[0]: row[1] for row in self._c.execute(unread(references))}

    def _entry(self, row: Row[Any], unread: int) -> Entry:
        return Entry(
            reference=row.reference,
            status=Status(row.status),
            priority=Priority(row.priority) if row.priority else Priority.NORMAL,
            language=Language(row.language) if row.language else None,
            channel=row.channel or "",
            opened_at=aware(row.opened_at),
            requested_at=aware(row.requested_at) if row.requested_at else None,
            reason=Reason(row.reason) if row.reason else None,
            owner=row.owner,
            taken_by=row.taken_by,
            unread=unread,
            offered_to=row.offered_to,
            offer=self._note(row),
            alarmed=row.alarmed_at is not None and row.owner == "queue",
            due=row.due,
            chat=row.conversation_id != CHATLESS,
        )

    def _note(self, row: Row[Any]) -> str | None:
        try:
            return self._keys.open(row.reference, row.offer_sealed) if row.offer_sealed else None
        except NoKeys:
            return None
