"""What is over: which rows have been kept for as long as they may, by kind, and how each is erased."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, exists, func, or_, select

from store import tables as t
from store.limits import Limits

_CASE, _TALK, _LINE = t.case.c, t.conversation.c, t.line.c
_LEDGER = timedelta(days=400)
"""How long the ledger is kept: longer than any key backup by far."""
_WAITS = timedelta(days=30)
_AT_ONCE = 500


def on_hold(reference: Any) -> ColumnElement[bool]:
    """Whether a supervisor holds a case back from being erased."""
    return exists().where(t.hold.c.case_reference == reference)


def unfinished(limits: Limits, now: datetime) -> Select[Any]:
    """The conversations without a case in which nothing was said for too long."""
    return select(_TALK.id).where(
        _TALK.case_reference.is_(None),
        _TALK.updated_at <= now - limits.unfinished,
        ~exists().where(_CASE.conversation_id == _TALK.id),
    )


def sealed(limits: Limits, now: datetime) -> Select[Any]:
    """The withdrawn cases whose seal is over."""
    return select(_CASE.reference).where(_CASE.status == "sealed", _CASE.ended_at <= now - limits.sealed)


def transcripts(limits: Limits, now: datetime) -> Select[Any]:
    """The closed cases whose transcript has been kept long enough."""
    return select(_CASE.reference).where(
        _CASE.status == "closed",
        _CASE.ended_at <= now - limits.transcript,
        exists().where(_LINE.case_reference == _CASE.reference),
        ~on_hold(_CASE.reference),
    )


def cases(limits: Limits, now: datetime) -> Select[Any]:
    """The closed cases that have been kept long enough."""
    return select(_CASE.reference).where(
        _CASE.status == "closed", _CASE.ended_at <= now - limits.case, ~on_hold(_CASE.reference)
    )


def addresses(limits: Limits, now: datetime) -> Select[Any]:
    """The conversations whose last case closed, and whose child last wrote, so long ago that no way back is kept."""
    late = exists().where(
        _CASE.conversation_id == _TALK.id, or_(_CASE.ended_at.is_(None), _CASE.ended_at > now - limits.address)
    )
    return select(_TALK.id).where(
        _TALK.address_sealed.is_not(None),
        _TALK.case_reference.is_(None),
        _TALK.updated_at <= now - limits.address,
        ~late,
    )


QUERIES: dict[str, Callable[[Limits, datetime], Select[Any]]] = {
    "unfinished": unfinished,
    "sealed": sealed,
    "transcripts": transcripts,
    "cases": cases,
    "addresses": addresses,
}
"""What is erased one by one, each in a transaction of its own."""


def _old(limits: Limits, now: datetime) -> dict[str, tuple[Any, ColumnElement[bool]]]:
    """What is erased in one go."""
    owners = or_(
        t.data_key.c.owner.in_(select(_TALK.id)), t.data_key.c.owner.in_(select(_CASE.reference))
    )  # fmt: skip
    return {
        "trail": (t.trail, t.trail.c.at <= now - limits.trail),
        "waits": (t.wait, t.wait.c.at <= now - _WAITS),
        "ledger": (t.erased, t.erased.c.at <= now - _LEDGER),
        "keys": (t.data_key, ~owners),
    }


def count(connection: Connection, limits: Limits, now: datetime) -> dict[str, int]:
    """How many of each kind are over."""
    found = {
        kind: connection.scalar(select(func.count()).select_from(query(limits, now).subquery())) or 0
        for kind, query in QUERIES.items()
    }
    held = select(func.count()).select_from(t.hold)
    return (
        found
        | {
            kind: connection.scalar(select(func.count()).select_from(table).where(where)) or 0
            for kind, (table, where) in _old(limits, now).items()
        }
        | {"held back": connection.scalar(held) or 0}
    )


def over(connection: Connection, kind: str, limits: Limits, now: datetime, one: str | None = None) -> list[str]:
    """The ids or references of a kind that are over, some at a time.

    Args:
        connection: the transaction.
        kind: one of ``QUERIES``.
        limits, now: how long each is kept, and until when.
        one: to ask of one alone.
    """
    query = QUERIES[kind](limits, now).limit(_AT_ONCE)
    if one is not None:
        query = query.where(query.selected_columns[0] == one)
    return list(connection.scalars(query))


def erase_old(connection: Connection, limits: Limits, now: datetime) -> dict[str, int]:
    """Erases what is erased in one go; how much of each."""
    done = {}
    for kind, (table, where) in _old(limits, now).items():
        gone = connection.execute(delete(table).where(where).returning(next(iter(table.primary_key)))).all()
        done[kind] = len(gone)
    return done
