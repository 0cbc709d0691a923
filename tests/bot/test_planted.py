"""Planted secrets: what children and counsellors write is nowhere but where it must be, and after erasure nowhere."""

import asyncio
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from store.database import Database
from store.keyring import Keyring
from store.pepper import load_pepper
from store.sealed import HOUSE, SEALED
from store.tables import metadata
from store.vault import open_vault
from tests.bot.serving import Running, m3ak, running
from tests.bot.test_whole_way import CHILD, World
from tests.conftest import ROOT
from tests.standins.telegram import TOKEN as TELEGRAM_TOKEN
from tests.standins.telegram import TelegramStandIn
from tests.standins.whatsapp import APP_SECRET, PHONE_ID, VERIFY_TOKEN, WhatsAppStandIn, signature
from tests.standins.whatsapp import TOKEN as WHATSAPP_TOKEN

TELEGRAM_SECRET = "a-telegram-secret"
PASSWORD = "une longue phrase de passe"
TELEGRAM_CHILD = 7770001234
SECRETS = [f"zplant{number:02}q" for number in range(30)]
"""Marked words; each is written in one place."""
FOUND_NOWHERE = [*SECRETS, CHILD, str(TELEGRAM_CHILD)]


class Desk(httpx.Client):
    """A browser without scripts, logged in as the first supervisor."""

    def __init__(self, helpline: Running):
        super().__init__(base_url=f"{helpline.address}/desk", timeout=30)

    def fill(self, path: str, **fields: str) -> int:
        found = re.search(r'name="form_token" value="([^"]+)"', self.get("/login").text)
        assert found
        return self.post(path, data={"form_token": found[1], **fields}).status_code


def plant_by_whatsapp(world: World, secret: Callable[[], str]) -> None:
    """Text, captions, names, places, cards, buttons and ids; and bodies that are refused or not understood."""

    def post(*messages: dict[str, Any]) -> int:
        return world.post_whatsapp(world.whatsapp_body(*messages))

    def said(text: str) -> dict[str, Any]:
        return world.whatsapp_message(f"{text} {secret()}")

    assert post(said("wa7d kayhddedni f whatsapp"), said("smito")) == 200
    reply = {"type": "button_reply", "button_reply": {"id": "consent.yes", "title": secret()}}
    assert post(world.whatsapp_message("", type="interactive", interactive=reply)) == 200
    assert post(said("ana")) == 200
    image = {"id": secret(), "mime_type": "image/jpeg", "caption": secret()}
    document = {"id": "2", "mime_type": "application/pdf", "filename": secret()}
    place = {"latitude": 33.5, "longitude": -7.6, "name": secret(), "address": secret()}
    card = [{"name": {"formatted_name": secret()}, "phones": [{"phone": "+2126"}]}]
    media: tuple[tuple[str, Any], ...] = (
        ("image", image),
        ("document", document),
        ("location", place),
        ("contacts", card),
    )
    for kind, content in media:
        assert post(world.whatsapp_message("", type=kind, **{kind: content})) == 200
    named = json.loads(world.whatsapp_body({**said("3afak"), "id": f"wamid.{secret()}"}))
    named["entry"][0]["changes"][0]["value"]["contacts"][0]["profile"]["name"] = secret()
    assert world.post_whatsapp(json.dumps(named).encode()) == 200
    forged = world.whatsapp_body(said("forged"))
    assert world.post_whatsapp(forged, "sha256=" + "0" * 64) == 403
    assert world.post_whatsapp(forged[:-9], signature(forged[:-9])) == 400
    assert post(world.whatsapp_message("", type=secret(), unknown={"x": secret()})) == 200


