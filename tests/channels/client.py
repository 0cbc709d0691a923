"""Both webhooks in one application, with an `accept` that keeps what it is given in a list."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.channels.channel import Failure, Inbound, Incoming
from bot.channels.telegram import TelegramChannel
from bot.channels.webhook import telegram_routes, whatsapp_routes
from tests.standins.whatsapp import APP_SECRET, VERIFY_TOKEN, signature

SECRET = "telegram-secret"
TELEGRAM, WHATSAPP = "/telegram/webhook", "/whatsapp/webhook"


class Inbox:
    """Keeps events; raises ``broken`` instead, where it is set."""

    def __init__(self) -> None:
        self.events: list[Inbound] = []
        self.failures: list[Failure] = []
        self.broken: Exception | None = None

    async def accept(self, events: Sequence[Incoming]) -> None:
        if self.broken is not None:
            raise self.broken
        for event in events:
            if isinstance(event, Inbound):
                self.events.append(event)
            elif isinstance(event, Failure):
                self.failures.append(event)


class Caller:
    """Calls the webhooks as the platforms do.

    Args:
        api_base: the Telegram server that button presses are answered to.
    """

    def __init__(self, api_base: str = "http://127.0.0.1:9", token: str = "1:a") -> None:
        self.inbox = Inbox()
        self.channel = TelegramChannel(token, api_base, timeout=2)
        routes = [
            *telegram_routes(SECRET, self.inbox.accept, self.channel),
            *whatsapp_routes(APP_SECRET, VERIFY_TOKEN, self.inbox.accept),
        ]
        self.app = Starlette(routes=routes)
        self._loop = asyncio.Runner()

    def call(self, method: str, path: str, **how: Any) -> httpx.Response:
        """Calls the application. What it raises is raised here."""

        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://helpline") as client:
                return await client.request(method, path, **how)

        return self._loop.run(once())

    def close(self) -> None:
        """Ends the loop and the channel."""
        self._loop.run(self.channel.close())
        self._loop.close()

    def post(self, path: str, body: dict[str, Any] | bytes) -> httpx.Response:
        """Posts a body with the right secret and signature."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "X-Hub-Signature-256": signature(raw)}
        return self.call("POST", path, content=raw, headers=headers)
