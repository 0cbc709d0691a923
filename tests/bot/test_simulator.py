from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.app import App
from bot.web import web_app
from handoff.desk.password import hash_password
from handoff.port import Role, User
from tests.conftest import settings_in


@pytest.fixture
async def far(tmp_path: Path) -> AsyncIterator[tuple[App, httpx.AsyncClient]]:
    """A helpline that others than this machine can reach."""
    app = App(settings_in(tmp_path))
    await app.open(upgrade=True)
    transport = httpx.ASGITransport(web_app(app, loopback=False))
    async with httpx.AsyncClient(transport=transport, base_url="http://helpline.example") as client:
        yield app, client
    await app.database.close()


async def test_elsewhere_than_on_loopback_the_simulator_is_for_trainers(far: tuple[App, httpx.AsyncClient]) -> None:
    app, client = far
    for path in ("/simulator/", "/simulator/events"):
        assert (await client.get(path)).status_code in (303, 403)
    for path in ("/simulator/messages", "/simulator/new"):
        answer = await client.post(path, json={"text": "salam"}, headers={"Cookie": "m3ak_phone=x"})
        assert answer.status_code == 403
    until = app.clock.now().replace(year=app.clock.now().year + 1)
    for name, role, status in (("nadia", Role.TRAINER, 200), ("salma", Role.COUNSELLOR, 303)):
        await app.users.add_user(User(name, role, hash_password("a long enough password")))
        await app.users.open_session(name, f"token-{name}", until)
        answer = await client.get("/simulator/", headers={"Cookie": f"m3ak_session=token-{name}"})
        assert answer.status_code == status


async def test_what_is_not_a_message_is_refused(tmp_path: Path) -> None:
    app = App(settings_in(tmp_path))
    await app.open(upgrade=True)
    transport = httpx.ASGITransport(web_app(app, loopback=True))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        await client.get("/simulator/")
        address = "/simulator/messages"
        json_type = {"Content-Type": "application/json"}
        for body in (b"", b"[]", b"{", b'{"text": 3}', b'{"media": "smell"}', b'{"choice": {}}', b"[" * 5000):
            assert (await client.post(address, content=body, headers=json_type)).status_code == 400
        assert (await client.post(address, data={"text": "salam"})).status_code == 403
        assert (await client.post(address, json={"text": "x" * 10_001})).status_code == 400
        assert (await client.post(address, content=b'{"text": "\\ud800 salam"}', headers=json_type)).status_code == 200
        assert (await client.post(address, json={"text": "salam"})).json() == {"kept": True}
    await app.database.close()
