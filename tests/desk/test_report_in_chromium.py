"""Reporting a case in a real headless Chromium: Meta's form, the files, what was sent and what came of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from handoff.desk.words import load_words
from handoff.report.meta import ON_THE_FORM
from tests.desk.browsing import log_in, window
from tests.desk.house import URGENT, House, full_case
from tests.desk.serving import served


@pytest.fixture
def address(house: House) -> Iterator[str]:
    with served(house.app) as address:
        yield f"{address}/desk"


def saved(page: Page, link: str) -> str:
    """A file, as it was kept."""
    with page.expect_download() as download:
        page.locator(f'a[href$="{link}"]').click()
    return Path(download.value.path()).read_text(encoding="utf-8-sig")


def test_a_case_is_reported_to_meta(house: House, chromium: Browser, address: str) -> None:
    case = full_case()
    with window(chromium) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        log_in(page, address, "Salma")
        page.get_by_role("link", name=URGENT).first.click()
        page.get_by_role("link", name="Signaler et exporter").click()
        page.get_by_role("link", name="Ouvrir Meta (canal de confiance)").click()

        told = json.loads(saved(page, "meta.json"))
        assert told["sex"] == case.gender
        assert told["age"] == case.age_band
        assert told["illegal_content"] == list(case.categories)
        assert told["content_types"] == [kind for kind in case.content_types if kind == "photo"]
        assert told["platforms"] == list(case.platforms)
        assert told["links"] == [piece.value for piece in case.evidence if piece.kind == "url"]
        assert told["accounts"] == [piece.value for piece in case.evidence if piece.kind == "phone"]
        assert saved(page, "meta.csv").splitlines()[0].split(",") == list(told)

        copied = []
        for button in page.locator("[data-copy]").all():
            button.click()
            expect(button).to_have_text("Copié")
            copied.append(page.evaluate("navigator.clipboard.readText()"))
        named = [ON_THE_FORM[value] for value in (told["sex"], told["age"])]
        assert copied[:2] == named
        assert copied[-4:] == [*(ON_THE_FORM[value] for value in told["platforms"]), *told["links"], *told["accounts"]]

        page.get_by_role("button", name="Je l'ai envoyé").click()
        expect(page.locator(".reports .chip")).to_have_text("En attente de réponse")
        page.get_by_text("Noter la réponse", exact=True).click()
        page.get_by_label("Réponse", exact=True).select_option("removed")
        page.get_by_label("Note (reste ici)").fill("Le compte n'existe plus.")
        page.get_by_role("button", name="Enregistrer la réponse").click()
        expect(page.locator(".reports .chip")).to_have_text("Contenu retiré")
        expect(page.locator(".remark")).to_have_text("Le compte n'existe plus.")
    assert [act.what for act in house.trail.noted if act.what.startswith("exported")] == ["exported_meta"] * 3


def test_a_case_leaves_as_a_file_and_as_a_pdf(house: House, chromium: Browser, address: str) -> None:
    with window(chromium, "ar-MA") as page:
        log_in(page, address, "Salma")
        page.goto(f"{address}/cases/{URGENT}/report")
        assert json.loads(saved(page, "case.json")) == full_case().document()
        with page.expect_popup() as popup:
            page.get_by_role("button", name="نسخة للطباعة").click()
        sheet = popup.value
        expect(sheet.locator("html")).to_have_attribute("dir", "rtl")
        expect(sheet.locator("main")).to_contain_text("واحد ما كنعرفوش كيهددني")
        sheet.emulate_media(media="print")
        assert sheet.pdf(format="A4").startswith(b"%PDF-")
    assert [act.what for act in house.trail.noted[-2:]] == ["exported_case", "printed"]


def test_a_missing_consent_shuts_the_door_and_is_named(house: House, chromium: Browser, address: str) -> None:
    house.cases.rewrite(URGENT, consents=full_case().consents[:1])
    with window(chromium, "ar-MA") as page:
        log_in(page, address, "Salma")
        page.goto(f"{address}/cases/{URGENT}/report")
        assert [link.get_attribute("href").split("/")[-1] for link in page.locator(".doors a").all()] == ["iwf"]  # type: ignore[union-attr]
        page.goto(f"{address}/cases/{URGENT}/report/meta")
        missing = load_words(house.now.tzinfo)["ar"]("consent.platform_report")  # type: ignore[arg-type]
        expect(page.get_by_role("alert")).to_contain_text(missing)
