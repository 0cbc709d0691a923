"""The simulator's pages: a phone to chat as a child, and the studio. On loopback for everybody, elsewhere for trainers.

A chat on the phone goes the whole way, to the queue at the desk; nothing leaves the studio.
"""

import json
import secrets
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

from sse_starlette import EventSourceResponse
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from bot.act import MEDIA
from bot.channels.channel import Inbound
from bot.channels.inbox import Accept
from bot.simulator.drawing import Drawing
from bot.simulator.phone import SimulatorChannel
from bot.simulator.studio import Allowed, Studio
from bot.simulator.view import Bubble
from handoff.desk.headers import SafeHeaders
from handoff.desk.static import serve_asset

_COOKIE = "m3ak_phone"
_LONGEST = 10_000
_BIGGEST = 100_000


def simulator_routes(
    channel: SimulatorChannel,
    accept: Accept,
    now: Callable[[], datetime],
    allowed: Allowed,
    drawing: Drawing,
    studio: Studio,
) -> Mount:
    """The simulator, for the path ``/simulator``.

    Args:
        channel: the phones.
        accept: makes a message durable, as for any messenger.
        now: the clock.
        allowed: whether somebody may use the simulator.
        drawing: how pages are drawn.
        studio: where everything can be tried, and nothing leaves.
    """

    async def page(request: Request) -> Response:
        if not await allowed(request):
            return RedirectResponse("/desk/login", 303)
        response = drawing.choose(request, "/simulator/") or drawing.page(request, "live.html")
        if _COOKIE not in request.cookies:
            _new_phone(response)
        return response

    async def asset(request: Request) -> Response:
        if not await allowed(request):
            return PlainTextResponse("Log in at the desk first.", 403)
        return serve_asset(drawing.assets, request)

    async def new(request: Request) -> Response:
        if not await allowed(request):
            return PlainTextResponse("Log in at the desk first.", 403)
        response = RedirectResponse("/simulator/", 303)
        _new_phone(response)
        return response

    async def send(request: Request) -> Response:
        address = request.cookies.get(_COOKIE)
        # A form of another site cannot send JSON without asking first.
        if not await allowed(request) or not address or request.headers.get("content-type") != "application/json":
            return PlainTextResponse("Open /simulator first.", 403)
        try:
            data = json.loads(await request.body())
            text, choice, media = data.get("text", ""), data.get("choice"), data.get("media")
        except (ValueError, AttributeError, RecursionError):
            return PlainTextResponse("Not a message.", 400)
        if not isinstance(text, str) or len(text) > _LONGEST or not isinstance(choice, str | None):
            return PlainTextResponse("Not a message.", 400)
        if media is not None and media not in MEDIA:
            return PlainTextResponse("Not a message.", 400)
        text = text.encode("utf-8", "replace").decode()
        shown = data.get("title") if isinstance(data.get("title"), str) else text
        child = {"from": "child", "text": shown, "media": media, "choices": [], "at": now().isoformat()}
        await channel.show(address, child)
        inbound = Inbound(
            "simulator", address, secrets.token_hex(16), now(), text, choice, media, "simulated" if media else None
        )
        await accept([inbound])
        return JSONResponse({"kept": True})

    async def events(request: Request) -> Response:
        address = request.cookies.get(_COOKIE)
        if not await allowed(request) or not address:
            return PlainTextResponse("Open /simulator first.", 403)

        async def messages() -> AsyncIterator[dict[str, str]]:
            async for message in channel.phone(address).watch():
                html = drawing.draw(request, "bubble.html", bubble=_bubble(message))
                yield {"data": json.dumps({"number": message["number"], "html": html}, ensure_ascii=False)}

        return EventSourceResponse(messages())

    return Mount(
        "/simulator",
        routes=[
            Route("/", page),
            Route("/static/{name}", asset),
            Route("/new", new, methods=["POST"]),
            Route("/messages", send, methods=["POST"]),
            Route("/events", events),
            *studio.routes(),
        ],
        middleware=[Middleware(SafeHeaders)],
        max_body_size=_BIGGEST,
    )


def _bubble(message: dict[str, Any]) -> Bubble:
    """What a phone shows of a message."""
    choices = tuple((choice["id"], choice["title"]) for choice in message["choices"])
    at = datetime.fromisoformat(message["at"]) if "at" in message else None
    return Bubble(message["from"], message["text"], message.get("media"), choices, message.get("language", "ary"), at)


def _new_phone(response: Response) -> None:
    response.set_cookie(_COOKIE, secrets.token_urlsafe(24), httponly=True, samesite="strict", path="/simulator")
