"""Trouble with the database: 503 to the platform, which sends it again, and recovery without hands."""

import asyncio
import json
import resource
import sqlite3
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import App
from bot.channels.inbox import NotStored
from store.database import Database, Unreachable
from tests.bot.house import House
from tests.bot.serving import Running, m3ak, running
from tests.conftest import settings_in
from tests.standins.whatsapp import APP_SECRET, PHONE_ID, TOKEN, VERIFY_TOKEN, WhatsAppStandIn, signature

CHILD = "212600000003"


def _settings(whatsapp: WhatsAppStandIn) -> dict[str, str]:
    return {
        "CHANNELS__WHATSAPP__API_BASE": whatsapp.url,
        "CHANNELS__WHATSAPP__TOKEN": TOKEN,
        "CHANNELS__WHATSAPP__PHONE_ID": PHONE_ID,
        "CHANNELS__WHATSAPP__APP_SECRET": APP_SECRET,
        "CHANNELS__WHATSAPP__VERIFY_TOKEN": VERIFY_TOKEN,
    }


def _post(helpline: Running, number: int, text: str) -> int:
    message = {"from": CHILD, "id": f"wamid.{number}", "timestamp": "1700000000", "type": "text",
               "text": {"body": text}}  # fmt: skip
    value = {"messaging_product": "whatsapp", "contacts": [{"wa_id": CHILD}], "messages": [message]}
    raw = json.dumps({"entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]}).encode()
    headers = {"X-Hub-Signature-256": signature(raw)}
    return httpx.post(
        f"{helpline.address}/whatsapp/webhook", content=raw, headers=headers, timeout=20, trust_env=False
    ).status_code


def _until_accepted(helpline: Running, number: int, text: str) -> None:
    deadline = time.monotonic() + 20
    while (status := _post(helpline, number, text)) != 200:
        assert status == 503 and time.monotonic() < deadline
        time.sleep(0.2)


def test_a_full_disk(tmp_path: Path) -> None:
    with WhatsAppStandIn() as whatsapp, running(tmp_path, **_settings(whatsapp)) as helpline:
        assert _post(helpline, 1, "salam") == 200
        whatsapp.wait_for(1, "messages")
        _, hard = resource.prlimit(helpline.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(helpline.pid, resource.RLIMIT_FSIZE, (4096, hard))
        assert [_post(helpline, 2, "wa7d kaysebni f tiktok") for _ in range(2)] == [503, 503]
        assert httpx.get(f"{helpline.address}/metrics", timeout=20).status_code == 200
        resource.prlimit(helpline.pid, resource.RLIMIT_FSIZE, (hard, hard))
        _until_accepted(helpline, 2, "wa7d kaysebni f tiktok")
        assert _post(helpline, 2, "wa7d kaysebni f tiktok") == 200
        whatsapp.wait_for(4, "messages")
        time.sleep(1)
        assert len(set(whatsapp.texts)) == len(whatsapp.texts)
        assert not [line for line in helpline.output if "Traceback" in line]


def test_postgresql_is_gone_and_comes_back(tmp_path: Path, own_postgres: Any) -> None:
    with WhatsAppStandIn() as whatsapp:
        settings = {**_settings(whatsapp), "STORAGE__URL": own_postgres.get_uri()}
        assert m3ak(tmp_path, "db", "upgrade", **settings).returncode == 0
        with running(tmp_path, "serve", **settings) as helpline:
            assert _post(helpline, 1, "salam") == 200
            whatsapp.wait_for(1, "messages")
            own_postgres.stop()
            assert [_post(helpline, 2, "wa7d kaysebni f tiktok") for _ in range(3)] == [503, 503, 503]
            assert httpx.get(f"{helpline.address}/healthz", timeout=20).status_code == 503
            assert httpx.get(f"{helpline.address}/metrics", timeout=20).status_code == 200
            assert httpx.get(f"{helpline.address}/desk/", timeout=20, cookies={"m3ak_session": "x"}).status_code == 503
            own_postgres.ensure_postgres_running()
            _until_accepted(helpline, 2, "wa7d kaysebni f tiktok")
            assert httpx.get(f"{helpline.address}/healthz", timeout=20).status_code == 200
            whatsapp.wait_for(3, "messages", 20)
            assert not [line for line in helpline.output if "Traceback" in line]


async def test_a_read_only_file(home: House, tmp_path: Path) -> None:
    await home.say("salam")
    url = f"sqlite:///file:{tmp_path / 'm3ak.db'}?mode=ro&uri=true"
    reader = App(settings_in(tmp_path, storage={"url": url}), clock=home.clock)
    try:
        message = home.message("wa7d kaysebni f tiktok")
        with pytest.raises(NotStored, match=r"storage\.url"):
            await reader.turns.accept([message])
        await reader.database.check()
        assert await home.send(message)
    finally:
        await reader.database.close()


async def test_a_file_that_another_program_holds(home: House, tmp_path: Path) -> None:
    await home.say("salam")
    other = sqlite3.connect(tmp_path / "m3ak.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    held = home.message("wa7d kaysebni f tiktok")
    # Several at once wait together, and not one after the other.
    started = time.monotonic()
    results = await asyncio.gather(
        *(home.app.turns.accept([home.message("salam", address=str(n))]) for n in range(3)),
        home.app.turns.accept([held]),
        return_exceptions=True,
    )
    assert time.monotonic() - started < 12
    assert all(isinstance(result, NotStored) for result in results)
    other.execute("ROLLBACK")
    other.close()
    assert await home.send(held)
    assert await home.send(held) == []


async def test_a_clock_that_jumps(house: House) -> None:
    await house.say("salam")
    house.clock.move_to(house.clock.now() + timedelta(hours=3))
    assert await house.say("wa7d kaysebni f tiktok")
    house.clock.move_to(house.clock.now() - timedelta(hours=6))
    assert await house.choose("consent.yes")
    await house.app.timers.fire()
    assert await house.say("bghit nhder m3a chi wa7d dyal bsse7")


async def test_one_piece_of_work_that_fails_takes_no_other_with_it(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'm3ak.db'}")
    await database.write(lambda c: c.exec_driver_sql("CREATE TABLE note (text TEXT UNIQUE)"))

    def work(number: int) -> Any:
        def run(c: Any) -> int:
            c.exec_driver_sql("INSERT INTO note VALUES (?)", (str(number),))
            if number % 3 == 0:
                raise ValueError(number)
            return number

        return run

    try:
        results = await asyncio.gather(*(database.write(work(n)) for n in range(100)), return_exceptions=True)
        kept = await database.read(lambda c: {int(row[0]) for row in c.exec_driver_sql("SELECT text FROM note")})
        assert kept == {n for n in range(100) if n % 3} == {result for result in results if isinstance(result, int)}
        assert sum(isinstance(result, ValueError) for result in results) == 34
    finally:
        await database.close()


async def test_a_database_that_is_not_there_is_named(tmp_path: Path) -> None:
    database = Database("postgresql://nobody@127.0.0.1:9/none")
    with pytest.raises(Unreachable, match=r"storage\.url"):
        await database.check()
    await database.close()
