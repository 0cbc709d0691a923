"""Several processes of ``m3ak serve`` on one PostgreSQL are one helpline."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import App
from bot.clock import Clock
from bot.simulator.phone import SimulatorChannel
from handoff.port import Role, User
from tests.bot.serving import Running, m3ak, running
from tests.conftest import settings_in
from tests.standins.whatsapp import APP_SECRET, PHONE_ID, TOKEN, VERIFY_TOKEN, WhatsAppStandIn, signature

CHILD = "212600000003"


def _body(number: int, text: str) -> bytes:
    message = {"from": CHILD, "id": f"wamid.{number}", "timestamp": "1700000000", "type": "text",
               "text": {"body": text}}  # fmt: skip
    value = {"messaging_product": "whatsapp", "contacts": [{"wa_id": CHILD}], "messages": [message]}
    return json.dumps({"entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]}).encode()


@pytest.fixture
def url(postgres: Any, tmp_path: Path) -> str:
    postgres.psql(f'CREATE DATABASE "{tmp_path.name}"')
    return str(postgres.get_uri(database=tmp_path.name))


async def test_a_message_taken_by_one_process_is_live_at_the_desk_of_another(tmp_path: Path, url: str) -> None:
    with WhatsAppStandIn() as whatsapp:
        settings = {
            "STORAGE__URL": url,
            "CHANNELS__WHATSAPP__API_BASE": whatsapp.url,
            "CHANNELS__WHATSAPP__TOKEN": TOKEN,
            "CHANNELS__WHATSAPP__PHONE_ID": PHONE_ID,
            "CHANNELS__WHATSAPP__APP_SECRET": APP_SECRET,
            "CHANNELS__WHATSAPP__VERIFY_TOKEN": VERIFY_TOKEN,
        }
        assert m3ak(tmp_path, "db", "upgrade", **settings).returncode == 0
        with running(tmp_path, "serve", **settings) as one, running(tmp_path, "serve", **settings) as other:
            app = App(settings_in(tmp_path, storage={"url": url}))
            await app.open(upgrade=False)
            try:
                cookies = {"m3ak_session": await _session(app)}
                async with httpx.AsyncClient(trust_env=False, timeout=20, cookies=cookies) as client:
                    await _say(client, one, 1, "bghit nmout")
                    (entry,) = await app.cases.entries()
                    address = f"{other.address}/desk/events?case={entry.reference}"
                    async with client.stream("GET", address) as stream:
                        assert stream.status_code == 200, await stream.aread()
                        heard: list[str] = []
                        reader = asyncio.create_task(_listen(stream, heard))
                        # What the page is told when it opens, and what is still on its way.
                        count = -1
                        while count != len(heard):
                            count = len(heard)
                            await asyncio.sleep(2)
                        await _say(client, one, 2, "salam")
                        async with asyncio.timeout(2.5):
                            while len(heard) == count:
                                await asyncio.sleep(0.02)
                        reader.cancel()
            finally:
                await app.database.close()


async def _say(client: httpx.AsyncClient, helpline: Running, number: int, text: str) -> None:
    raw = _body(number, text)
    headers = {"X-Hub-Signature-256": signature(raw)}
    answer = await client.post(f"{helpline.address}/whatsapp/webhook", content=raw, headers=headers)
    assert answer.status_code == 200


async def _session(app: App) -> str:
    """Somebody who is logged in at the desk; the session's token."""
    await app.users.add_user(User("salma", Role.COUNSELLOR, "never used"))
    await app.users.open_session("salma", "a-token", app.clock.now() + timedelta(hours=1))
    return "a-token"


async def _listen(stream: httpx.Response, heard: list[str]) -> None:
    async for line in stream.aiter_lines():
        if line.startswith("event:"):
            heard.append(line)


@asynccontextmanager
async def _house(folder: Path, url: str) -> AsyncIterator[tuple[App, SimulatorChannel]]:
    app = App(settings_in(folder, storage={"url": url}), clock=Clock())
    await app.open(upgrade=True)
    phones = SimulatorChannel(app.database, app.vault, app.clock.now)
    app.channels["simulator"] = phones
    async with app.working():
        yield app, phones


async def test_a_phone_shows_what_another_process_sends(tmp_path: Path, url: str) -> None:
    async with AsyncExitStack() as stack:
        _, first = await stack.enter_async_context(_house(tmp_path, url))
        _, second = await stack.enter_async_context(_house(tmp_path, url))
        long = "كلام طويل جدا " * 900
        async with asyncio.timeout(10):
            while not second.phone("phone-1").shown:
                # The other one may not be listening yet.
                await first.show("phone-1", {"from": "child", "text": long, "choices": []})
                await asyncio.sleep(0.1)
        assert second.phone("phone-1").shown[0]["text"] == long
        assert [message["text"] for message in first.phone("phone-1").shown] == [
            long for _ in first.phone("phone-1").shown
        ]
