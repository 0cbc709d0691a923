"""The queue: who waits, how long, and who holds what."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import HTMLResponse, Response

from handoff.case import Status
from handoff.desk.visit import Visit
from handoff.port import CASEWORKERS, Entry, Role

_PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the queue.

    Args:
        wait: how long the child has waited for a human.
        foreign: whether it is in a language that whoever looks does not write.
    """

    entry: Entry
    wait: timedelta | None
    foreign: bool


def may_read(visit: Visit, entry: Entry) -> bool:
    """Whether this user may open the case: a sealed one is for supervisors alone."""
    return entry.status is not Status.SEALED or visit.user.role is Role.SUPERVISOR


async def home(visit: Visit) -> Response:
    """The queue for those who read cases; the others begin where their work is."""
    if visit.user.role is Role.ADMINISTRATOR:
        return visit.go("people")
    if visit.user.role not in CASEWORKERS:
        return visit.show("trainer.html")
    return visit.show("queue.html", 200, **await _page(visit))


async def queue_rows(visit: Visit) -> Response:
    """The lines alone, when something changed."""
    return HTMLResponse(visit.draw("rows.html", **await _page(visit)))


async def _page(visit: Visit) -> dict[str, object]:
    every = visit.request.query_params.get("all") == "1"
    page, now = visit.number("page"), visit.desk.clock()
    entries = await visit.desk.cases.entries(open_only=not every, limit=_PAGE + 1, offset=page * _PAGE)
    rows = [
        Row(entry, _wait(entry, now), _foreign(visit, entry)) for entry in entries[:_PAGE] if may_read(visit, entry)
    ]
    return {"rows": rows, "every": every, "page": page, "more": len(entries) > _PAGE}


def _wait(entry: Entry, now: datetime) -> timedelta | None:
    if entry.owner != "queue" or entry.requested_at is None:
        return None
    return now - entry.requested_at


def _foreign(visit: Visit, entry: Entry) -> bool:
    mine = visit.user.languages
    return bool(mine) and entry.language is not None and entry.language not in mine
