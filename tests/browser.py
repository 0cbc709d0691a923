"""A real headless Chromium for tests: ``from tests.browser import chromium`` in a ``conftest.py``."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_PATIENCE = 20_000
"""Milliseconds that a page may take beside the rest of the suite; only what fails waits so long."""
_CURE = "no Chromium or Chrome is installed; on Debian or Ubuntu: apt-get install chromium"


def find_chromium() -> str | None:
    """The installed browser's path, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


# A module's, not the session's: while Playwright's synchronous API is open, this thread has a
# running event loop, and the asynchronous tests of the next module could not run.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser; the test is skipped where none is installed, and fails there when ``CI=true``."""
    path = find_chromium()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(_CURE)
        pytest.skip(_CURE)
    with sync_playwright() as playwright:
        expect.set_options(timeout=_PATIENCE)
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()
