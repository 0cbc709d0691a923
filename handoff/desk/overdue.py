"""The overdue list: cases whose next step was due before today."""

from starlette.responses import Response

from handoff.desk.visit import Visit

_PAGE = 50


async def overdue(visit: Visit) -> Response:
    """Those that are latest first."""
    page, today = visit.number("page"), visit.words.today(visit.desk.clock())
    entries = await visit.desk.cases.overdue(today, limit=_PAGE + 1, offset=page * _PAGE)
    return visit.show("overdue.html", entries=entries[:_PAGE], today=today, page=page, more=len(entries) > _PAGE)
