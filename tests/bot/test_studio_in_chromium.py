"""The studio in a browser: everything that can be done in it, in French on a desktop and in Arabic on a phone."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.app import App
from bot.story import load_stories
from bot.web import web_app
from tests.browser import chromium
from tests.conftest import ROOT, settings_in
from tests.desk.browsing import check, window
from tests.desk.serving import served

__all__ = ["chromium"]

BOTH = [("fr-MA", 1280, "light"), ("ar-MA", 390, "dark")]


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of transcripts that tests may write to."""
    folder = tmp_path_factory.mktemp("transcripts")
    for name in ("words.yml", "hours.yml", "topics.yml"):
        shutil.copy(ROOT / "tests" / "transcripts" / name, folder)
    return folder


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, stories: Path) -> Iterator[str]:
    app = App(settings_in(tmp_path_factory.mktemp("studio")))
    asyncio.run(app.open(upgrade=True))
    with served(web_app(app, loopback=True, stories=stories)) as address:
        yield address


@pytest.fixture(params=BOTH, ids=["fr", "ar"])
def page(address: str, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The studio, opened anew."""
    locale, width, scheme = request.param
    complaints = list[str]()
    with window(chromium, locale, width, scheme) as page:
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{address}/simulator/studio/")
        expect(page.locator("#now dl")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", locale[:2])
        yield page
        assert complaints == []


def say(page: Page, text: str) -> None:
    """Writes as the child, and waits for the turn."""
    before = page.locator("#turns > li").count()
    page.locator("#text").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator("#turns > li")).to_have_count(before + 1)


def turn(page: Page, number: int) -> Locator:
    return page.locator(f"#turns > li[data-turn='{number}']")


def test_each_turn_is_looked_at_beside_the_phone(page: Page, tmp_path: Path) -> None:
    expect(page.get_by_role("note")).to_be_visible()
    say(page, "salam")
    say(page, "3ndi 14 3am, wa7d kayhdedni f whatsapp")
    second = turn(page, 2)
    expect(second.locator("mark", has_text="3ndi 14 3am")).to_contain_text("age=14")
    expect(second.locator("mark", has_text="whatsapp")).to_contain_text("platform=whatsapp")
    expect(second).to_contain_text("report_incident")
    expect(second.locator("tr.changed", has_text="age")).to_contain_text("14")
    expect(second).to_contain_text("consent.ask ← dialogs/flows/intake.yml:")
    expect(second).to_contain_text("dialogs/locales/ary-Latn/m3ak.po:")
    expect(page.locator("#now")).to_contain_text("intake.consent")
    page.locator("[data-choice='consent.yes']").last.click()
    expect(page.locator("#now bdi")).not_to_be_empty()
    expect(turn(page, 3)).to_contain_text("dialogs/flows/intake.yml")
    expect(turn(page, 2).locator("details")).not_to_have_attribute("open", "")
    page.locator("#attach summary").click()
    page.locator("[data-media=image]").click()
    expect(page.locator("#chat li.child .media")).to_be_visible()
    say(page, "bghit nmout")
    expect(turn(page, 5)).to_contain_text("nlu/lexicon/self_harm.yml:")
    expect(turn(page, 5)).to_contain_text("dialogs/safety.py:")
    page.locator("#chat li[data-turn='2']").first.click()
    expect(turn(page, 2).locator("details")).to_have_attribute("open", "")
    check(page, tmp_path, "turns")
    bubbles = page.locator("#chat li").count()
    page.reload()
    expect(page.locator("#chat li")).to_have_count(bubbles)
    page.locator("#new").click()
    expect(page.locator("#chat li")).to_have_count(0)


def test_a_list_on_whatsapp_and_rows_of_buttons_on_telegram(page: Page, address: str) -> None:
    say(page, "bonjour")
    sheet = page.locator("details.sheet").last
    expect(sheet.get_by_role("button").first).not_to_be_visible()
    sheet.locator("summary").click()
    expect(sheet.get_by_role("button")).to_have_count(10)
    page.locator("[href$='look=telegram']").click()
    expect(page.locator("body.telegram #chat li.bot").first).to_be_visible()
    expect(page.locator("details.sheet")).to_have_count(0)
    page.locator("[data-choice='narrative.threats']").click()
    expect(page.locator("#now")).to_contain_text("intake.consent")
    expect(page.locator(".choices.two").last.get_by_role("button")).to_have_count(3)
    page.locator("[href$='look=whatsapp']").click()


def test_jumping_going_back_and_changing_the_clock(page: Page) -> None:
    page.locator("#jump").select_option("intake.age")
    page.locator("form[data-act=jump] button").click()
    expect(page.locator("#now")).to_contain_text("intake.age")
    say(page, "14")
    expect(page.locator("#now")).to_contain_text("intake.platform")
    page.locator("#back").click()
    expect(page.locator("#now")).to_contain_text("intake.age")
    expect(page.locator("#turns > li")).to_have_count(1)
    page.locator("#new").click()
    expect(page.locator("#turns > li")).to_have_count(0)
    say(page, "quelqu'un me menace tous les jours")
    page.locator("[data-choice='consent.yes']").last.click()
    page.locator("[data-choice='recontact.yes']").last.click()
    expect(page.locator("#turns > li")).to_have_count(3)
    page.locator("#clock").fill("2027-03-03T08:30")
    page.locator("form[data-act=clock] button").click()
    expect(turn(page, 4)).to_contain_text("reminder ← dialogs/engine.py:")
    expect(page.locator("#now time")).to_have_attribute("datetime", "2027-03-03T08:30")
    page.locator("[data-later='60']").click()
    expect(page.locator("#now time")).to_have_attribute("datetime", "2027-03-03T09:30")
    page.locator("#clock").evaluate("field => { field.min = ''; field.value = '2027-03-02T09:00'; }")
    page.locator("form[data-act=clock] button").click()
    expect(page.locator("#notice")).not_to_be_empty()
    page.locator("#turns > li[data-turn='2'] summary").click()
    page.locator("[data-before='1']").click()
    expect(page.locator("#turns > li")).to_have_count(1)


def test_playing_the_counsellor(page: Page, address: str) -> None:
    page.locator("[data-counsellor=takes]").click()
    expect(page.locator("#notice")).not_to_be_empty()
    say(page, "je veux parler à une personne, on me menace tous les jours")
    page.locator("[data-choice='consent.yes']").last.click()
    owner = page.locator("#now dd").nth(1)
    counsellor, bot = re.compile("Conseiller|مستشار"), re.compile("robot|الروبوت")
    page.locator("[data-counsellor=takes]").click()
    expect(owner).to_have_text(counsellor)
    page.locator("#counsellor").fill("Je suis là, je lis.")
    page.locator("form[data-act=counsellor] button").click()
    expect(page.locator("#chat li.counsellor").last).to_contain_text("Je suis là, je lis.")
    expect(page.locator("#counsellor")).to_have_value("")
    page.locator("#status").select_option("reported")
    page.locator("form[data-act=status] button").click()
    page.locator("form[data-act=others] button").click()
    expect(page.locator("#chat li.note")).to_have_count(4)
    page.locator("[data-counsellor='gives to the bot']").click()
    expect(owner).to_have_text(bot)
    page.locator("[data-counsellor=takes]").click()
    expect(owner).to_have_text(counsellor)
    page.locator("[data-counsellor=closes]").click()
    expect(page.locator("[data-choice^='feedback.']").first).to_be_attached()


def test_the_four_varieties_side_by_side(page: Page, tmp_path: Path) -> None:
    page.locator("[data-language=ar]").click()
    expect(page.locator("[data-language=ar][aria-pressed]")).to_have_attribute("aria-pressed", "true")
    say(page, "شخص يهددني كل يوم")
    page.locator("[data-language=fr][aria-pressed]").click()
    expect(page.locator("[data-language=fr][aria-pressed]")).to_have_attribute("aria-pressed", "true")
    page.locator("#back").click()
    expect(page.locator("#turns > li")).to_have_count(1)
    page.locator("#compare").click()
    cells = page.locator("#compared tbody tr").first.locator("td")
    expect(cells).to_have_count(4)
    for cell, said in enumerate(("شي واحد كيهددني كل نهار", "chi wa7ed", "شخص يهددني", "quelqu'un me menace")):
        expect(cells.nth(cell)).to_contain_text(said)
        expect(cells.nth(cell)).to_contain_text("consent.ask")
    check(page, tmp_path, "compared")
    page.locator("#close-compared").click()
    expect(page.locator("#compared")).not_to_be_visible()


def test_a_transcript_is_replayed_and_the_chat_kept_as_a_test(page: Page, stories: Path) -> None:
    page.locator("[data-language=ary-Latn]").click()
    page.locator("#story").select_option(index=0)
    page.locator("#speed").select_option("0")
    page.locator("#play").click()
    expect(page.locator("#stop")).to_be_visible()
    expect(page.locator("#play")).to_be_visible()
    turns = page.locator("#turns > li").count()
    assert turns > 2
    page.locator("#speed").select_option("2500")
    page.locator("#play").click()
    expect(page.locator("#turns > li")).to_have_count(1)
    page.locator("#stop").click()
    expect(page.locator("#play")).to_be_visible()
    say(page, "salam")
    name = f"kept-{page.locator('html').get_attribute('lang')}"
    page.locator("#name").fill(name)
    page.locator("#save [value=keep]").click()
    expect(page.locator("#notice")).to_contain_text(f"{name}.yml")
    (story,) = load_stories(stories / f"{name}.yml")
    assert (len(story.turns), story.turns[-1]["child"]) == (page.locator("#turns > li").count(), "salam")
    page.locator("#save [value=keep]").click()
    expect(page.locator("#notice")).not_to_contain_text(".yml")
    with page.expect_download() as download:
        page.locator("#save [value=file]").click()
    assert download.value.suggested_filename == f"{name}.yml"
    assert Path(download.value.path()).read_text(encoding="utf-8") == (stories / f"{name}.yml").read_text("utf-8")
