"""The health of a helpline, as its database shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from store import tables as t
from store.database import aware
from store.hook import MAIL, WEBHOOK

_HOOKS = select(t.hook.c.channel, func.count(), func.min(t.hook.c.posted_at)).group_by(t.hook.c.channel)


@dataclass(frozen=True, slots=True)
class Health:
    """Counts and ages; ages are seconds, 0 where nothing waits.

    Args:
        queue, queue_age: cases that wait for a counsellor.
        outbox, outbox_age: messages that wait to be sent.
        open: conversations with an open case.
        timers_late: how late the first timer is that is due.
        hooks: what waits to be told, by channel (``webhook``, ``mail``): how much, and the age of the first.
    """

    queue: int
    queue_age: float
    outbox: int
    outbox_age: float
    open: int
    timers_late: float
    hooks: Mapping[str, tuple[int, float]]


def health(connection: Connection, now: datetime) -> Health:
    """Reads it."""
    live = t.case.c.ended_at.is_(None)
    waiting = select(func.count(), func.min(t.case.c.requested_at)).where(live, t.case.c.owner == "queue")
    queue, since = connection.execute(waiting).one()
    outbox, posted = connection.execute(select(func.count(), func.min(t.outbox.c.posted_at))).one()
    due = connection.scalar(select(func.min(t.timer.c.due_at)))
    opened = connection.scalar(select(func.count()).select_from(t.case).where(live)) or 0
    hooks = dict.fromkeys((WEBHOOK, MAIL), (0, 0.0))
    for channel, count, first in connection.execute(_HOOKS):
        hooks[channel] = (count, _age(first, now))
    return Health(queue, _age(since, now), outbox, _age(posted, now), opened, _age(due, now), hooks)


def _age(since: datetime | None, now: datetime) -> float:
    return max((now - aware(since)).total_seconds(), 0.0) if since else 0.0


def present(connection: Connection) -> datetime:
    """The time by the clock of a PostgreSQL server."""
    return aware(connection.scalars(select(func.now())).one())
