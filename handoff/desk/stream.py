"""The live stream: tells a page that something changed; what changed, the page then asks for itself."""

import asyncio
from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from handoff.desk.visit import Visit


async def events(visit: Visit) -> Response:
    """Events ``case`` (the one named in the address) and ``queue``; neither carries any content."""
    return EventSourceResponse(_events(visit, visit.request.query_params.get("case", "")), ping=15)


async def _events(visit: Visit, reference: str) -> AsyncIterator[ServerSentEvent]:
    changes = visit.desk.changes.follow()
    pending = asyncio.ensure_future(anext(changes))
    try:
        # Listen first, then have the page ask for what it missed while the browser was away:
        # in the other order a change in between would be lost.
        await asyncio.sleep(0)
        yield _event(reference)
        while True:
            changed = await pending
            pending = asyncio.ensure_future(anext(changes))
            if reference and changed != reference:
                continue
            if not await _still_in(visit):
                return
            yield _event(reference)
    finally:
        pending.cancel()


async def _still_in(visit: Visit) -> bool:
    desk = visit.desk
    user = await desk.users.session_user(visit.session, desk.clock()) if visit.session else None
    return user is not None and user.name == visit.user.name


def _event(reference: str) -> ServerSentEvent:
    return ServerSentEvent(data="changed", event="case" if reference else "queue")
