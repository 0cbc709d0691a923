"""The life of a case in real browsers, in French and in Arabic: from reception to the end, and cases without a chat."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from handoff.desk.words import Words
from tests.desk.browsing import following, log_in, window
from tests.desk.house import HIGH, NORMAL, NOW, House
from tests.desk.serving import served
from tests.desk.test_words import words


@pytest.fixture
def address(house: House) -> Iterator[str]:
    with served(house.app) as address:
        yield f"{address}/desk"


def step(page: Page, t: Words, status: str, why: str = "", chosen: tuple[str, ...] = ()) -> None:
    """Takes a step with the form beside the case."""
    way = page.locator(f"#way-{status}")
    way.locator("summary").click()
    for value in chosen:
        way.locator(f"[value='{value}']").check()
    way.locator("textarea").fill(why)
    way.get_by_role("button", name=t("life.move")).click()
    expect(page.locator(".stages .now")).to_have_text(t(f"status.{status}"))


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_case_from_reception_to_the_end(house: House, chromium: Browser, address: str, language: str) -> None:
    t = words(language)
    with window(chromium, f"{language}-MA") as page:
        log_in(page, address, "Salma")
        page.goto(f"{address}/cases/{HIGH}")
        page.get_by_role("button", name=t("case.take")).click()
        page.locator("#way-analysis summary").click()
        page.locator("#way-analysis textarea").fill("à moitié")
        page.locator("#way-analysis button").click()
        expect(page.locator("#notice")).to_contain_text(t("refused.step.grounds"))
        expect(page.locator("#way-analysis textarea")).to_have_value("à moitié")
        page.locator("#way-analysis summary").click()
        step(page, t, "analysis", "Menaces répétées", ("law.threats", "rule.violence"))
        step(page, t, "treat", "Preuves suffisantes")
        step(page, t, "reported", "Signalé par téléphone")
        page.locator("#way-accompanied summary").click()
        page.locator("#way-accompanied select").select_option("AUSIM")
        page.locator("#due-accompanied").fill("2026-12-15")
        page.locator("#way-accompanied button").click()
        expect(page.locator("#life .due")).to_contain_text("15")
        for said in ("Menaces répétées", t("ground.law.threats"), "AUSIM", "Preuves suffisantes"):
            expect(page.locator("#facts")).to_contain_text(said)
        page.get_by_text(t("case.close"), exact=True).click()
        page.locator("#disposition").select_option("oriented")
        page.locator("#close-why").fill("Suivie")
        page.get_by_role("button", name=t("case.close_sure")).click()
        expect(page.locator(".stages .now")).to_have_text(t("status.closed"))
        expect(page.locator("#life form")).to_have_count(0)
        expect(page.locator("#facts")).to_contain_text("Suivie")
    case = house.cases.kept(HIGH)
    assert (case.status, case.disposition) == ("closed", "oriented")


def test_a_step_that_a_colleague_has_taken_is_told_and_nothing_typed_is_lost(
    house: House, chromium: Browser, address: str
) -> None:
    with window(chromium) as salma, window(chromium) as hind:
        for page, name in ((salma, "Salma"), (hind, "Hind")):
            log_in(page, address, name)
            page.goto(f"{address}/cases/{HIGH}")
            following(page)
        salma.locator("#way-analysis summary").click()
        salma.locator("#way-analysis [value='law.insults']").check()
        salma.locator("#way-analysis textarea").fill("mon analyse")
        step(hind, words("fr"), "analysis", "", ("law.threats",))
        # The form that is being filled in stays as it is while the page changes around it.
        expect(salma.locator("#facts")).to_contain_text("En analyse · avant : \u2068Reçu\u2069")
        expect(salma.locator("#way-analysis textarea")).to_have_value("mon analyse")
        salma.locator("#way-analysis button").click()
        expect(salma.locator("#notice")).to_contain_text("En analyse")
        expect(salma.locator(".lost")).to_contain_text("mon analyse")
        expect(salma.locator(".stages .now")).to_have_text("En analyse")


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_overdue_list_and_its_count_on_every_page(
    house: House, chromium: Browser, address: str, language: str
) -> None:
    t = words(language)
    house.cases.change(HIGH, due=NOW.date() - timedelta(days=3))
    house.cases.change(NORMAL, due=NOW.date())
    with window(chromium, f"{language}-MA") as page:
        log_in(page, address, "Salma")
        expect(page.locator("#late")).to_have_text("1")
        page.get_by_role("link", name=t("overdue.title")).click()
        rows = page.locator("tbody tr")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text(t.count("day", 3))
        page.get_by_role("link", name=HIGH).click()
        expect(page.locator("#life .late")).to_be_visible()
        page.locator("#life details").last.locator("summary").click()
        page.locator("#due-now").fill("2026-12-01")
        page.locator("#life details").last.get_by_role("button").click()
        expect(page.locator("#life .late")).to_have_count(0)
        expect(page.locator("#late")).to_be_hidden()


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_mail_becomes_a_case_without_a_chat(house: House, chromium: Browser, address: str, language: str) -> None:
    t = words(language)
    message = "<b>Bonjour</b>,\nواحد كيهدد بنتي. Son numéro : +212600000002"
    with window(chromium, f"{language}-MA") as page:
        log_in(page, address, "Salma")
        page.get_by_role("link", name=t("arrival.title")).click()
        page.locator("[name=channel]").select_option("email")
        page.locator("[name=language]").select_option("ary")
        page.locator("[name=message]").fill(message)
        page.locator("[name=email]").fill("nadia@example.org")
        page.locator("[name=categories][value=threats]").check()
        for field, value, why in (
            ("consent", "yes", "no_consent"),
            ("said_by", "parent", "nobody_said"),
            ("anonymous", "no", "anonymous"),
        ):
            page.get_by_role("button", name=t("arrival.open")).click()
            expect(page.locator("#notice")).to_contain_text(t(f"refused.{why}"))
            expect(page.locator("[name=message]")).to_have_value(message)
            page.locator(f"[name={field}]").select_option(value)
        page.get_by_role("button", name=t("arrival.open")).click()
        expect(page.locator(".letter")).to_contain_text("<b>Bonjour</b>")
        expect(page.locator("#reply")).to_have_count(0)
        expect(page.get_by_role("button", name=t("case.resume"))).to_have_count(0)
        expect(page.locator("#facts")).to_contain_text("nadia@example.org")
        expect(page.locator("#facts")).to_contain_text(t("happening.consent_noted"))
        following(page)
        step(page, t, "analysis", "", ("law.threats",))
        page.get_by_text(t("case.withdraw"), exact=True).click()
        page.get_by_role("button", name=t("case.withdraw_sure")).click()
        expect(page.locator("#rows")).to_be_visible()
        expect(page.locator("#rows")).not_to_contain_text("NEW2")
