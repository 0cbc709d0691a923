"""The whole web application on a database of the test's own, as strangers on the street meet it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from starlette.applications import Starlette

from bot.app import App
from bot.web import web_app
from dialogs.flow import Flows
from handoff.port import Role, User
from store.tables import metadata
from tests.conftest import settings_in
from tests.standins import telegram, whatsapp

SECRET = "a-telegram-secret"
STRANGER, PLATFORM = "203.0.113.7", "198.51.100.20"
"""Addresses that RFC 5737 keeps for examples."""
PASSWORD = "une phrase assez longue"
_HASH = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
"""A hash that costs little: many log in here."""
_FLOWS: dict[str, Flows] = {}
"""Those of the first street, for all: they take a second to make."""


class Street:
    """The application, and whoever calls it."""

    def __init__(self, app: App, web: Starlette) -> None:
        self.app, self.web = app, web

    def caller(self, address: str = STRANGER, **headers: str) -> httpx.AsyncClient:
        """A browser or program at an address. What the application raises is raised here."""
        transport = httpx.ASGITransport(self.web, client=(address, 40000))
        return httpx.AsyncClient(transport=transport, base_url="https://helpline.example", headers=headers)

    async def signed(self, path: str, body: dict[str, Any] | bytes, address: str = PLATFORM) -> httpx.Response:
        """A body as its platform would send it."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "X-Hub-Signature-256": whatsapp.signature(raw)}
        async with self.caller(address, **headers) as caller:
            return await caller.post(path, content=raw)

    async def rows(self) -> dict[str, list[Any]]:
        """Everything that is stored."""

        def work(c: Any) -> dict[str, list[Any]]:
            return {table.name: list(c.execute(table.select()).all()) for table in metadata.sorted_tables}

        return await self.app.database.read(work)

    async def hire(self, name: str, role: Role = Role.COUNSELLOR) -> None:
        """Somebody works at the desk from now on."""
        await self.app.users.add_user(User(name, role, _HASH))


@asynccontextmanager
async def street_in(folder: Path, *, loopback: bool = False, secure: bool = True) -> AsyncIterator[Street]:
    """The application while the block lasts; nothing is sent and no timer fires."""
    channels: dict[str, object] = {
        "telegram": {"token": telegram.TOKEN, "secret": SECRET, "api_base": "http://127.0.0.1:9",
                     "public_url": "https://helpline.example"},
        "whatsapp": {"token": whatsapp.TOKEN, "phone_id": whatsapp.PHONE_ID, "app_secret": whatsapp.APP_SECRET,
                     "verify_token": whatsapp.VERIFY_TOKEN, "api_base": "http://127.0.0.1:9"},
    }  # fmt: skip
    settings = settings_in(folder, channels=channels, desk={"secure_cookies": secure})
    app = App(settings, flows=_FLOWS.get(""))
    _FLOWS[""] = app.flows
    web = web_app(app, loopback=loopback)
    await app.open(upgrade=True)
    try:
        yield Street(app, web)
    finally:
        for channel in app.channels.values():
            await channel.close()
        await app.database.close()
