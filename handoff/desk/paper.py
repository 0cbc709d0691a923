"""The transcript on paper: one page to print, or a file to keep."""

from starlette.responses import HTMLResponse, Response

from handoff.desk.facts import sections
from handoff.desk.sight import Hidden, find
from handoff.desk.transcript import bubbles
from handoff.desk.visit import Visit


async def transcript(visit: Visit) -> Response:
    """The case and its chat as one HTML page that needs no other file; ``?save=1`` offers it as a file."""
    found = await find(visit)
    if isinstance(found, Hidden):
        return visit.refuse(found.status, found.key)
    entry, case = found
    saved = visit.request.query_params.get("save") == "1"
    html = visit.draw(
        "paper.html", entry=entry, sections=sections(case, visit.words), saved=saved,
        bubbles=bubbles(case, visit.words.zone), now=visit.desk.clock(), style=visit.desk.assets["paper.css"],
    )  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="{entry.reference}.html"'} if saved else {}
    return HTMLResponse(html, headers=headers)
