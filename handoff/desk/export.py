"""What leaves the desk about a case: only what the child agreed to, and never without a line in the trail."""

import json

from starlette.responses import Response

from handoff.case import Case
from handoff.desk.sight import Hidden, find
from handoff.desk.visit import Visit
from handoff.port import Entry, Refused
from handoff.report.door import Door, closed_by

_STATUS = {"consent": 403, "gone": 404, "day": 422}


async def leaving(visit: Visit, door: Door | None) -> tuple[Entry, Case] | Response:
    """The case of a visit's address where it may leave through a door, or the refusal that says why not."""
    found = await find(visit)
    if isinstance(found, Hidden):
        return visit.refuse(found.status, found.key)
    refused = closed_by(found[1], door)
    return refusal(visit, refused, door) if refused else found


def refusal(visit: Visit, refused: Refused, door: Door | None) -> Response:
    """The answer to what may not leave; 403 stands in the trail."""
    return visit.say_no(_STATUS.get(refused.why, 409), why(visit, refused, door), at_case=True)


def why(visit: Visit, refused: Refused, door: Door | None) -> str:
    """One sentence that says why nothing leaves, and which consent is missing."""
    t = visit.words
    match refused.why:
        case "consent":
            return t("refused.consent", consent=t(f"consent.{refused.by}"))
        case "nothing":
            return t(f"refused.nothing.{door}")
        case "withdrawn":
            return t("refused.withdrawn")
        case "sealed":
            return t("refused.sealed_stays")
        case "day":
            return t("refused.outcome_day")
        case _:
            return t("refused.gone")


async def case_json(visit: Visit) -> Response:
    """The case as ``m3ak.case/1``; ``?chat=0`` leaves the transcript out."""
    found = await leaving(visit, None)
    if isinstance(found, Response):
        return found
    case = found[1]
    if visit.request.query_params.get("chat") == "0":
        case = case.model_copy(update={"transcript": ()})
    return as_json(case.document(), case.reference)


def as_json(document: object, name: str) -> Response:
    """A JSON document to keep as a file."""
    body = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return as_file(body.encode(), "application/json", f"{name}.json")


def as_file(body: bytes, media_type: str, name: str) -> Response:
    """Bytes to keep as a file."""
    return Response(body, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
