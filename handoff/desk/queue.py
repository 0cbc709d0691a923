"""The queue: who waits, how long, and who holds what."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import HTMLResponse, Response

from handoff.case import Status
from handoff.desk.visit import Visit
from handoff.port import Entry, Role


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the queue, and how long the child has waited for a human."""

    entry: Entry
    wait: timedelta | None


def may_read(visit: Visit, entry: Entry) -> bool:
    """Whether this user may open the case: a sealed one is for supervisors alone."""
    return entry.status is not Status.SEALED or visit.user.role is Role.SUPERVISOR


async def queue(visit: Visit) -> Response:
    return visit.show("queue.html", rows=await _rows(visit), every=_every(visit))


async def queue_rows(visit: Visit) -> Response:
    """The lines alone, when something changed."""
    return HTMLResponse(visit.draw("rows.html", rows=await _rows(visit)))


def _every(visit: Visit) -> bool:
    return visit.request.query_params.get("all") == "1"


async def _rows(visit: Visit) -> list[Row]:
    entries = await visit.desk.cases.entries(open_only=not _every(visit))
    now = visit.desk.clock()
    return [Row(entry, _wait(entry, now)) for entry in entries if may_read(visit, entry)]


def _wait(entry: Entry, now: datetime) -> timedelta | None:
    if entry.owner != "queue" or entry.requested_at is None:
        return None
    return now - entry.requested_at
