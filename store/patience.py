"""How long children wait: for a counsellor, for an answer, and as a rule."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, insert, or_, select

from store import tables as t
from store.cases import CHATLESS

_COUNTED = 20
"""Waits that the usual one is taken from."""
_FEWEST = 5
_CASE = t.case.c

Wanted = Select[tuple[str]]
"""A query for the references of cases."""


def found(connection: Connection, wanted: Wanted) -> list[str]:
    """The references that a query finds."""
    return list(connection.scalars(wanted))


def _open(owner: str, reference: str | None) -> tuple[ColumnElement[bool], ...]:
    wanted = (_CASE.owner == owner, _CASE.ended_at.is_(None))
    return wanted if reference is None else (*wanted, _CASE.reference == reference)


def left_alone(away: datetime, silent: datetime, reference: str | None = None) -> Wanted:
    """The cases whose counsellor leaves the child waiting.

    Args:
        away: a counsellor last seen before this has left; a child who has waited since then waits for nobody.
        silent: whoever has waited since then waits for too long, whether the counsellor is there or not.
        reference: to ask of one case alone.
    """
    gone = or_(t.user.c.seen_at.is_(None), t.user.c.seen_at <= away)
    return (
        select(_CASE.reference)
        .outerjoin(t.user, t.user.c.name == _CASE.taken_by)
        .where(
            *_open("counsellor", reference),
            or_(_CASE.unanswered_at <= silent, (_CASE.unanswered_at <= away) & gone),
        )
    )


def forgotten(urgent: datetime, others: datetime | None, again: datetime, reference: str | None = None) -> Wanted:
    """The cases that have waited in the queue for too long.

    Args:
        urgent: an urgent one waits since this or longer.
        others: the others since this or longer; None when they may wait.
        again: whoever was alarmed about since then is left out.
        reference: to ask of one case alone.
    """
    late = (_CASE.urgency == 0) & (_CASE.requested_at <= urgent)
    if others:
        late = late | ((_CASE.urgency > 0) & (_CASE.requested_at <= others))
    # Nobody sits waiting for the answer to a mail, unless there is danger.
    waits = or_(_CASE.urgency == 0, _CASE.conversation_id != CHATLESS)
    return select(_CASE.reference).where(
        *_open("queue", reference), late, waits, or_(_CASE.alarmed_at.is_(None), _CASE.alarmed_at <= again)
    )


def lapsed(at: datetime, reference: str | None = None) -> Wanted:
    """The cases whose offer to a colleague is over."""
    return select(_CASE.reference).where(*_open("counsellor", reference), _CASE.offered_until <= at)


def note_wait(connection: Connection, at: datetime, seconds: int) -> None:
    """Keeps how long a child waited: the number alone."""
    connection.execute(insert(t.wait).values(at=at, seconds=seconds))


def usual_wait(connection: Connection, since: datetime) -> int | None:
    """How long the last children waited, in seconds: the median; None when there were too few since a moment."""
    query = select(t.wait.c.seconds).where(t.wait.c.at >= since).order_by(t.wait.c.at.desc()).limit(_COUNTED)
    found = sorted(connection.scalars(query))
    return found[len(found) // 2] if len(found) >= _FEWEST else None
