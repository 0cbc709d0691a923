"""The simulator's page: a phone to chat as a child. On loopback for everybody, elsewhere for trainers."""

import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from importlib.resources import files

from sse_starlette import EventSourceResponse
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from bot.channels.channel import Inbound
from bot.channels.inbox import Accept
from bot.simulator.phone import SimulatorChannel
from handoff.desk.headers import SafeHeaders

_COOKIE = "m3ak_phone"
_LONGEST = 10_000
_MEDIA = ("image", "video", "voice", "document", "sticker", "location", "contact")
_TYPES = {"phone.css": "text/css", "phone.js": "text/javascript"}
_BIGGEST = 100_000

Allowed = Callable[[Request], Awaitable[bool]]


def simulator_routes(channel: SimulatorChannel, accept: Accept, now: Callable[[], datetime], allowed: Allowed) -> Mount:
    """The simulator, for the path ``/simulator``.

    Args:
        channel: the phones.
        accept: makes a message durable, as for any messenger.
        now: the clock.
        allowed: whether somebody may use the simulator.
    """
    static = files("bot.simulator") / "static"

    async def page(request: Request) -> Response:
        if not await allowed(request):
            return RedirectResponse("/desk/login", 303)
        response = HTMLResponse((static / "phone.html").read_text(encoding="utf-8"))
        if _COOKIE not in request.cookies:
            _new_phone(response)
        return response

    async def asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _TYPES:
            return PlainTextResponse("Not found.", 404)
        return Response((static / name).read_bytes(), media_type=_TYPES[name])

    async def new(request: Request) -> Response:
        if not await allowed(request):
            return PlainTextResponse("Log in at the desk first.", 403)
        response = RedirectResponse("/simulator", 303)
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
        if media is not None and media not in _MEDIA:
            return PlainTextResponse("Not a message.", 400)
        text = text.encode("utf-8", "replace").decode()
        shown = data.get("title") if isinstance(data.get("title"), str) else text
        await channel.show(address, {"from": "child", "text": shown, "media": media, "choices": []})
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
                yield {"data": json.dumps(message, ensure_ascii=False)}

        return EventSourceResponse(messages())

    return Mount(
        "/simulator",
        routes=[
            Route("/", page),
            Route("/static/{name}", asset),
            Route("/new", new, methods=["POST"]),
            Route("/messages", send, methods=["POST"]),
            Route("/events", events),
        ],
        middleware=[Middleware(SafeHeaders)],
        max_body_size=_BIGGEST,
    )


def _new_phone(response: Response) -> None:
    response.set_cookie(_COOKIE, secrets.token_urlsafe(24), httponly=True, samesite="strict", path="/simulator")
