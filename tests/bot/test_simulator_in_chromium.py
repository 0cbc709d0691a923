import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bot.serving import Running, running
from tests.browser import chromium
from tests.desk.browsing import check, window

__all__ = ["chromium"]


@pytest.fixture(scope="module")
def helpline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("simulator")) as helpline:
        yield helpline


def settled(page: Page) -> int:
    """How many messages there are, once no more come."""
    before = -1
    while (count := page.locator("#chat li").count()) != before:
        before = count
        page.wait_for_timeout(1500)
    return count


@pytest.mark.parametrize(
    ("name", "look", "width", "texts", "came"),
    [
        ("ar", "telegram", 390, ["السلام عليكم", "واحد كيهددني فانستا وبغا الفلوس"], "واش نقيدوه؟"),
        (
            "fr",
            "whatsapp",
            1280,
            ["bonjour, on m'a volé mon compte instagram et il menace de publier mes photos"],
            "Je note ?",
        ),
    ],
)
def test_a_phone_in_the_browser(
    helpline: Running,
    chromium: Browser,
    tmp_path: Path,
    name: str,
    look: str,
    width: int,
    texts: list[str],
    came: str,
) -> None:
    with window(chromium, f"{name}-MA", width) as page:
        complaints = list[str]()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{helpline.address}/simulator/")
        page.get_by_role("link", name={"telegram": "تيليغرام", "whatsapp": "WhatsApp"}[look]).click()
        expect(page.locator("body")).to_have_class(re.compile(look))
        chat = page.get_by_role("log")
        for text in texts:
            page.get_by_role("textbox").fill(text)
            page.keyboard.press("Enter")
            expect(page.locator("li.child").last).to_contain_text(text)
            expect(page.locator("#chat li").last).to_have_class("bot")
        expect(chat).to_contain_text(came)
        expect(page.locator("li.child .ticks").last).to_be_visible()
        page.locator("[data-choice^=consent]").first.click()
        expect(page.locator("li.child")).to_have_count(len(texts) + 1)
        page.locator("#attach summary").click()
        page.locator("[data-media=voice]").click()
        expect(page.locator("li.child .voice")).to_be_visible()
        count = settled(page)
        page.reload()
        expect(page.locator("#chat li")).to_have_count(count)
        check(page, tmp_path, f"simulator-{name}")
        page.locator(".name button").click()
        expect(page.locator("#chat li")).to_have_count(0)
        assert complaints == []
