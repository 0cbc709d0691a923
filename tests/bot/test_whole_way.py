"""The whole way over the wire: webhooks in, stand-ins of the platforms' APIs, a counsellor in a real browser."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bot.serving import Running, m3ak, running
from tests.browser import chromium
from tests.standins.telegram import TOKEN as TELEGRAM_TOKEN
from tests.standins.telegram import TelegramStandIn
from tests.standins.whatsapp import APP_SECRET, PHONE_ID, VERIFY_TOKEN, WhatsAppStandIn, signature
from tests.standins.whatsapp import TOKEN as WHATSAPP_TOKEN

__all__ = ["chromium"]

SECRET = "a-telegram-secret"
CHILD = "212600000003"
PASSWORD = "une longue phrase de passe"


class World:
    """A served helpline between the two platforms' stand-ins."""

    def __init__(self, helpline: Running, whatsapp: WhatsAppStandIn, telegram: TelegramStandIn):
        self.helpline, self.whatsapp, self.telegram = helpline, whatsapp, telegram
        self._number = 0

    def whatsapp_message(self, text: str = "", **content: Any) -> dict[str, Any]:
        self._number += 1
        body = content or {"type": "text", "text": {"body": text}}
        return {"from": CHILD, "id": f"wamid.in-{self._number}", "timestamp": "1700000000", **body}

    def whatsapp_body(self, *messages: dict[str, Any]) -> bytes:
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "212600000000", "phone_number_id": PHONE_ID},
            "contacts": [{"profile": {"name": "X"}, "wa_id": CHILD}],
            "messages": list(messages),
        }
        entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
        return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()

    def post_whatsapp(self, raw: bytes, signed: str | None = None) -> int:
        headers = {"X-Hub-Signature-256": signed if signed is not None else signature(raw)}
        return httpx.post(f"{self.helpline.address}/whatsapp/webhook", content=raw, headers=headers).status_code

    def post_telegram(self, message: dict[str, Any]) -> int:
        self._number += 1
        child = {"id": 7001, "is_bot": False, "first_name": "X"}
        chat = {"id": 7001, "type": "private", "first_name": "X"}
        update = {
            "update_id": self._number,
            "message": {"message_id": self._number, "date": 1700000000, "from": child, "chat": chat, **message},
        }
        return httpx.post(
            f"{self.helpline.address}/telegram/webhook",
            json=update,
            headers={"X-Telegram-Bot-Api-Secret-Token": SECRET},
        ).status_code


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    with (
        WhatsAppStandIn() as whatsapp,
        TelegramStandIn() as telegram,
        running(
            folder,
            CHANNELS__WHATSAPP__API_BASE=whatsapp.url,
            CHANNELS__WHATSAPP__TOKEN=WHATSAPP_TOKEN,
            CHANNELS__WHATSAPP__PHONE_ID=PHONE_ID,
            CHANNELS__WHATSAPP__APP_SECRET=APP_SECRET,
            CHANNELS__WHATSAPP__VERIFY_TOKEN=VERIFY_TOKEN,
            CHANNELS__TELEGRAM__API_BASE=telegram.url,
            CHANNELS__TELEGRAM__TOKEN=TELEGRAM_TOKEN,
            CHANNELS__TELEGRAM__SECRET=SECRET,
            CHANNELS__TELEGRAM__PUBLIC_URL="https://helpline.example",
        ) as helpline,
    ):
        yield World(helpline, whatsapp, telegram)


