"""Hooks: what other systems and the counsellors' mailboxes are to be told, written in the transaction in which it
happened, and kept until it has arrived."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Integer, Row, bindparam, insert, select, update

from handoff.case import Case, Priority, Status
from handoff.outside import happened, occurrence, written
from store import tables as t
from store.database import aware, insert_new
from store.lease import AT_ONCE, LONGEST, Claim, Leases
from store.note import HOOK, note
from store.pace import Pace, Rate

WEBHOOK, MAIL = "webhook", "mail"
Notice = Literal["urgent", "waits", "undelivered"]
"""What counsellors are written to about: a new urgent case, a child who waits too long, what a child did not get."""

_LEASES = Leases(t.hook)
_FREELY = Pace(Rate(1, 0.0), Rate(1, 0.0))
_PACES: Mapping[str, Pace] = {WEBHOOK: _FREELY, MAIL: _FREELY}
"""As fast as they like, but for the pauses that ``store.pace.pause`` sets."""
WAITING = (
    select(t.hook)
    .where(*_LEASES.due)
    .order_by(t.hook.c.posted_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
"""The heads of the streams that are due, the longest waiting first, locked."""


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told what happens: nobody, unless the settings name them."""

    webhook: bool = False
    mail: bool = False


NOBODY = Told()


@dataclass(frozen=True, slots=True)
class Hook:
    """Something to be told, that is one process's to tell.

    Args:
        stream, number: its place; a stream is a case's reference or ``mail.…``, and is told in order.
        channel: ``webhook`` or ``mail``.
        body: what to send, as it is to be signed; empty for a mail, whose words are the mailer's.
        attempts: how often it was tried.
        posted: when it happened.
    """

    stream: str
    number: int
    channel: str
    body: str
    attempts: int
    posted: datetime


class Hooks:
    """The hooks of one transaction.

    Args:
        connection: the transaction.
        told: who is told.
    """

    def __init__(self, connection: Connection, told: Told = NOBODY):
        self._c, self._told = connection, told

    def case(self, before: Row[Any] | None, case: Case, at: datetime | None = None) -> None:
        """A case is being written.

        Args:
            before: its row as it was.
            case: what is written.
            at: when it happened; otherwise when the last line of its timeline did.
        """
        if not self._told.webhook or before is None:
            return
        last = at or (case.timeline[-1].at if case.timeline else case.opened_at)
        for event in happened(before.told > 0, Status(before.status), before.taken_by, case):
            opened = event == "case.opened"
            status = Status(before.status) if opened else case.status
            self._post(case.reference, event, status, case.priority, case.opened_at if opened else last)

    def erased(self, before: Row[Any] | None, at: datetime) -> None:
        """A case that others may know of is being erased at the child's word."""
        known = before is not None and before.told and before.status not in (Status.SEALED, Status.WITHDRAWN)
        if self._told.webhook and before is not None and known:
            self._post(before.reference, "case.withdrawn", Status.WITHDRAWN, None, at)

    def _post(self, reference: str, event: str, status: Status, priority: Priority | None, at: datetime) -> None:
        count = update(t.case).where(t.case.c.reference == reference).values(told=t.case.c.told + 1)
        number = self._c.scalar(count.returning(t.case.c.told)) or 1
        body = written(occurrence(reference, number, event, status, priority, at))
        self._c.execute(insert(t.hook).values(_row(reference, number, WEBHOOK, at, body)))
        note(self._c, HOOK)

    def notice(self, kind: Notice, at: datetime) -> None:
        """Counsellors are to be written to; one that waits already says it for this one too."""
        if not self._told.mail:
            return
        stream = f"{MAIL}.{kind}"
        last = self._c.execute(
            select(t.hook).where(t.hook.c.stream == stream).order_by(t.hook.c.number.desc()).limit(1)
        ).first()
        if last and not last.attempts and not last.claims:
            return
        insert_new(self._c, t.hook, _row(stream, last.number + 1 if last else 1, MAIL, at))
        note(self._c, HOOK)

    def claim(self, at: datetime, lease: timedelta, limit: int) -> Claim[Hook]:
        """Takes the first waiting hook of each stream, where it is due; arguments as for ``Outbox.claim``."""
        rows = self._c.execute(WAITING, {"now": at, "far": at + LONGEST, "most": limit}).all()
        claim = _LEASES.claim(self._c, rows, at, lease, _PACES)
        return Claim(
            [Hook(row.stream, row.number, row.channel, row.body, row.attempts, aware(row.posted_at))
             for row in claim.parcels],
            claim.wait,
        )  # fmt: skip

    def remove(self, hook: Hook) -> bool:
        """A hook has arrived; whether it was still there."""
        return _LEASES.remove(self._c, (hook.stream, hook.number))

    def postpone(self, hook: Hook, until: datetime, why: str) -> None:
        """A hook is tried again later; those behind it in its stream wait."""
        place = (hook.stream, hook.number)
        _LEASES.put(self._c, place, attempts=hook.attempts + 1, claims=0, due_at=until, why=why)

    def release(self) -> None:
        """Ends all leases (``Leases.release``)."""
        _LEASES.release(self._c)


def _row(stream: str, number: int, channel: str, at: datetime, body: str = "") -> dict[str, Any]:
    return {"stream": stream, "number": number, "channel": channel, "body": body, "posted_at": at,
            "due_at": AT_ONCE, "attempts": 0, "claims": 0}  # fmt: skip
