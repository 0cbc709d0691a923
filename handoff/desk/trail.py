"""The trail, for supervisors: who looked at which case, who changed what."""

from starlette.responses import Response

from handoff.desk.visit import Visit

_PAGE = 100


async def trail(visit: Visit) -> Response:
    """The newest acts first, of one case where one is asked for."""
    query = visit.request.query_params
    reference = query.get("case", "").strip().upper()[:9]
    page = visit.number("page")
    acts = await visit.desk.trail.acts(reference=reference or None, limit=_PAGE + 1, offset=page * _PAGE)
    return visit.show("trail.html", acts=acts[:_PAGE], reference=reference, page=page, more=len(acts) > _PAGE)
