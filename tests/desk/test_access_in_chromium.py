"""The desk for everybody: axe-core finds nothing serious on any page, in either language, light or dark."""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from handoff.case import Happening, Priority, Status
from handoff.casework import Link
from handoff.report.door import Door, Outcome
from nlu.interpretation import Platform
from tests.desk.browsing import check, log_in, window
from tests.desk.figures import invented
from tests.desk.house import HIGH, NORMAL, NOW, URGENT, House, full_case
from tests.desk.serving import served


@pytest.fixture
def address(house: House) -> Iterator[str]:
    with served(house.app) as address:
        yield f"{address}/desk"


async def prepared(house: House) -> None:
    """A case with everything beside it: notes, tasks, corrections, links, and messages on their way."""
    case = full_case()
    told = (
        Happening(at=NOW, what="corrected.age", by="Salma", was="13"),
        Happening(at=NOW, what="corrected.city", by="Salma"),
    )
    hows = ("waiting", "sent", "delivered", "read")
    mine = tuple(
        case.transcript[0].model_copy(update={"from_": "counsellor", "text": f"réponse {how}", "delivery": how})
        for how in hows
    )
    failed = mine[0].model_copy(update={"delivery": None, "undelivered": "blocked"})
    house.cases.rewrite(URGENT, timeline=(*case.timeline, *told), transcript=(*case.transcript, *mine, failed))
    house.casework.links[URGENT] = (Link(NORMAL, Status.CLOSED, NOW),)
    await house.relay.take(URGENT, "Salma")
    await house.casework.note(URGENT, "Hind", "À rappeler demain.\nالأم على علم.", "n1")
    await house.casework.add_task(URGENT, "Hind", "Appeler le 2511", NOW.date() - timedelta(days=2), "t1")
    await house.casework.add_task(URGENT, "Salma", "Signaler à Meta", date(2026, 12, 1), "t2")
    await house.casework.finish_task(URGENT, "t2", "Salma")
    house.cases.rewrite(URGENT, platforms=(*case.platforms, Platform.TIKTOK), gender=None)
    for key, door in (("r1", Door.META), ("r2", Door.POLICE)):
        await house.reports.send(URGENT, "Salma", door, None, key)
    await house.reports.conclude(URGENT, "r1", "Hind", Outcome.REFUSED, NOW.date(), "À renvoyer avec le lien.")
    house.cases.change(HIGH, priority=Priority.URGENT, due=NOW.date() - timedelta(days=1))


# Every two of the three meet, in half the time of all eight.
@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("fr", 1280, "light"), ("fr", 390, "dark"), ("ar", 1280, "dark"), ("ar", 390, "light")],
)
def test_every_page_is_for_everybody(
    house: House, chromium: Browser, address: str, tmp_path: Path, language: str, width: int, scheme: str
) -> None:
    folder, run = Path(os.environ.get("SCREENSHOTS", tmp_path)), f"{language}-{width}-{scheme}"
    # Nothing in it waits.
    with pytest.raises(StopIteration):
        prepared(house).send(None)
    house.statistics.tallies = invented(260)
    with window(chromium, f"{language}-MA", width, scheme) as page:
        page.goto(f"{address}/login")
        check(page, folder, f"login-{run}")
        log_in(page, address, "Salma")
        page.wait_for_selector("#bell .bell")
        check(page, folder, f"queue-{run}")
        page.goto(f"{address}/cases/{URGENT}")
        page.wait_for_selector("#bell .bell")
        page.locator("#text").fill("السلام، أنا معاك. je reste avec toi, le numéro 19 est là.")
        check(page, folder, f"case-{run}")
        page.locator(".reply .menu summary").first.click()
        check(page, folder, f"quick-{run}")
        page.keyboard.press("Escape")
        page.locator(".confirm summary").last.click()
        check(page, folder, f"close-{run}")
        page.keyboard.press("Escape")
        page.locator("#way-treat summary").click()
        check(page, folder, f"life-{run}")
        page.locator("#correct summary").click()
        page.wait_for_selector("#correct-form")
        page.locator("#task-form").locator("..").locator("summary").click()
        page.locator(".side").evaluate("side => side.scrollTo(0, 850)")
        check(page, folder, f"side-{run}")
        page.locator("#text").fill("")
        page.goto(f"{address}/cases/{URGENT}/transcript")
        check(page, folder, f"paper-{run}")
        page.goto(f"{address}/password")
        check(page, folder, f"password-{run}")
        page.goto(f"{address}/new")
        check(page, folder, f"new-{run}")
        page.goto(f"{address}/overdue")
        check(page, folder, f"overdue-{run}")
    with window(chromium, f"{language}-MA", width, scheme) as page:
        log_in(page, address, "Hind")
        page.goto(f"{address}/phrases")
        page.locator("summary").first.click()
        check(page, folder, f"phrases-{run}")
        page.goto(f"{address}/statistics")
        check(page, folder, f"statistics-{run}")
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize(("language", "width", "scheme"), [("fr", 1280, "light"), ("ar", 390, "dark")])
def test_the_pages_of_reports_are_for_everybody(
    house: House, chromium: Browser, address: str, tmp_path: Path, language: str, width: int, scheme: str
) -> None:
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    with pytest.raises(StopIteration):
        prepared(house).send(None)
    with window(chromium, f"{language}-MA", width, scheme) as page:
        log_in(page, address, "Salma")
        for path in ("report", "report/meta", "report/iwf", "report/platform", "report/police", "report/police/sheet"):
            page.goto(f"{address}/cases/{URGENT}/{path}")
            check(page, folder, f"{path.replace('/', '-')}-{language}-{width}-{scheme}")
