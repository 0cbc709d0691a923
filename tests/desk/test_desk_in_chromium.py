"""The desk as a counsellor uses it, in a real headless Chromium."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from handoff.case import Status
from tests.desk.house import HIGH, NORMAL, PASSWORD, URGENT, House
from tests.desk.serving import served

LONG = "كلمة " * 3_999 + "وكفى."
"""20,000 characters."""


@pytest.fixture
def address(house: House) -> Iterator[str]:
    with served(house.app) as address:
        yield f"{address}/desk"


@pytest.fixture
def context(chromium: Browser, address: str) -> Iterator[BrowserContext]:
    """A window. It closes before the server does, which would wait for its streams."""
    with chromium.new_context(locale="fr-MA", viewport={"width": 1280, "height": 800}) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which nothing may be blocked by the content policy and no script may fail."""
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(f"failed: {error}"))
    yield page
    assert not [text for text in complaints if "Content Security Policy" in text or "failed: " in text]


def log_in(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/")
    page.get_by_label("Nom d'utilisateur").fill(name)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", name="File d'attente")).to_be_visible()


def following(page: Page) -> None:
    """Waits until the page hears of changes."""
    expect(page.locator("body")).to_have_attribute("data-live", "yes")


def test_a_counsellor_helps_a_child(house: House, page: Page, address: str) -> None:
    log_in(page, address, "Salma")
    page.get_by_role("link", name=URGENT).click()
    expect(page.get_by_role("log")).to_contain_text("كيهددني فواتساب")
    page.get_by_role("button", name="Prendre ce dossier").click()
    box = page.get_by_label("Votre réponse")
    box.fill("السلام، أنا سلمى، معاك.")
    house.cases.write(URGENT, "child", "واش كاين شي حد؟")
    expect(page.get_by_role("log")).to_contain_text("واش كاين شي حد؟")
    expect(box).to_have_value("السلام، أنا سلمى، معاك.")
    expect(box).to_be_focused()
    box.press("Control+Enter")
    expect(page.locator(".line.counsellor .text")).to_have_text("السلام، أنا سلمى، معاك.")
    expect(box).to_have_value("")
    expect(box).to_be_focused()
    box.fill("السلام، أنا سلمى، معاك.")
    page.get_by_role("button", name="Envoyer").dblclick()
    expect(page.locator(".line.counsellor")).to_have_count(2)
    page.get_by_text("Clore…").click()
    page.get_by_label("Issue").select_option("helped")
    page.get_by_role("button", name="Oui, clore").click()
    expect(page.locator(".holder")).to_contain_text("Clos")
    expect(box).to_have_count(0)
    assert [text for *_, text in house.relay.said] == ["السلام، أنا سلمى، معاك."] * 2


def test_the_queue_is_live(house: House, page: Page, address: str) -> None:
    log_in(page, address, "Salma")
    following(page)
    house.cases.change(HIGH, unread=7)
    expect(page.get_by_role("row").filter(has_text=HIGH)).to_contain_text("7")
    house.cases.change(HIGH, status=Status.CLOSED)
    expect(page.get_by_role("link", name=HIGH)).to_have_count(0)
    expect(page.get_by_role("link", name=URGENT)).to_be_visible()


def test_a_lost_connection_is_told_and_comes_back(house: House, page: Page, address: str) -> None:
    log_in(page, address, "Yassine")
    page.goto(f"{address}/cases/{NORMAL}")
    following(page)
    sessions = dict(house.users.sessions)
    house.users.sessions.clear()
    house.cases.write(NORMAL, "child", "pendant la coupure")
    expect(page.locator(".offline")).to_contain_text("Connexion perdue")
    house.users.sessions.update(sessions)
    expect(page.locator(".line .text").last).to_have_text("pendant la coupure")
    expect(page.get_by_text("Connexion perdue")).to_be_hidden()


def test_many_messages_at_once_come_once_each(house: House, page: Page, address: str) -> None:
    log_in(page, address, "Yassine")
    page.goto(f"{address}/cases/{NORMAL}")
    following(page)
    for n in range(30):
        house.cases.write(NORMAL, "child", f"message {n}")
    expect(page.locator(".line.child")).to_have_count(31)
    expect(page.locator(".line.child .text").last).to_have_text("message 29")
    expect(page.locator(".line.child .text").last).to_be_in_viewport()
    page.get_by_label("Votre réponse").fill("je lis")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".line .text").last).to_have_text("je lis")
    house.cases.write(NORMAL, "child", "merci")
    expect(page.locator(".line .text").last).to_have_text("merci")
    expect(page.locator(".line")).to_have_count(33)


