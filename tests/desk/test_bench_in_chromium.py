"""The trainers' bench in a real browser: texts, in French and Arabic, for everybody."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.desk.browsing import check, log_in, window
from tests.desk.house import House
from tests.desk.script import ASK
from tests.desk.serving import served

NEW = "Quel est ton âge ? {police} 👋"
RUNS = [("fr", 1280), ("ar", 390)]


@pytest.fixture
def address(house: House) -> Iterator[str]:
    with served(house.app) as address:
        yield f"{address}/desk"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(os.environ.get("SCREENSHOTS", tmp_path))


@pytest.mark.parametrize(("language", "width"), RUNS)
def test_a_trainer_writes_a_sentence_and_signs_it(
    house: House, chromium: Browser, address: str, folder: Path, language: str, width: int
) -> None:
    with window(chromium, f"{language}-MA", width) as page:
        log_in(page, address, "Karim")
        page.locator("nav a", has_text="Phrases" if language == "fr" else "جمل").click()
        check(page, folder, f"texts-{language}-{width}")
        page.get_by_role("link", name=ASK).click()
        box = page.locator("#text-fr")
        count = page.locator("#count-fr")
        expect(count).to_contain_text("25 / 1024")
        box.fill("Tu as quel âge ? " * 80)
        expect(count).to_have_class("count-of hint wrong much")
        expect(count).to_contain_text("{police}")
        check(page, folder, f"text-{language}-{width}")
        box.fill(NEW)
        expect(count).to_contain_text(f"{len(NEW)} / 1024")
        page.locator("#wordings button.main").click()
        expect(page.locator("main .good")).to_be_visible()
        expect(box).to_have_value(NEW)
        page.locator(".signs button").last.click()
        expect(page.locator("#sign-fr")).to_contain_text("Karim, 2026-11-23")
        check(page, folder, f"signed-{language}-{width}")


@pytest.mark.parametrize(("language", "width"), RUNS)
def test_a_trainer_labels_a_message_and_sees_what_it_would_change(
    house: House, chromium: Browser, address: str, folder: Path, language: str, width: int
) -> None:
    with window(chromium, f"{language}-MA", width) as page:
        log_in(page, address, "Karim")
        page.goto(f"{address}/lessons")
        check(page, folder, f"lessons-{language}-{width}")
        page.get_by_role("link", name="f dak lblan").click()
        line = page.locator("#line")
        # As the mouse leaves it.
        line.evaluate("box => box.setSelectionRange(17, 23)")
        page.locator("#entity").select_option("content_type")
        page.locator("#mark").click()
        expect(line).to_have_value("f dak lblan dyal [tsawer](content_type) insta")
        # By the keyboard alone: the last word, and what it stands for.
        line.press("Control+End")
        line.press("Control+Shift+ArrowLeft")
        page.locator("#entity").select_option("platform")
        page.locator("#value").fill("instagram")
        page.locator("#mark").focus()
        page.keyboard.press("Enter")
        expect(line).to_have_value(
            'f dak lblan dyal [tsawer](content_type) [insta]{"entity":"platform","value":"instagram"}'
        )
        expect(page.locator("#marked mark")).to_have_count(2)
        page.locator("#unmark").click()
        expect(page.locator("#marked mark")).to_have_count(1)
        page.locator("#intent").select_option("report_incident")
        check(page, folder, f"lesson-{language}-{width}")
        page.locator("button[value=try]").click()
        expect(page.locator("progress")).to_be_visible()
        house.lessons.finish("t0")
        expect(page.locator(".trialled .better")).to_be_visible()
        check(page, folder, f"trial-{language}-{width}")
        page.locator("button[value=learn]").click()
        expect(page.locator("main .good")).to_be_visible()
        assert house.lessons.learnt[0].line == "f dak lblan dyal [tsawer](content_type) insta"
