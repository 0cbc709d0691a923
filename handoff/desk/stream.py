"""The live stream: tells a page that something changed; what changed, the page then asks for itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from handoff.desk.visit import Visit
from handoff.port import Change, Changes

_PULSE = 60.0
"""Seconds after which an open page is looked at, when nothing happens: who sits before it is at the desk."""
_REST = 2.0
"""Seconds between two looks at the queue, unless an alarm comes: what changes in between is one change, as twenty
desks that draw a hundred lines for each message of two hundred children would leave no time for the messages."""
_MINUTE = timedelta(minutes=1)


async def events(visit: Visit) -> Response:
    """Events ``case`` (the one named in the address) or ``queue``, which carry nothing, and ``alarm``, whose data is
    the reference of the case at which every desk must look now."""
    return EventSourceResponse(_events(visit, visit.request.query_params.get("case", "")), ping=15)


async def _events(visit: Visit, reference: str) -> AsyncIterator[ServerSentEvent]:
    changes: list[Change] = []
    came, alarmed = asyncio.Event(), asyncio.Event()
    listener = asyncio.create_task(_listen(visit.desk.changes, changes, came, alarmed))
    seen = visit.desk.clock()
    try:
        # Listen first, then have the page ask for what it missed while the browser was away:
        # in the other order a change in between would be lost.
        await asyncio.sleep(0)
        yield _event(reference)
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(came.wait(), _PULSE)
            came.clear()
            alarmed.clear()
            quiet = not changes
            here = any(not reference or change.reference in (reference, "") for change in changes)
            rung = sorted({change.reference for change in changes if change.alarm})
            changes.clear()
            now = visit.desk.clock()
            if now - seen >= _MINUTE:
                await visit.desk.users.seen(visit.user.name, now)
                seen = now
            if (quiet or here or rung) and not await _still_in(visit):
                return
            for urgent in rung:
                yield ServerSentEvent(data=urgent, event="alarm")
            if here:
                yield _event(reference)
            if not reference:
                with suppress(TimeoutError):
                    await asyncio.wait_for(alarmed.wait(), _REST)
    finally:
        listener.cancel()


async def _listen(source: Changes, changes: list[Change], came: asyncio.Event, alarmed: asyncio.Event) -> None:
    async for change in source.follow():
        changes.append(change)
        came.set()
        if change.alarm:
            alarmed.set()


async def _still_in(visit: Visit) -> bool:
    desk = visit.desk
    user = await desk.users.session_user(visit.session, desk.clock()) if visit.session else None
    return user is not None and user.name == visit.user.name


def _event(reference: str) -> ServerSentEvent:
    return ServerSentEvent(data="changed", event="case" if reference else "queue")
