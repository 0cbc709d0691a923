"""The case on paper: one page to print or to keep as a file; for the team, or for the police and the prosecutor."""

from dataclasses import replace

from starlette.responses import HTMLResponse, Response

from handoff.desk.export import leaving
from handoff.desk.facts import sections
from handoff.desk.transcript import bubbles
from handoff.desk.visit import Visit
from handoff.report.door import Door

_POLICE = ("child", "incident", "around", "consents")
"""The sections of the sheet for a complaint: not what the team thinks of the case, and not what it did."""


async def transcript(visit: Visit) -> Response:
    """The case and its chat as one HTML page that needs no other file.

    ``?save=1`` offers it as a file, ``?chat=0`` leaves the chat out, ``?lang=ar`` or ``fr`` is its language.
    """
    return await _paper(visit, None)


async def police_sheet(visit: Visit) -> Response:
    """What a complaint is made of, as the same page; ``?chat=1`` adds the chat."""
    return await _paper(visit, Door.POLICE)


async def _paper(visit: Visit, door: Door | None) -> Response:
    found = await leaving(visit, door)
    if isinstance(found, Response):
        return found
    entry, case = found
    query = visit.request.query_params
    saved = query.get("save") == "1"
    chat = query.get("chat", "0" if door else "1") == "1"
    words = visit.desk.words.get(query.get("lang", ""), visit.words)
    parts = _POLICE if door is Door.POLICE else None
    html = replace(visit, words=words).draw(
        "paper.html", entry=entry, sections=sections(case, words, visit.desk.script.told, parts), saved=saved,
        chat=chat, door=door,
        bubbles=bubbles(case, words.zone), now=visit.desk.clock(), style=visit.desk.assets["paper.css"],
    )  # fmt: skip
    name = f"{entry.reference}-{door}" if door else entry.reference
    headers = {"Content-Disposition": f'attachment; filename="{name}.html"'} if saved else {}
    return HTMLResponse(html, headers=headers)
