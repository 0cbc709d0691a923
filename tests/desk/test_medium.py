"""Files at the desk: fetched by a click, behind a veil, harmless to a browser, and in the trail."""

import pytest
from playwright.sync_api import Browser, expect

from handoff.port import Refused
from tests.desk.browsing import log_in, window
from tests.desk.house import ADDRESSES, URGENT, House, Visitor
from tests.desk.media import BYTES, KEY
from tests.desk.serving import served

FILE = f"/desk/cases/{URGENT}/media/{KEY}"


@pytest.fixture
async def salma(visitor: Visitor) -> Visitor:
    await visitor.log_in("Salma")
    return visitor


async def test_nothing_is_there_before_it_is_fetched(house: House, salma: Visitor) -> None:
    assert "Récupérer" in (await salma.get(f"/desk/cases/{URGENT}")).text
    for part in ("", "/shown", "/original"):
        assert (await salma.get(FILE + part)).status_code == 404
    assert all(not act.what.startswith("media") for act in house.trail.noted)


async def test_a_fetched_picture_is_shown_behind_a_veil_and_kept_as_it_came(house: House, salma: Visitor) -> None:
    answer = await salma.fill(f"/cases/{URGENT}/media/{KEY}/fetch")
    assert (answer.status_code, answer.headers["location"]) == (303, FILE)
    page = await salma.get(FILE)
    assert f'src="{FILE}/shown"' in page.text and 'class="veil"' in page.text
    shown, original = await salma.get(f"{FILE}/shown"), await salma.get(f"{FILE}/original")
    assert shown.content == original.content == BYTES
    assert shown.headers["content-type"] == "image/jpeg"
    assert original.headers["content-type"] == "application/octet-stream"
    assert original.headers["content-disposition"] == f'attachment; filename="{URGENT}-{KEY[:6]}.jpg"'
    for answer in (shown, original):
        assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
    assert [act.what for act in house.trail.noted] == ["media_seen", "media_saved"]


@pytest.mark.parametrize(
    ("why", "status", "words"),
    [
        ("intimate", 403, ADDRESSES["iwf"]), ("too_large", 413, "20"), ("wrong_kind", 409, "capture"),
        ("lost", 409, "plus ce fichier"), ("later", 503, "ne répond pas"), ("no_source", 409, "ne donne pas"),
    ],
)  # fmt: skip
async def test_why_it_was_not_fetched_is_one_sentence(
    house: House, salma: Visitor, why: str, status: int, words: str
) -> None:
    house.media.refused = Refused(why)
    answer = await salma.fill(f"/cases/{URGENT}/media/{KEY}/fetch")
    assert answer.status_code == status
    assert words in answer.text


async def test_a_case_of_sexual_pictures_shows_the_door_of_the_iwf_and_nothing_else(
    house: House, salma: Visitor
) -> None:
    await salma.fill(f"/cases/{URGENT}/media/{KEY}/fetch")
    house.cases.rewrite(URGENT, categories=("intimate_image",))
    page = (await salma.get(f"/desk/cases/{URGENT}")).text
    assert ADDRESSES["iwf"] in page and KEY not in page
    for part in ("", "/shown", "/original"):
        assert (await salma.get(FILE + part)).status_code == 403


@pytest.mark.parametrize("locale", ["fr-MA", "ar-MA"])
def test_the_veil_goes_with_a_second_click(chromium: Browser, locale: str) -> None:
    house = House()
    with served(house.app) as address, window(chromium, locale, 390) as page:
        log_in(page, f"{address}/desk", "Salma")
        page.goto(f"{address}/desk/cases/{URGENT}")
        page.locator(f"form[action$='{KEY}/fetch'] button").click()
        picture = page.locator(".veil img")
        expect(picture).to_have_css("filter", "blur(40px) grayscale(1)")
        page.locator(".veil label").click()
        expect(picture).to_have_css("filter", "none")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
