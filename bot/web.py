"""The web application: webhooks, desk, simulator, health and metrics on one address."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot import metrics
from bot.app import App
from bot.channels.inbox import NotStored
from bot.channels.media import TelegramMedia, WhatsAppMedia
from bot.edge import Edge
from bot.settings import WrongSettings
from bot.simulator.drawing import Drawing
from bot.simulator.page import simulator_routes
from bot.simulator.phone import SimulatorChannel
from bot.simulator.speaker import Speaker
from bot.simulator.studio import STORIES, Studio
from bot.simulator.trials import Trials
from bot.sources import Sources, direct, forwarded
from dialogs.messages import Messages
from handoff.desk.app import desk_routes
from handoff.desk.cookie import Cookies
from handoff.port import Role
from nlu.interpretation import Language, Platform
from store.database import Unreachable
from store.health import health

_TELEGRAM_TOKEN = re.compile(r"\d+:[\w-]+")


def web_app(app: App, *, loopback: bool, stories: Path = STORIES) -> Starlette:
    """The whole helpline as one ASGI application.

    Args:
        app: the house.
        loopback: whether only this machine can reach it: then the simulator needs no login.
        stories: the folder of the transcripts that the simulator replays and adds to.

    Raises:
        WrongSettings: when a channel has some of its secrets but not all.
    """
    settings = app.settings
    routes: list[BaseRoute] = [
        Route("/", lambda _request: RedirectResponse("/desk/", 303)),
        Route("/healthz", _health(app)),
        Route("/metrics", _metrics(app)),
    ]
    phones = SimulatorChannel(app.database, app.vault, app.clock.now)
    app.channels["simulator"] = phones
    cookies = Cookies(settings.desk.secure_cookies)

    async def allowed(request: Request) -> bool:
        host = request.url.hostname
        if loopback and forwarded(request.scope) is None and host in ("127.0.0.1", "localhost", "::1"):
            return True
        token = cookies.session(request)
        user = await app.users.session_user(token, app.clock.now()) if token else None
        return user is not None and user.role is Role.TRAINER and not user.must_change

    trials = Trials(settings, lambda: app.turns.flows, app.interpreter)
    drawing = Drawing(cookies, ZoneInfo(settings.helpline.hours.zone))
    speaker, language = Speaker(settings.dialogs.folder), settings.helpline.language
    studio = Studio(trials, lambda: app.turns.flows, drawing, allowed, speaker, language, stories)
    routes.append(simulator_routes(phones, app.turns.accept, app.clock.now, allowed, drawing, studio))
    guides = _guides(app.flows.messages)
    app.script.follow(lambda flows: guides.update(_guides(flows.messages)))
    desk = desk_routes(
        app.users,
        app.cases,
        app.relay,
        app.feed,
        app.trail,
        app.casework,
        app.blocks,
        app.reports,
        app.statistics,
        app.script,
        app.life,
        app.arrivals,
        app.media,
        app.lessons,
        partners=settings.desk.partners,
        helpline=settings.helpline.name,
        guides=guides,
        addresses=settings.helpline.addresses(),
        secure_cookies=settings.desk.secure_cookies,
        clock=app.clock.now,
        demo=lambda: app.demo,
        invited=timedelta(hours=settings.desk.invitation_hours),
    )
    routes.append(Mount("/desk", routes=desk))
    workers = [*_telegram(app, routes), *_whatsapp(app, routes)]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(app.working())
            stack.push_async_callback(trials.close)
            tasks = [asyncio.create_task(worker()) for worker in workers]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                    with suppress(asyncio.CancelledError):
                        await task

    handlers: dict[Any, Any] = {Unreachable: _unreachable, NotStored: _unreachable}
    edge = Middleware(Edge, cookies, Sources())
    return Starlette(routes=routes, middleware=[edge], lifespan=lifespan, exception_handlers=handlers)


def _guides(messages: Messages) -> dict[Language, dict[str, str]]:
    """The bot's own sentences on how to report and block in each app."""
    platforms = [platform.value for platform in Platform if f"guide.{platform.value}" in messages]
    return {
        language: {platform: messages.text(f"guide.{platform}", language) for platform in platforms}
        for language in Language
    }


