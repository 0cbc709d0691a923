"""Counsellors together on one desk, each in a window of their own: races, transfers, notes, corrections, alarms."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from handoff.case import DangerNote, Happening, Priority
from nlu.interpretation import DangerKind
from tests.desk.browsing import following, log_in, window
from tests.desk.house import HIGH, NORMAL, NOW, URGENT, House
from tests.desk.serving import served

LONG = "كلمة " * 3_999 + "وكفى."
ATTACK = "<img src=x onerror=\"document.title='no'\"><script>document.title='no'</script>"


@pytest.fixture
def address(house: House) -> Iterator[str]:
    with served(house.app) as address:
        yield f"{address}/desk"


@pytest.fixture
def salma(chromium: Browser, address: str) -> Iterator[Page]:
    with window(chromium) as page:
        log_in(page, address, "Salma")
        yield page


@pytest.fixture
def yassine(chromium: Browser, address: str) -> Iterator[Page]:
    with window(chromium) as page:
        log_in(page, address, "Yassine")
        yield page


def test_of_two_who_take_one_wins_and_the_other_is_told_who(salma: Page, yassine: Page, address: str) -> None:
    for page in (salma, yassine):
        page.goto(f"{address}/cases/{HIGH}")
    salma.get_by_role("button", name="Prendre ce dossier").click()
    expect(salma.locator(".holder")).to_contain_text("Vous")
    # What Yassine's page still shows is what he clicks, before it hears of the change.
    yassine.evaluate(
        f"""fetch('{address}/cases/{HIGH}/take', {{method: 'POST', redirect: 'manual', headers: {{'HX-Request': 'true',
        'X-Form-Token': document.querySelector('[name=form_token]').value}}}})
        .then(answer => answer.text()).then(text => document.body.dataset.told = text)"""
    )
    expect(yassine.locator("body")).to_have_attribute("data-told", re.compile("Salma"))
    expect(yassine.locator(".holder")).to_contain_text("Salma")
    expect(yassine.get_by_role("button", name="Prendre ce dossier")).to_have_count(0)


def test_a_warm_transfer_is_refused_and_then_accepted(salma: Page, yassine: Page, address: str) -> None:
    salma.goto(f"{address}/cases/{HIGH}")
    salma.get_by_role("button", name="Prendre ce dossier").click()
    for answer, holder in (("decline", "Vous"), ("accept", "Yassine")):
        salma.locator(".handover summary").click()
        salma.get_by_label("À qui").select_option("Yassine")
        salma.locator("#note").fill("Elle préfère la darija.")
        salma.locator(".handover button.main").click()
        yassine.goto(f"{address}/cases/{HIGH}")
        expect(yassine.locator(".offer")).to_contain_text("Elle préfère la darija.")
        yassine.locator(f".offer form[action$={answer}] button").click()
        expect(salma.locator(".holder")).to_contain_text(holder)
    expect(yassine.get_by_label("Votre réponse")).to_be_visible()
    expect(salma.locator(".handover")).to_have_count(0)


def test_a_note_that_is_being_written_stays_while_the_page_changes(house: House, salma: Page, address: str) -> None:
    salma.goto(f"{address}/cases/{URGENT}")
    following(salma)
    salma.get_by_role("button", name="Prendre ce dossier").click()
    following(salma)
    salma.locator(".handover summary").click()
    salma.locator("#note").fill("je la passe")
    salma.get_by_label("Note interne").fill("à moitié")
    house.cases.write(URGENT, "child", "واش كاين شي حد؟")
    house.cases.change(URGENT, priority=Priority.NORMAL)
    expect(salma.get_by_role("log")).to_contain_text("واش كاين شي حد؟")
    expect(salma.locator("#note")).to_have_value("je la passe")
    expect(salma.get_by_label("Note interne")).to_have_value("à moitié")
    salma.keyboard.press("Escape")


def test_notes_and_tasks_are_seen_by_colleagues_at_once(salma: Page, yassine: Page, address: str) -> None:
    for page in (salma, yassine):
        page.goto(f"{address}/cases/{NORMAL}")
        following(page)
    salma.get_by_label("Note interne").fill(ATTACK)
    salma.get_by_role("button", name="Garder la note").dblclick()
    expect(yassine.locator(".notes li")).to_have_count(1)
    expect(yassine.locator(".notes p")).to_have_text(ATTACK)
    expect(salma.get_by_label("Note interne")).to_have_value("")
    yassine.get_by_text("Nouvelle tâche").click()
    yassine.get_by_label("Quoi faire").fill("Appeler le 2511")
    yassine.get_by_label("Pour le").fill("2026-11-20")
    yassine.get_by_role("button", name="Ajouter la tâche").click()
    expect(salma.locator(".tasks .late")).to_contain_text("20 nov. 2026")
    salma.get_by_role("button", name="Marquer comme fait").click()
    expect(yassine.locator(".tasks .done")).to_contain_text("fait par")
    salma.get_by_label("Note interne").fill(LONG)
    salma.get_by_role("button", name="Garder la note").click()
    expect(salma.locator("#note-form .notice")).to_contain_text("20000")
    assert salma.get_by_label("Note interne").input_value() == LONG
    assert "no" not in (salma.title(), yassine.title())


def test_a_slot_is_corrected_and_the_timeline_says_by_whom(house: House, salma: Page, address: str) -> None:
    salma.goto(f"{address}/cases/{URGENT}")
    salma.get_by_role("button", name="Prendre ce dossier").click()
    following(salma)
    salma.get_by_text("Corriger le dossier").click()
    form = salma.locator("#correct-form")
    form.get_by_label("Âge", exact=True).fill("17")
    form.get_by_label("Snapchat").check()
    form.get_by_role("button", name="Enregistrer").click()
    expect(form.locator("#form-notice")).to_have_text("Enregistré.")
    expect(salma.locator("#facts")).to_contain_text("Corrigé : \u2068Âge\u2069 · avant : \u206814\u2069 · Salma")
    expect(salma.locator("#facts")).to_contain_text("Snapchat")
    form.get_by_label("Âge", exact=True).fill("abc")
    form.get_by_role("button", name="Enregistrer").click()
    expect(form.locator("#form-notice")).to_contain_text("Rien n'a été enregistré")
    expect(form.get_by_label("Âge", exact=True)).to_have_value("abc")
    house.cases.rewrite(URGENT, age=12)
    form.get_by_label("Âge", exact=True).fill("16")
    form.get_by_label("Ville").fill("فاس")
    form.get_by_role("button", name="Enregistrer").click()
    expect(form.locator("#form-notice")).to_contain_text("a changé entre-temps")
    expect(form.get_by_label("Âge", exact=True)).to_have_value("12")
    expect(form.get_by_label("Ville")).to_have_value("فاس")
    form.get_by_role("button", name="Enregistrer").click()
    expect(salma.locator("#facts")).to_contain_text("فاس")


def test_danger_in_mid_chat_rings(house: House, salma: Page, address: str) -> None:
    salma.goto(f"{address}/cases/{HIGH}")
    salma.get_by_role("button", name="Prendre ce dossier").click()
    following(salma)
    rung = salma.locator("body").get_attribute("data-rung") or "0"
    house.cases.rewrite(
        HIGH,
        danger=DangerNote(kind=DangerKind.SELF_HARM, source="x"),
        timeline=(Happening(at=NOW, what="danger"),),
    )
    house.cases.change(HIGH, priority=Priority.URGENT)
    expect(salma.locator(".bar.urgent")).to_be_visible()
    expect(salma.locator("body")).to_have_attribute("data-rung", str(int(rung) + 1))


def test_a_new_urgent_case_is_heard_on_every_page_once(house: House, salma: Page, address: str) -> None:
    house.cases.change(URGENT, owner="counsellor", taken_by="Yassine")
    salma.goto(f"{address}/cases/{NORMAL}")
    following(salma)
    assert salma.title().startswith("Dossier")
    house.cases.change(URGENT, owner="queue", taken_by=None)
    house.changes.tell(URGENT, alarm=True)
    expect(salma.locator("#bell")).to_contain_text("Dossiers urgents en attente")
    expect(salma.locator("body")).to_have_attribute("data-rung", "1")
    assert salma.title().startswith("(1) ")
    salma.goto(f"{address}/")
    expect(salma.locator("#bell")).to_contain_text("1")
    assert salma.locator("body").get_attribute("data-rung") is None


def test_a_quick_reply_goes_into_the_box_and_no_further(house: House, salma: Page, address: str) -> None:
    salma.goto(f"{address}/cases/{URGENT}")
    salma.get_by_role("button", name="Prendre ce dossier").click()
    salma.get_by_text("Réponses rapides").click()
    salma.get_by_role("button", name="Bonjour").click()
    box = salma.get_by_label("Votre réponse")
    expect(box).to_have_value("Salam, ana Salma mn EMC-Helpline.")
    salma.get_by_text("Guides des applications").click()
    salma.get_by_role("button", name="Instagram").click()
    assert box.input_value().endswith("\nInstagram : ⋯ puis Signaler.")
    assert not house.relay.said
    box.fill("")


def test_a_reply_answers_the_message_that_was_picked(house: House, salma: Page, address: str) -> None:
    salma.goto(f"{address}/cases/{URGENT}")
    salma.get_by_role("button", name="Prendre ce dossier").click()
    told = "kaygol liya ghadi ysefet tsawer l khouya, 3afakom 3awnouni 🙏"
    picked, box, shown = (
        salma.locator(".quote").nth(1),
        salma.get_by_label("Votre réponse"),
        salma.locator("#answering"),
    )
    picked.click()
    expect(shown).to_contain_text(told)
    salma.set_viewport_size({"width": 390, "height": 844})
    assert salma.evaluate("document.documentElement.scrollWidth") <= 390
    shown.get_by_role("button", name="Ne pas y répondre").click()
    expect(shown).to_be_hidden()
    picked.click()
    box.fill("jamais de ta faute")
    salma.wait_for_function("() => performance.getEntriesByType('resource').some(e => e.name.endsWith('/typing'))")
    box.press("Control+Enter")
    expect(salma.locator(".line.counsellor .text").last).to_have_text(f"« {told} »\njamais de ta faute")
    expect(shown).to_be_hidden()
    box.fill("je reste là")
    box.press("Control+Enter")
    expect(salma.locator(".line.counsellor .text").last).to_have_text("je reste là")
    assert house.relay.typed == [(URGENT, "Salma")]
    assert [text for _, _, text in house.relay.said] == [f"« {told} »\njamais de ta faute", "je reste là"]


def test_ticks_move_on_the_open_page(house: House, yassine: Page, address: str) -> None:
    yassine.goto(f"{address}/cases/{NORMAL}")
    following(yassine)
    yassine.get_by_label("Votre réponse").fill("je suis là")
    yassine.get_by_role("button", name="Envoyer").click()
    expect(yassine.locator(".line.counsellor")).to_have_count(1)
    for how, word in (("waiting", "en route"), ("sent", "envoyé"), ("delivered", "reçu"), ("read", "lu")):
        transcript = house.cases.kept(NORMAL).transcript
        last = transcript[-1].model_copy(update={"delivery": how})
        house.cases.rewrite(NORMAL, transcript=(*transcript[:-1], last))
        expect(yassine.locator(".line.counsellor .tick")).to_have_text(word)
        expect(yassine.locator(".line.counsellor")).to_have_count(1)


def test_the_window_of_whatsapp_is_shown_and_ends(house: House, salma: Page, address: str) -> None:
    salma.goto(f"{address}/cases/{URGENT}")
    expect(salma.locator("#window")).to_contain_text("WhatsApp : encore \u206823 h")
    following(salma)
    case = house.cases.kept(URGENT)
    earlier = tuple(line.model_copy(update={"at": line.at - timedelta(days=1)}) for line in case.transcript)
    house.cases.rewrite(URGENT, transcript=earlier)
    expect(salma.locator("#window")).to_contain_text("délai de 24 h dépassé")
    salma.get_by_role("button", name="Prendre ce dossier").click()
    box = salma.get_by_label("Votre réponse")
    box.fill("tu es là ?")
    salma.get_by_role("button", name="Envoyer").click()
    expect(salma.get_by_role("alert")).to_contain_text("Votre texte reste dans la boîte")
    expect(box).to_have_value("tu es là ?")
    expect(salma.get_by_role("button", name="Inviter")).to_have_count(0)
    assert not house.relay.said
    agreed = case.consents[0].model_copy(update={"kind": "recontact"})
    house.cases.rewrite(URGENT, consents=(*case.consents, agreed))
    box.fill("")
    salma.get_by_role("button", name="Inviter").click()
    expect(salma.locator(".line.counsellor .text")).to_have_text("On continue ici quand tu veux.")
