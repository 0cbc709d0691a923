"""Moving a case through its life, and choosing the day by which the next step is due."""

from datetime import date, timedelta

from starlette.responses import Response

from handoff.case import Status
from handoff.desk.conversation import done, sorry
from handoff.desk.sight import Hidden, find
from handoff.desk.stages import typed
from handoff.desk.visit import Visit
from handoff.life import LONGEST_REASON, ORDER, Asked, Move

_FURTHEST = timedelta(days=730)


async def move(visit: Visit) -> Response:
    """Takes a step."""
    found = await find(visit)
    if isinstance(found, Hidden):
        return visit.refuse(found.status, found.key)
    chosen, why, day = typed(visit)
    before, to, due = _status(visit.field("before")), _status(visit.field("to")), day_of(visit, day)
    if before is None or to is None:
        return await sorry(visit, 422, visit.words("refused.no_step"))
    if day and due is None:
        return await sorry(visit, 422, visit.words("refused.day"))
    wanted = Move(before, to, why.strip(), chosen, due)
    user, words = visit.user, visit.words
    refused = await visit.desk.life.move(visit.reference, user.name, user.role, wanted)
    if refused and refused.why == "moved":
        return await sorry(visit, 409, words("refused.moved", status=words(f"status.{refused.by}")))
    if refused and refused.why == "too_long":
        return await sorry(visit, 422, words("refused.too_long", length=len(why), limit=LONGEST_REASON))
    if refused and refused.why in (*Asked,):
        return await sorry(visit, 422, words(f"refused.step.{refused.why}"))
    return await done(visit, refused)


async def set_due(visit: Visit) -> Response:
    """Sets the day by which the next step is due."""
    found = await find(visit)
    if isinstance(found, Hidden):
        return visit.refuse(found.status, found.key)
    day = visit.field("due")
    due = day_of(visit, day)
    if day and due is None:
        return await sorry(visit, 422, visit.words("refused.day"))
    return await done(visit, await visit.desk.life.set_due(visit.reference, visit.user.name, visit.user.role, due))


def day_of(visit: Visit, text: str) -> date | None:
    """A day that a step may be due; None for none, one that has gone by or one too far ahead."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    today = visit.words.today(visit.desk.clock())
    return day if today <= day <= today + _FURTHEST else None


def _status(typed: str) -> Status | None:
    return Status(typed) if typed in ORDER else None
