"""What the browser tests share: windows, the login, waiting for the live stream, and what axe-core finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.desk.house import PASSWORD

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"


@contextmanager
def window(chromium: Browser, locale: str = "fr-MA", width: int = 1280, scheme: str = "light") -> Iterator[Page]:
    """A window of its own, with its own cookies."""
    height = 844 if width < 500 else 800
    with chromium.new_context(
        locale=locale, viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
    ) as context:
        yield context.new_page()


def log_in(page: Page, address: str, name: str) -> None:
    """Logs in, in whichever language."""
    page.goto(f"{address}/")
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#password")).to_have_count(0)


def following(page: Page) -> None:
    """Waits until the page hears of changes."""
    expect(page.locator("body")).to_have_attribute("data-live", "yes")


def check(page: Page, folder: Path, name: str) -> None:
    """Nothing serious, nothing sideways; the picture goes to ``SCREENSHOTS``, to be looked at."""
    page.evaluate(AXE)
    found = page.evaluate(f"axe.run(document, {RULES})")
    grave = [
        (violation["id"], [node["html"][:200] for node in violation["nodes"][:3]])
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    assert not grave, f"{name}: {grave}"
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, name
