import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bot.serving import Running, running
from tests.browser import chromium

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
    ("name", "width", "texts", "came"),
    [
        ("ar", 390, ["السلام عليكم", "واحد كيهددني فانستا وبغا الفلوس"], "واش نقيدوه؟"),
        ("fr", 1280, ["bonjour, on m'a volé mon compte instagram et il menace de publier mes photos"], "Je note ?"),
    ],
)
def test_a_phone_in_the_browser(
    helpline: Running, chromium: Browser, name: str, width: int, texts: list[str], came: str
) -> None:
    with chromium.new_context(viewport={"width": width, "height": 844}) as context:
        context.set_default_timeout(20000)
        page, complaints = context.new_page(), list[str]()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{helpline.address}/simulator")
        chat = page.get_by_role("list").first
        for text in texts:
            page.get_by_role("textbox").fill(text)
            page.keyboard.press("Enter")
            expect(page.locator("li.child").last).to_contain_text(text)
            expect(page.locator("li").last).to_have_class("bot")
        expect(chat).to_contain_text(came)
        page.locator(".choices").last.get_by_role("button").first.click()
        expect(page.locator("li.child")).to_have_count(len(texts) + 1)
        page.locator("summary").click()
        page.locator("[data-media=voice]").click()
        expect(chat).to_contain_text("🎤")
        count = settled(page)
        page.reload()
        expect(page.locator("#chat li")).to_have_count(count)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=f"{folder}/simulator-{name}.png")
        page.get_by_role("button", name="Nouvelle conversation").click()
        expect(page.locator("#chat li")).to_have_count(0)
        assert complaints == []
