"""From a child's first message to the end of its case: every step and every door of the reports, in two browsers."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bot.serving import Running, m3ak, running
from tests.bot.test_desk_in_chromium import first_login, say
from tests.browser import chromium
from tests.desk.test_life_in_chromium import step
from tests.desk.test_words import words

__all__ = ["chromium"]
FRENCH = words("fr")
LINK = "https://www.instagram.com/hmd.99.exemple"
STORY = f"bonjour, j'ai 15 ans, je suis une fille, un gars me fait du chantage sur instagram avec une photo, {LINK}"
ANSWERS = (
    "Oui, note", "Moi", "Oui, en sécurité", "Rester anonyme", "Oui, je veux bien", "Expliquer la loi",
    "Oui, c'est ça", "À cette personne", "Oui", "Oui",
)  # fmt: skip
"""The buttons that the child presses; the last two agree to the report and to the complaint."""

LISTED = ("Moi", "Expliquer la loi", "À cette personne")
"""Those that stand in a list, as there are more than three answers; in the order of the lists."""


@pytest.fixture
def helpline(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as helpline:
        yield helpline


def press(child: Page, title: str) -> None:
    """Presses the newest button with a title, in its list where it stands in one, and waits until it is answered."""
    lines, button = child.locator("#chat > li"), child.get_by_role("button", name=title, exact=True).last
    if title in LISTED:
        child.locator("summary", has_text="Choisir").nth(LISTED.index(title)).click()
    expect(button).to_be_visible()
    before = lines.count()
    button.click()
    expect(lines.nth(before)).to_contain_text(title)
    expect(lines.nth(before + 1)).to_be_visible()


def saved(page: Page, link: str) -> dict[str, Any]:
    with page.expect_download() as download:
        page.locator(f'a[href$="{link}"]').click()
    found: dict[str, Any] = json.loads(Path(download.value.path()).read_text())
    return found


def send(desk: Page, door: str) -> None:
    """Opens a door, and says there that the report is sent."""
    desk.get_by_role("link", name=f"Ouvrir {door}").click()
    desk.get_by_role("button", name="Je l'ai envoyé").click()
    expect(desk.locator("ol .card").last).to_contain_text(door)


def test_each_report_goes_out_and_its_answer_comes_back(helpline: Running, chromium: Browser, tmp_path: Path) -> None:
    with chromium.new_context(locale="fr-MA") as house, chromium.new_context(locale="fr-MA") as street:
        desk, child = house.new_page(), street.new_page()
        first_login(desk, helpline)
        child.goto(f"{helpline.address}/simulator")
        say(child, STORY)
        for title in ANSWERS:
            press(child, title)
        desk.get_by_role("link", name=re.compile(r"^\w{4}-\w{4}$")).click()
        reference = desk.locator("h1 bdi").inner_text()
        desk.get_by_role("button", name="Prendre").click()
        step(desk, FRENCH, "analysis", "Chantage avec une photo", ("law.threats", "rule.violence"))
        step(desk, FRENCH, "treat", "Le lien suffit")
        desk.get_by_role("link", name="Signaler et exporter").click()

        case = json.loads(m3ak(tmp_path, "case", "show", reference, "--json").stdout)
        desk.get_by_role("link", name="Ouvrir Meta").click()
        told = saved(desk, "meta.json")
        assert (told["sex"], told["age"]) == (case["gender"], case["age_band"]) == ("female", "under_16")
        assert told["illegal_content"] == case["categories"]
        assert told["content_types"] == [kind for kind in case["content_types"] if kind != "message"]
        assert told["platforms"] == case["platforms"] == ["instagram"]
        assert told["links"] == [piece["value"] for piece in case["evidence"]] == [LINK]
        desk.go_back()
        assert saved(desk, "case.json")["transcript"]

        for door in ("Meta", "IWF-Maroc", "Police ou parquet"):
            send(desk, door)
        answer = desk.locator("ol .card").first
        answer.get_by_text("Noter la réponse").click()
        answer.get_by_label("Réponse", exact=True).select_option("removed")
        answer.get_by_role("button", name="Enregistrer la réponse").click()
        expect(answer.locator(".chip")).to_have_text("Contenu retiré")

        desk.goto(f"{helpline.address}/desk/cases/{reference}")
        step(desk, FRENCH, "reported")
        desk.get_by_text(FRENCH("case.close"), exact=True).click()
        desk.locator("#disposition").select_option("oriented")
        desk.locator("#close-why").fill("Le contenu est retiré")
        desk.get_by_role("button", name=FRENCH("case.close_sure")).click()
        expect(desk.locator(".stages .now")).to_have_text(FRENCH("status.closed"))

        desk.goto(f"{helpline.address}/desk/trail?case={reference}")
        trail = desk.locator("tbody")
        for act in (
            "A exporté pour Meta",
            "A exporté pour l'IWF",
            "A noté un signalement envoyé",
            "A exporté le dossier",
        ):
            expect(trail).to_contain_text(act)
