"""The whole helpline in a browser: a child at the simulator, a supervisor at the desk, from the first login on."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bot.serving import Running, running
from tests.browser import chromium

__all__ = ["chromium"]
PASSWORD = "une phrase assez longue"


@pytest.fixture
def helpline(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as helpline:
        yield helpline


def say(child: Page, text: str) -> None:
    """The child writes, and is answered or not."""
    child.get_by_role("textbox").fill(text)
    child.keyboard.press("Enter")
    expect(child.locator("li.child").last).to_contain_text(text)


def first_login(page: Page, helpline: Running) -> None:
    page.goto(f"{helpline.address}/desk")
    page.get_by_label("Nom d'utilisateur").fill("supervisor")
    page.get_by_label("Mot de passe", exact=True).fill(helpline.password)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_label("Mot de passe actuel").fill(helpline.password)
    page.get_by_label("Nouveau mot de passe", exact=True).fill(PASSWORD)
    page.get_by_label("Nouveau mot de passe, encore une fois").fill(PASSWORD)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", name="File d'attente")).to_be_visible()


def test_from_the_first_login_to_the_withdrawal(helpline: Running, chromium: Browser) -> None:
    with chromium.new_context(locale="fr-MA") as house, chromium.new_context(locale="fr-MA") as street:
        desk, child = house.new_page(), street.new_page()
        first_login(desk, helpline)
        child.goto(f"{helpline.address}/simulator")
        say(child, "bonjour, quelqu'un me menace sur instagram, j'ai 14 ans")
        child.get_by_role("button", name="Oui, note").click()
        say(child, "je veux parler à un conseiller")
        desk.get_by_role("link", name=re.compile(r"^\w{4}-\w{4}$")).click()
        desk.get_by_role("button", name="Prendre").click()
        box = desk.get_by_label("Votre réponse")
        desk.locator(".reply .menu summary").first.click()
        desk.get_by_role("button", name="Ce n'est pas ta faute").click()
        box.press("Control+Enter")
        expect(child.locator("#chat")).to_contain_text("Ce qui s'est passé n'est pas ta faute.")
        expect(desk.locator(".line.counsellor .tick").last).to_have_text("envoyé")
        say(child, "merci")
        expect(desk.get_by_role("log")).to_contain_text("merci")
        say(child, "je veux mourir")
        expect(desk.locator(".bar.urgent")).to_be_visible()
        expect(child.locator("#chat")).to_contain_text("19")
        if folder := os.environ.get("SCREENSHOTS"):
            desk.screenshot(path=f"{folder}/whole-desk.png")
        desk.get_by_label("Note interne").fill("parents à prévenir ?")
        desk.get_by_role("button", name="Garder la note").click()
        expect(desk.locator(".notes")).to_contain_text("parents à prévenir ?")
        say(child, "je veux retirer ma plainte")
        child.get_by_role("button", name="Oui, retirer").click()
        # It was urgent: for a time a supervisor alone still reads it.
        expect(desk.locator(".holder")).to_contain_text("Scellé")
        expect(box).to_have_count(0)