def _health(app: App):  # type: ignore[no-untyped-def]  # Starlette's endpoint type
    async def health(_request: Request) -> Response:
        try:
            await app.database.check()
        except Unreachable:
            return PlainTextResponse("The database does not answer.\n", 503)
        return PlainTextResponse("ok\n")

    return health


def _metrics(app: App):  # type: ignore[no-untyped-def]  # Starlette's endpoint type
    async def shown(request: Request) -> Response:
        if not direct(request.scope, private=True):
            # Counts name nobody, but how busy a helpline is concerns no stranger.
            return PlainTextResponse("Not found.\n", 404)
        # What this process has counted is shown whether the database answers or not.
        with suppress(Unreachable):
            metrics.observe(await app.database.read(lambda c: health(c, app.clock.now())))
        body, media_type = metrics.exposition()
        return Response(body, media_type=media_type)

    return shown


def _unreachable(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("The database does not answer; try again in a moment.\n", 503, {"Retry-After": "5"})


def _telegram(app: App, routes: list[BaseRoute]) -> list:  # type: ignore[type-arg]
    settings = app.settings.channels.telegram
    if settings.token is None:
        return []
    # Loaded only where it is used: it takes most of a second.
    from bot.channels.telegram import TelegramChannel
    from bot.channels.telegram_poller import TelegramPoller
    from bot.channels.webhook import telegram_routes

    token = settings.token.get_secret_value()
    if not _TELEGRAM_TOKEN.fullmatch(token):
        raise WrongSettings("M3AK_CHANNELS__TELEGRAM__TOKEN is no bot token; copy it whole from @BotFather.")
    channel = TelegramChannel(token, settings.api_base, timeout=app.settings.channels.timeout)
    app.channels["telegram"] = channel
    app.sources["telegram"] = TelegramMedia(token, settings.api_base)
    if settings.secret:
        routes += telegram_routes(settings.secret.get_secret_value(), app.turns.accept, channel)
    if not settings.public_url:
        poller = TelegramPoller(token, app.turns.accept, channel, settings.api_base)
        return [poller.run]
    if not settings.secret:
        raise WrongSettings(
            "channels.telegram.public_url is set but M3AK_CHANNELS__TELEGRAM__SECRET is not; set it to a long"
            " random word of letters and digits."
        )
    url = f"{settings.public_url.rstrip('/')}/telegram/webhook"
    secret = settings.secret.get_secret_value()

    async def register() -> None:
        await channel.keep_registered(url, secret)

    return [register]


def _whatsapp(app: App, routes: list[BaseRoute]) -> list:  # type: ignore[type-arg]
    settings = app.settings.channels.whatsapp
    secrets = {
        "TOKEN": settings.token,
        "PHONE_ID": settings.phone_id,
        "APP_SECRET": settings.app_secret,
        "VERIFY_TOKEN": settings.verify_token,
    }
    missing = [name for name, value in secrets.items() if not value]
    if len(missing) == len(secrets):
        return []
    if missing:
        raise WrongSettings(f"WhatsApp needs M3AK_CHANNELS__WHATSAPP__{missing[0]} too; set it or unset the others.")
    from bot.channels.webhook import whatsapp_routes
    from bot.channels.whatsapp import WhatsAppChannel

    assert settings.token and settings.app_secret and settings.verify_token and settings.phone_id
    app.channels["whatsapp"] = WhatsAppChannel(
        settings.phone_id, settings.token.get_secret_value(), settings.api_base,
        timeout=app.settings.channels.timeout, template=settings.template,
    )  # fmt: skip
    app.sources["whatsapp"] = WhatsAppMedia(settings.token.get_secret_value(), settings.api_base)
    routes += whatsapp_routes(
        settings.app_secret.get_secret_value(), settings.verify_token.get_secret_value(), app.turns.accept
    )
    return []
