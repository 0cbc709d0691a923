"""Keeping a case from being erased when its time is over, with a reason: for supervisors."""

from starlette.responses import Response

from handoff.casework import LONGEST_HOLD
from handoff.desk.conversation import done, sorry
from handoff.desk.sight import Hidden, find
from handoff.desk.visit import Visit


async def hold(visit: Visit) -> Response:
    """Holds a case back, with a reason that is kept."""
    found = await find(visit)
    if isinstance(found, Hidden):
        return visit.refuse(found.status, found.key)
    reason = visit.field("reason").strip()
    if not reason:
        return await sorry(visit, 422, visit.words("refused.reason"))
    if len(reason) > LONGEST_HOLD:
        sentence = visit.words("refused.too_long", length=len(reason), limit=LONGEST_HOLD)
        return await sorry(visit, 422, sentence)
    return await done(visit, await visit.desk.casework.hold(visit.reference, visit.user.name, reason))


async def let_go(visit: Visit) -> Response:
    """Ends it."""
    found = await find(visit)
    if isinstance(found, Hidden):
        return visit.refuse(found.status, found.key)
    return await done(visit, await visit.desk.casework.let_go(visit.reference, visit.user.name))