def plant_by_telegram(world: World, secret: Callable[[], str]) -> None:
    """A profile, a text in danger, and a caption."""
    who = {"id": TELEGRAM_CHILD, "is_bot": False, "first_name": secret(), "last_name": secret(), "username": secret()}
    chat = {"id": TELEGRAM_CHILD, "type": "private", "first_name": "X"}
    headers = {"X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET}
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    contents: tuple[dict[str, Any], ...] = ({"text": f"bghit nmout {secret()}"}, {"photo": photo, "caption": secret()})
    for number, content in enumerate(contents):
        message = {"message_id": number + 1, "date": 1700000000, "from": who, "chat": chat} | content
        update = {"update_id": 900 + number, "message": message}
        address = f"{world.helpline.address}/telegram/webhook"
        assert httpx.post(address, json=update, headers=headers).status_code == 200


def plant_at_the_desk(desk: Desk, password: str, reference: str, secret: Callable[[], str]) -> None:
    """Notes, tasks, replies, reasons, wrong logins and wrong addresses."""
    assert desk.fill("/login", name=secret(), password=secret()) in (401, 403, 422)
    assert desk.fill("/login", name="supervisor", password=password) == 303
    assert desk.fill("/password", old=password, new=PASSWORD, again=PASSWORD) == 303
    case, key = f"/cases/{reference}", "k" * 20
    assert desk.get(f"/cases/{secret()}").status_code == 404
    assert desk.get("/queue", params={"find": secret()}).status_code == 200
    assert desk.fill(f"{case}/take") == 303
    assert desk.fill(f"{case}/reply", text=f"Salam {secret()}", key=key) == 303
    assert desk.fill(f"{case}/note", text=secret(), key=key) == 303
    assert desk.fill(f"{case}/task", text=secret(), key=key) == 303
    assert desk.fill(f"{case}/hold", reason=secret()) == 303
    assert desk.get(f"{case}/case.json").status_code == 200


@contextmanager
def served(folder: Path, settings: dict[str, str]) -> Iterator[World]:
    """The helpline between the platforms' stand-ins, with every logger at DEBUG."""
    with WhatsAppStandIn() as whatsapp, TelegramStandIn() as telegram:
        there = {"CHANNELS__WHATSAPP__API_BASE": whatsapp.url, "CHANNELS__TELEGRAM__API_BASE": telegram.url}
        with running(folder, **settings, **there) as helpline:
            yield World(helpline, whatsapp, telegram)


def everything_in(url: str, folder: Path) -> str:
    """All rows of all tables, and all that is sealed in them, opened."""
    database, vault = Database(url), open_vault(None, folder / "keys")

    def work(c: Any) -> list[str]:
        load_pepper(c, vault)
        keys = Keyring(c, vault)
        found = [repr(c.execute(table.select()).all()) for table in metadata.sorted_tables]
        found += [keys.open(row.owner, row.sealed) for one in SEALED for row in c.execute(one.rows()).all()]
        values = [c.scalars(select(column).where(column.is_not(None))).all() for column in HOUSE]
        return found + [vault.open(value) for several in values for value in several]

    async def read() -> str:
        try:
            return "\n".join(await database.read(work))
        finally:
            await database.close()

    return asyncio.run(read())


def held_in(text: str | bytes) -> list[str]:
    """The secrets that a text holds."""
    words = text if isinstance(text, str) else text.decode("latin-1")
    return [secret for secret in FOUND_NOWHERE if secret in words]


def test_what_is_erased_is_found_nowhere(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text("import logging\nlogging.basicConfig(level=logging.DEBUG)\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    settings = {
        "STORAGE__URL": database_url,
        "CHANNELS__WHATSAPP__TOKEN": WHATSAPP_TOKEN,
        "CHANNELS__WHATSAPP__PHONE_ID": PHONE_ID,
        "CHANNELS__WHATSAPP__APP_SECRET": APP_SECRET,
        "CHANNELS__WHATSAPP__VERIFY_TOKEN": VERIFY_TOKEN,
        "CHANNELS__TELEGRAM__TOKEN": TELEGRAM_TOKEN,
        "CHANNELS__TELEGRAM__SECRET": TELEGRAM_SECRET,
        "CHANNELS__TELEGRAM__PUBLIC_URL": "https://helpline.example",
    }
    ours = {"STORAGE__URL": database_url}
    left = iter(SECRETS)

    def secret() -> str:
        return next(left)

    def cases() -> dict[str, str]:
        lines = m3ak(tmp_path, "case", "list", "--all", "--json", **ours).stdout.splitlines()
        return {entry["channel"]: entry["reference"] for entry in map(json.loads, lines)}

    with served(tmp_path, settings) as world:
        plant_by_whatsapp(world, secret)
        plant_by_telegram(world, secret)
        reference = cases()["whatsapp"]
        with Desk(world.helpline) as desk:
            plant_at_the_desk(desk, world.helpline.password, reference, secret)
        metrics = httpx.get(f"{world.helpline.address}/metrics").text
        # The last word comes while the machine goes down.
        assert world.post_whatsapp(world.whatsapp_body(world.whatsapp_message(f"chokran {secret()}"))) == 200
        world.helpline.kill()
        outputs = [world.helpline.output]
    with pytest.raises(StopIteration):
        secret()
    kept = held_in(everything_in(database_url, tmp_path))
    assert len(kept) >= 15, "the test finds what is there"
    assert m3ak(tmp_path, "backup", str(tmp_path / "backup"), **ours).returncode == 0
    with served(tmp_path, settings) as world:
        outputs.append(world.helpline.output)
        for text in ("mse7", "ah"):
            message = {**world.whatsapp_message(text), "id": f"wamid.later-{text}"}
            assert world.post_whatsapp(world.whatsapp_body(message)) == 200
        assert m3ak(tmp_path, "erase", "--yes", cases()["telegram"], **ours).returncode == 0
        metrics += httpx.get(f"{world.helpline.address}/metrics").text
    assert m3ak(tmp_path, "retention", **ours).returncode == 0

    assert held_in(everything_in(database_url, tmp_path)) in ([], [CHILD])
    for path in [*tmp_path.glob("m3ak.db*"), tmp_path / "backup", *(tmp_path / "key-backups").iterdir()]:
        assert held_in(path.read_bytes()) == [], path.name
    logged = "".join(line for lines in outputs for line in lines)
    assert "DEBUG" in logged
    assert held_in(logged) == [] and "Traceback" not in logged
    for token in (WHATSAPP_TOKEN, TELEGRAM_TOKEN, TELEGRAM_SECRET, APP_SECRET, PASSWORD):
        assert token not in logged
    exports = [m3ak(tmp_path, *words, **ours).stdout for words in (("stats", "--json"), ("case", "list", "--all"))]
    assert held_in(metrics + "".join(exports)) == []

    again = f"sqlite:///{tmp_path / 'restored.db'}"
    done = m3ak(tmp_path, "restore", str(tmp_path / "backup"), STORAGE__URL=again)
    assert done.returncode == 0, done.stderr
    assert held_in(everything_in(again, tmp_path)) in ([], [CHILD])
    assert held_in((tmp_path / "restored.db").read_bytes()) == []
