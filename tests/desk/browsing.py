"""What the browser tests of the desk share: windows, the login, and waiting for the live stream."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect

from tests.desk.house import PASSWORD


@contextmanager
def window(chromium: Browser, locale: str = "fr-MA", width: int = 1280, scheme: str = "light") -> Iterator[Page]:
    """A window of its own, with its own cookies."""
    height = 844 if width < 500 else 800
    with chromium.new_context(
        locale=locale, viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
    ) as context:
        context.set_default_timeout(8000)
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
