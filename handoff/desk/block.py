"""Shutting a contact out for some days, and the list of those who are: for supervisors."""

from starlette.responses import Response

from handoff.block import DAYS, LONGEST_REASON
from handoff.desk.conversation import sorry
from handoff.desk.sight import Hidden, find
from handoff.desk.visit import Visit


async def block(visit: Visit) -> Response:
    """Shuts out the contact of a case, with a reason that is kept."""
    found = await find(visit)
    if isinstance(found, Hidden):
        return visit.refuse(found.status, found.key)
    reason, days = visit.field("reason").strip(), visit.field("days")
    if not reason or days not in map(str, DAYS):
        return await sorry(visit, 422, visit.words("refused.reason"))
    if len(reason) > LONGEST_REASON:
        sentence = visit.words("refused.too_long", length=len(reason), limit=LONGEST_REASON)
        return await sorry(visit, 422, sentence)
    refused = await visit.desk.blocks.block(visit.reference, visit.user.name, int(days), reason)
    if refused:
        return await sorry(visit, 409, visit.words("refused.no_contact"))
    return visit.go("blocks")


async def blocks_page(visit: Visit) -> Response:
    return visit.show("blocks.html", blocks=await visit.desk.blocks.blocks())


async def lift(visit: Visit) -> Response:
    """Ends a block before its time."""
    await visit.desk.blocks.lift(visit.field("id")[:32], visit.user.name)
    return visit.go("blocks")