@pytest.fixture
def desk(world: World, chromium: Browser) -> Iterator[Page]:
    """A counsellor's browser, logged in; the first time the password is changed."""
    with chromium.new_context(locale="fr-MA", viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{world.helpline.address}/desk/")
        page.get_by_label("Nom d'utilisateur").fill("supervisor")
        page.get_by_label("Mot de passe", exact=True).fill(world.helpline.password)
        page.get_by_role("button", name="Se connecter").click()
        for number, label in enumerate(page.locator("input[type=password]").all()):
            label.fill(world.helpline.password if number == 0 else PASSWORD)
        page.locator("form:has(input[type=password]) button").last.click()
        expect(page.get_by_role("heading", name="File d'attente")).to_be_visible()
        yield page


def test_from_a_childs_message_to_a_counsellors_answer(world: World, desk: Page, tmp_path: Path) -> None:
    raw = world.whatsapp_body(
        world.whatsapp_message("wa7d kayhddedni f whatsapp, 3ndi 14 3am"),
    )
    assert [world.post_whatsapp(raw) for _ in range(3)] == [200, 200, 200]
    assert len(world.whatsapp.wait_for(4, "messages")) == 4
    assert "9eydo" in world.whatsapp.texts[-1]
    reply = {"type": "button_reply", "button_reply": {"id": "consent.yes", "title": "Ah"}}
    batch = [
        world.whatsapp_message("", type="interactive", interactive=reply),
        world.whatsapp_message("ana"),
        world.whatsapp_message("bghit nhder m3a chi wa7d dyal bsse7"),
    ]
    assert world.post_whatsapp(world.whatsapp_body(*batch)) == 200

    desk.reload()
    row = desk.get_by_role("row").filter(has_text="WhatsApp").first
    row.get_by_role("link").first.click()
    log = desk.get_by_role("log")
    expect(log).to_contain_text("wa7d kayhddedni f whatsapp, 3ndi 14 3am")
    desk.get_by_role("button", name="Prendre ce dossier").click()
    desk.get_by_label("Votre réponse").fill("Salam, ana Salma, m3ak daba.")
    desk.get_by_role("button", name="Envoyer").click()
    expect(log).to_contain_text("Salam, ana Salma, m3ak daba.")
    deadline = 100
    while "Salam, ana Salma, m3ak daba." not in world.whatsapp.texts and deadline:
        desk.wait_for_timeout(100)
        deadline -= 1
    assert world.whatsapp.texts.count("Salam, ana Salma, m3ak daba.") == 1

    assert world.post_whatsapp(world.whatsapp_body(world.whatsapp_message("chokran bzaf a khti"))) == 200
    expect(log).to_contain_text("chokran bzaf a khti")
    if folder := os.environ.get("SCREENSHOTS"):
        desk.screenshot(path=f"{folder}/whole-way.png")


def test_telegram_the_same_way(world: World) -> None:
    assert world.telegram.webhook
    assert world.post_telegram({"text": "salut, on se moque de moi sur tiktok"}) == 200
    (first, *_) = world.telegram.wait_for(3, "sendMessage")
    assert str(first["chat_id"]) == "7001"
    assert "conseillers" in world.telegram.texts[-1]


def test_bad_bodies_change_nothing_and_raise_nothing(world: World) -> None:
    good = world.whatsapp_body(world.whatsapp_message("bghit nmout planted"))
    sent = len(world.whatsapp.taken("messages"))
    assert world.post_whatsapp(good, "") == 403
    assert world.post_whatsapp(good, "sha256=" + "0" * 64) == 403
    assert world.post_whatsapp(good[:-20]) == 400
    assert world.post_whatsapp(b"") == 400
    assert world.post_whatsapp(b"[]") == 400
    assert world.post_whatsapp(b" " * 10_000_000) == 413
    assert world.post_whatsapp(b'{"object": 7, "entry": {"a": []}}') == 200
    assert (
        world.post_whatsapp(b'{"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "moon"}]}]}')
        == 200
    )
    address = f"{world.helpline.address}/telegram/webhook"
    assert httpx.post(address, content=good).status_code == 403
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    assert httpx.post(address, content=b'{"update_id": "x", "message": 3}', headers=headers).status_code == 200
    assert httpx.post(address, content=b"nonsense", headers=headers).status_code == 400
    assert len(world.whatsapp.taken("messages")) == sent
    assert not [line for line in world.helpline.output if "Traceback" in line]
    assert httpx.get(f"{world.helpline.address}/healthz").status_code == 200
    assert "m3ak_" in httpx.get(f"{world.helpline.address}/metrics").text


def test_no_word_and_no_address_of_a_child_is_logged(world: World) -> None:
    text = "".join(world.helpline.output)
    for secret in (CHILD, "7001", "kayhddedni", "moque", WHATSAPP_TOKEN, TELEGRAM_TOKEN, "Salma"):
        assert secret not in text


def test_the_webhook_is_verified_as_meta_asks(world: World) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}
    answer = httpx.get(f"{world.helpline.address}/whatsapp/webhook", params=query)
    assert (answer.status_code, answer.text) == (200, "1158201444")


def test_production_serves_the_same_on_postgresql(tmp_path: Path, postgres: Any) -> None:
    postgres.psql('CREATE DATABASE "production"')
    settings = {
        "STORAGE__URL": postgres.get_uri(database="production"),
        "CHANNELS__WHATSAPP__TOKEN": WHATSAPP_TOKEN,
        "CHANNELS__WHATSAPP__PHONE_ID": PHONE_ID,
        "CHANNELS__WHATSAPP__APP_SECRET": APP_SECRET,
        "CHANNELS__WHATSAPP__VERIFY_TOKEN": VERIFY_TOKEN,
    }
    early = m3ak(tmp_path, "serve", "--port", "0", **settings)
    assert (early.returncode, "m3ak db upgrade" in early.stderr) == (1, True)
    assert m3ak(tmp_path, "db", "upgrade", **settings).returncode == 0
    with WhatsAppStandIn() as whatsapp, TelegramStandIn() as telegram:
        settings["CHANNELS__WHATSAPP__API_BASE"] = whatsapp.url
        with running(tmp_path, "serve", **settings) as helpline:
            world = World(helpline, whatsapp, telegram)
            assert world.post_whatsapp(world.whatsapp_body(world.whatsapp_message("salam"))) == 200
            assert len(whatsapp.wait_for(2, "messages")) == 2
