"""The bell: what must be heard on every page of the desk, whichever case is open."""

from starlette.responses import HTMLResponse, Response

from handoff.case import Priority
from handoff.desk.queue import may_read
from handoff.desk.visit import Visit

_LOOKED_AT = 50
"""Cases at the head of the queue; the urgent ones stand first."""


async def bell(visit: Visit) -> Response:
    """The urgent cases that nobody has taken, those in which a child has waited for too long, and how many cases are
    overdue."""
    entries = await visit.desk.cases.entries(limit=_LOOKED_AT)
    waiting = [entry for entry in entries if entry.owner == "queue" and may_read(visit, entry)]
    calls = [entry.reference for entry in waiting if entry.priority is Priority.URGENT or entry.alarmed]
    late = await visit.desk.cases.how_many_late(visit.words.today(visit.desk.clock()))
    return HTMLResponse(visit.draw("bell.html", calls=calls, late=late))