def test_nothing_typed_is_lost(house: House, page: Page, address: str) -> None:
    log_in(page, address, "Yassine")
    page.goto(f"{address}/cases/{NORMAL}")
    box = page.get_by_label("Votre réponse")
    box.fill(LONG)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("alert")).to_contain_text("20000 caractères")
    assert box.input_value() == LONG
    box.fill("je suis là")
    sessions = dict(house.users.sessions)
    house.users.sessions.clear()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("alert")).to_contain_text("Votre session est terminée")
    house.users.sessions.update(sessions)
    page.context.set_offline(True)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("alert")).to_contain_text("Pas envoyé")
    page.context.set_offline(False)
    house.cases.change(NORMAL, taken_by="Hind")
    expect(page.locator(".holder")).to_contain_text("Hind")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("alert")).to_contain_text("Hind\u2069 tient ce dossier")
    expect(box).to_have_value("je suis là")
    house.cases.change(NORMAL, taken_by="Yassine")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".line.counsellor .text")).to_have_text("je suis là")
    expect(page.get_by_role("alert")).to_be_empty()
    assert len(house.relay.said) == 1


def test_a_pasted_script_does_not_run(house: House, page: Page, address: str) -> None:
    attack = "<img src=x onerror=\"document.title='no'\"><script>document.title='no'</script>"
    log_in(page, address, "Salma")
    page.goto(f"{address}/cases/{URGENT}")
    following(page)
    house.cases.rewrite(URGENT, narrative=attack)
    house.cases.write(URGENT, "child", attack)
    expect(page.locator(".line .text").last).to_have_text(attack)
    expect(page.locator("#facts")).to_contain_text(attack)
    assert "Dossier" in page.title()
    assert not page.locator("#lines img").count()


def test_a_withdrawal_empties_the_open_page(house: House, page: Page, address: str) -> None:
    log_in(page, address, "Salma")
    page.goto(f"{address}/cases/{URGENT}")
    following(page)
    house.cases.forget(URGENT)
    expect(page.get_by_role("alert")).to_contain_text("n'existe plus")
    expect(page.get_by_role("log")).to_be_empty()
    expect(page.locator("#facts")).to_be_empty()


def test_everything_is_reached_with_the_keyboard(page: Page, address: str) -> None:
    log_in(page, address, "Salma")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.get_by_role("link", name=URGENT).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Prendre ce dossier").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Clore…").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Oui, clore")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_pages_fit_the_screen(
    house: House, chromium: Browser, address: str, tmp_path: Path, language: str, width: int, scheme: str
) -> None:
    """No page scrolls sideways. The pictures go to ``SCREENSHOTS``, to be looked at."""
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    with chromium.new_context(
        locale=f"{language}-MA", viewport={"width": width, "height": 844 if width == 390 else 800},
        color_scheme="dark" if scheme == "dark" else "light",
    ) as context:  # fmt: skip
        page = context.new_page()
        page.goto(f"{address}/")
        picture(page, folder / f"login-{language}-{width}-{scheme}.png")
        page.locator("#name").fill("Salma")
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector(".queue")
        picture(page, folder / f"queue-{language}-{width}-{scheme}.png")
        page.locator(f"#open-{URGENT}").click()
        page.locator("form[action$=take] button").click()
        page.locator("#text").fill("السلام، أنا معاك. je reste avec toi, le numéro 19 est là.")
        picture(page, folder / f"case-{language}-{width}-{scheme}.png")
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")


def picture(page: Page, path: Path) -> None:
    page.screenshot(path=path, full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0, path.name
