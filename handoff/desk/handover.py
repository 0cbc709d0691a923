"""Passing a case on: to the bot, or to a colleague who is asked or not."""

from starlette.responses import Response

from handoff.desk.conversation import done, sorry
from handoff.desk.visit import LONGEST_REPLY, Visit


async def resume(visit: Visit) -> Response:
    return await done(visit, await visit.desk.relay.resume(visit.reference, visit.user.name))


async def hand(visit: Visit) -> Response:
    """To a colleague at once."""
    relay, me = visit.desk.relay, visit.user.name
    return await done(visit, await relay.hand(visit.reference, me, visit.field("to")))


async def offer(visit: Visit) -> Response:
    """To a colleague who is asked first, and reads why."""
    relay, me, note = visit.desk.relay, visit.user.name, visit.field("note").strip()
    if len(note) > LONGEST_REPLY:
        sentence = visit.words("refused.too_long", length=len(note), limit=LONGEST_REPLY)
        return await sorry(visit, 422, sentence)
    return await done(visit, await relay.offer(visit.reference, me, visit.field("to"), note))


async def accept(visit: Visit) -> Response:
    return await done(visit, await visit.desk.relay.accept(visit.reference, visit.user.name))


async def decline(visit: Visit) -> Response:
    return await done(visit, await visit.desk.relay.decline(visit.reference, visit.user.name))
