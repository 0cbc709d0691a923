"""The whole helpline in a browser, with two counsellors: one hands a chat on at once, one vanishes in the middle."""

import asyncio
import re
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.app import App
from bot.clock import Clock
from bot.web import web_app
from handoff.desk.password import hash_password
from handoff.port import Role, User
from tests.bot.test_desk_in_chromium import say
from tests.bot.test_watch import DAY
from tests.browser import chromium
from tests.conftest import settings_in
from tests.desk.browsing import following, log_in, window
from tests.desk.house import PASSWORD
from tests.desk.serving import served

__all__ = ["chromium"]


class Helpline:
    """A helpline whose clock is in the test's hand."""

    def __init__(self, app: App, address: str):
        self.app, self.address = app, address

    def later(self, minutes: int) -> None:
        self.app.clock.move_to(self.app.clock.now() + timedelta(minutes=minutes))


def _apart(work: Coroutine[Any, Any, None]) -> None:
    """Runs beside Playwright, whose loop is this thread's."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


@pytest.fixture
def helpline(tmp_path: Path) -> Iterator[Helpline]:
    app = App(settings_in(tmp_path), clock=Clock())
    app.clock.move_to(DAY)

    async def open_() -> None:
        await app.open(upgrade=True)
        for name in ("salma", "omar"):
            await app.users.add_user(User(name, Role.COUNSELLOR, hash_password(PASSWORD)))

    _apart(open_())
    with served(web_app(app, loopback=True)) as address:
        yield Helpline(app, address)


@contextmanager
def _taken(chromium: Browser, helpline: Helpline) -> Iterator[tuple[Page, Page, str, ExitStack]]:
    """A child who has asked for somebody, and Salma, who answers; her window closes with the stack."""
    with window(chromium) as child, ExitStack() as hers:
        salma = hers.enter_context(window(chromium))
        child.goto(f"{helpline.address}/simulator")
        say(child, "bonjour, quelqu'un me menace sur instagram, j'ai 14 ans")
        child.get_by_role("button", name="Oui, note").click()
        say(child, "je veux parler à un conseiller")
        log_in(salma, f"{helpline.address}/desk", "salma")
        salma.get_by_role("link", name=re.compile(r"^\w{4}-\w{4}$")).click()
        salma.get_by_role("button", name="Prendre").click()
        salma.get_by_label("Votre réponse").fill("Bonjour, je suis Salma.")
        salma.get_by_role("button", name="Envoyer").click()
        expect(child.locator("#chat")).to_contain_text("je suis Salma")
        yield child, salma, salma.url.partition("#")[0], hers


def test_a_case_is_handed_on_at_once_and_the_child_goes_on_with_the_colleague(
    helpline: Helpline, chromium: Browser
) -> None:
    with _taken(chromium, helpline) as (child, salma, case, _), window(chromium) as omar:
        log_in(omar, f"{helpline.address}/desk", "omar")
        omar.goto(case)
        following(omar)
        expect(omar.get_by_label("Votre réponse")).to_have_count(0)
        salma.locator(".handover summary").click()
        salma.get_by_label("À qui").select_option("omar")
        salma.get_by_role("button", name="Passer tout de suite").click()
        expect(salma.locator(".holder")).to_contain_text("omar")
        expect(salma.get_by_label("Votre réponse")).to_have_count(0)
        omar.get_by_label("Votre réponse").fill("Et moi Omar, je continue avec toi.")
        omar.get_by_role("button", name="Envoyer").click()
        expect(child.locator("#chat")).to_contain_text("Et moi Omar")
        say(child, "d'accord")
        expect(omar.get_by_role("log")).to_contain_text("d'accord")
        expect(child.locator("#chat")).to_contain_text("continue avec toi maintenant, avec tout ce que tu as raconté")
        expect(child.locator("#chat li").last).to_contain_text("d'accord")


def test_a_counsellor_who_vanishes_loses_the_case_to_the_queue_and_the_child_is_told(
    helpline: Helpline, chromium: Browser
) -> None:
    with _taken(chromium, helpline) as (child, _, case, hers), window(chromium) as omar:
        say(child, "il me demande de l'argent")
        hers.close()
        log_in(omar, f"{helpline.address}/desk", "omar")
        omar.goto(case)
        following(omar)
        expect(omar.locator(".holder")).to_contain_text("salma")
        helpline.later(5)
        expect(omar.get_by_role("button", name="Prendre ce dossier")).to_be_visible()
        expect(child.locator("#chat li.system").last).to_contain_text("Ta place est gardée, et rien n'est perdu.")
        omar.get_by_role("button", name="Prendre ce dossier").click()
        expect(omar.get_by_role("log")).to_contain_text("il me demande de l'argent")
        expect(omar.get_by_label("Votre réponse")).to_be_visible()
