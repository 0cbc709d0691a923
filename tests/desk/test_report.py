"""Reports and exports, over HTTP: what leaves, with which consent, and what the trail says."""

import csv
import html
import json
import re
from datetime import timedelta
from io import StringIO

import pytest

from handoff.case import Case, Consent, Evidence, Status
from handoff.port import Act
from nlu.interpretation import ContentType, Platform
from tests.desk.house import HIGH, NOW, SEALED, URGENT, House, Visitor, full_case

pytestmark = pytest.mark.asyncio
KEY = "k" * 22
EXPORTS = {
    "/transcript": "processing", "/transcript?save=1&lang=ar": "processing", "/case.json": "processing",
    "/report/iwf": "processing", "/report/meta": "platform_report", "/report/meta.json": "platform_report",
    "/report/meta.csv": "platform_report", "/report/platform": "platform_report",
    "/report/police": "police_complaint", "/report/police/sheet": "police_complaint",
}  # fmt: skip
NAMES = {
    "processing": "Garder ce qui est dit", "platform_report": "Signaler à la plateforme",
    "police_complaint": "Plainte à la police",
}  # fmt: skip
WORDS = ("كيهددني", "+212600000001", "06 00 00 00 01", "example.org")
"""What of the case must not stand in a refusal."""


def without(case: Case, kind: str) -> tuple[Consent, ...]:
    return tuple(consent for consent in case.consents if consent.kind != kind)


def with_tiktok(house: House) -> None:
    house.cases.rewrite(URGENT, platforms=(Platform.TIKTOK, Platform.WHATSAPP))


@pytest.mark.parametrize("path", EXPORTS)
async def test_an_export_without_its_consent_says_which_is_missing(house: House, visitor: Visitor, path: str) -> None:
    await visitor.log_in("Salma")
    with_tiktok(house)
    kind = EXPORTS[path]
    assert (await visitor.get(f"/desk/cases/{URGENT}{path}")).status_code == 200
    house.cases.rewrite(URGENT, consents=without(full_case(), kind))
    house.trail.noted.clear()
    before = house.cases.kept(URGENT)
    answer = await visitor.get(f"/desk/cases/{URGENT}{path}")
    assert answer.status_code == 403
    assert f"il manque l&#39;accord de l&#39;enfant « \u2068{NAMES[kind]}\u2069 »" in answer.text
    assert not [word for word in WORDS if word in answer.text]
    assert house.trail.noted == [Act(house.now, "Salma", "refused", URGENT)]
    assert house.cases.kept(URGENT) == before


@pytest.mark.parametrize("path", EXPORTS)
async def test_nothing_leaves_of_a_withdrawn_or_a_sealed_case(house: House, visitor: Visitor, path: str) -> None:
    await visitor.log_in("Hind")
    with_tiktok(house)
    for status, said in ((Status.WITHDRAWN, "a retiré ce dossier"), (Status.SEALED, "ce dossier est scellé")):
        house.cases.rewrite(URGENT, status=status)
        house.cases.change(URGENT, status=status)
        answer = await visitor.get(f"/desk/cases/{URGENT}{path}")
        assert answer.status_code == 409
        assert said in answer.text
        assert not [word for word in WORDS if word in answer.text]
        page = await visitor.get(f"/desk/cases/{URGENT}/report")
        assert page.status_code == 200
        assert said in page.text
        assert "meta.json" not in page.text
        assert "/transcript" not in page.text


async def test_a_counsellor_is_not_told_of_a_sealed_case(visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    for path in ("/report", *EXPORTS):
        assert (await visitor.get(f"/desk/cases/{SEALED}{path}")).status_code == 403
    assert (await visitor.fill(f"/cases/{SEALED}/report/sent", key=KEY, door="meta")).status_code == 403


async def test_metas_files_and_page_are_the_case(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    case = full_case()
    answer = await visitor.get(f"/desk/cases/{URGENT}/report/meta.json")
    assert answer.headers["content-disposition"] == f'attachment; filename="{URGENT}-meta.json"'
    told = json.loads(answer.text)
    assert told["sex"] == case.gender
    assert told["age"] == case.age_band
    assert told["illegal_content"] == list(case.categories)
    assert told["platforms"] == list(case.platforms)
    assert told["content_types"] == ["photo"]
    assert told["links"] == [case.evidence[1].value]
    assert told["accounts"] == [case.evidence[0].value]
    sheet = (await visitor.get(f"/desk/cases/{URGENT}/report/meta.csv")).content.decode("utf-8-sig")
    (row,) = csv.DictReader(StringIO(sheet, newline=""))
    assert row["accounts"] == "'+212600000001", "a spreadsheet must not count with it"
    read = {name: row[name].split("\n") if isinstance(value, list) else row[name] for name, value in told.items()}
    assert read == told | {"accounts": ["'+212600000001"]}
    page = html.unescape((await visitor.get(f"/desk/cases/{URGENT}/report/meta")).text)
    values = re.findall(r'class="value" dir="\w+">([^<]*)<', page)
    assert values == [
        "Féminin", "Moins de 16 ans", "Menaces, Chantage", "Photo", "Whatsapp", "Instagram", *told["links"],
        *told["accounts"],
    ]  # fmt: skip
    assert "Nour" not in page


async def test_the_page_for_meta_names_what_the_form_still_asks(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    house.cases.rewrite(URGENT, gender=None, content_types=(ContentType.VOICE,))
    page = (await visitor.get(f"/desk/cases/{URGENT}/report/meta")).text
    assert "Le formulaire demande encore : \u2068Sexe, Type de contenu\u2069." in page


async def test_the_iwf_is_told_where_and_what_kind_and_no_more(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    own = Evidence(kind="url", value="https://example.org/moi", whose="own")
    picture = Evidence(kind="image", value="capture.png", whose="aggressor")
    house.cases.rewrite(URGENT, evidence=(*full_case().evidence, own, picture))
    page = html.unescape((await visitor.get(f"/desk/cases/{URGENT}/report/iwf")).text)
    assert re.findall(r'class="value" dir="\w+">([^<]*)<', page) == ["https://example.org/profil?id=77", "Photo"]
    assert 'href="https://iwf.example/maroc"' in page
    for word in ("/moi", "capture.png", "Nour", "تازة", "212600", "كيهددني"):
        assert word not in page
    assert house.trail.noted[-1] == Act(house.now, "Salma", "exported_iwf", URGENT)


async def test_another_platform_has_its_address_and_its_guide(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    answer = await visitor.get(f"/desk/cases/{URGENT}/report/platform")
    assert answer.status_code == 409
    assert "aucune autre plateforme" in answer.text
    house.cases.rewrite(URGENT, platforms=(Platform.SNAPCHAT, Platform.TIKTOK, Platform.PHONE))
    page = (await visitor.get(f"/desk/cases/{URGENT}/report")).text
    assert re.findall(r'report/platform\?to=(\w+)"', page) == ["snapchat", "tiktok"]
    page = (await visitor.get(f"/desk/cases/{URGENT}/report/platform?to=tiktok")).text
    assert 'href="mailto:abus@tiktok.example"' in page
    assert 'name="platform" value="tiktok"' in page
    for to in ("instagram", "phone", "x", "<b>"):
        assert (await visitor.get(f"/desk/cases/{URGENT}/report/platform?to={to}")).status_code == 409


async def test_the_case_leaves_as_json_and_on_paper_with_or_without_the_chat(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    case = full_case()
    answer = await visitor.get(f"/desk/cases/{URGENT}/case.json")
    assert answer.headers["content-disposition"] == f'attachment; filename="{URGENT}.json"'
    assert json.loads(answer.text) == case.document()
    short = json.loads((await visitor.get(f"/desk/cases/{URGENT}/case.json?chat=0")).text)
    assert short == case.document() | {"transcript": []}
    said = "kaygol liya ghadi ysefet"
    for query, language, chat in (("", "fr", True), ("?lang=ar&chat=0", "ar", False), ("?lang=xx", "fr", True)):
        page = (await visitor.get(f"/desk/cases/{URGENT}/transcript{query}")).text
        assert f'<html lang="{language}"' in page
        assert (said in page) is chat
        assert case.city
        assert case.city in page
    acts = [act.what for act in house.trail.noted]
    assert acts == ["exported_case"] * 2 + ["printed"] * 3


async def test_the_sheet_for_a_complaint_leaves_out_what_the_team_thinks(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    page = html.unescape((await visitor.get(f"/desk/cases/{URGENT}/report/police/sheet?lang=fr")).text)
    for said in ("Nour", "06 00 00 00 01", "500 درهم", "Il veut de l'argent", "Plainte à la police"):
        assert said in page
    for kept in ("lexicon.want_to_die", "Priorité", "Étapes", "En analyse", "ghadi ysefet"):
        assert kept not in page
    assert "teacher_told" not in page
    assert "ghadi ysefet" in (await visitor.get(f"/desk/cases/{URGENT}/report/police/sheet?chat=1")).text
    assert [act.what for act in house.trail.noted] == ["exported_police"] * 2


async def test_what_was_sent_is_kept_as_it_was_and_its_answer_beside_it(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    for _ in range(2):
        answer = await visitor.fill(f"/cases/{URGENT}/report/sent", key=KEY, door="meta")
        assert answer.headers["location"] == f"/desk/cases/{URGENT}/report"
    house.cases.rewrite(URGENT, gender=None)
    (sent,) = await house.reports.of_case(URGENT)
    assert (sent.door, sent.by, sent.at, sent.content["sex"]) == ("meta", "Salma", NOW, "female")
    page = (await visitor.get(f"/desk/cases/{URGENT}/report")).text
    assert "En attente de réponse" in page
    fields = {"report": KEY, "outcome": "removed", "on": "2026-11-23", "text": "Retiré en 2 h, réf. 12."}
    assert (await visitor.fill(f"/cases/{URGENT}/report/outcome", False, **fields)).status_code == 303
    page = html.unescape((await visitor.get(f"/desk/cases/{URGENT}/report")).text)
    assert "Contenu retiré" in page
    assert "Retiré en 2 h, réf. 12." in page
    assert "réponse du \u206823 nov. 2026\u2069, notée par \u2068Salma\u2069" in page
    sheet = (await visitor.get(f"/desk/cases/{URGENT}")).text
    assert "Signalé à Meta · Salma" in sheet
    assert "Contenu retiré · Salma" in sheet


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"key": KEY, "door": "elsewhere"}, "pas complet"),
        ({"key": "short", "door": "meta"}, "pas complet"),
        ({"key": KEY, "door": "platform", "platform": "<b>"}, "pas complet"),
        ({"key": KEY, "door": "platform", "platform": "tiktok"}, "aucune autre plateforme"),
        ({"key": KEY, "door": "platform"}, "aucune autre plateforme"),
    ],
)
async def test_what_cannot_have_been_sent_is_not_noted(
    house: House, visitor: Visitor, fields: dict[str, str], said: str
) -> None:
    await visitor.log_in("Salma")
    before = house.cases.kept(URGENT)
    answer = await visitor.fill(f"/cases/{URGENT}/report/sent", False, **fields)
    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert not await house.reports.of_case(URGENT)
    assert house.cases.kept(URGENT) == before


async def test_sending_needs_the_consent_as_well(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    answer = await visitor.fill(f"/cases/{HIGH}/report/sent", key=KEY, door="iwf")
    assert answer.status_code == 403
    assert NAMES["processing"] in answer.text
    assert not await house.reports.of_case(HIGH)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"outcome": "maybe"}, "choisissez la réponse"),
        ({"on": "2026-11-24"}, "entre l&#39;envoi du signalement et aujourd&#39;hui"),
        ({"on": "2026-11-22"}, "entre l&#39;envoi du signalement et aujourd&#39;hui"),
        ({"on": "hier"}, "entre l&#39;envoi du signalement et aujourd&#39;hui"),
        ({"text": "x" * 1001}, "Trop long"),
        ({"report": "other"}, "n&#39;existe plus"),
    ],
)
async def test_an_answer_that_cannot_be_is_refused_and_its_note_is_kept(
    house: House, visitor: Visitor, wrong: dict[str, str], said: str
) -> None:
    await visitor.log_in("Salma")
    await visitor.fill(f"/cases/{URGENT}/report/sent", key=KEY, door="meta")
    fields = {"report": KEY, "outcome": "accepted", "on": "2026-11-23", "text": "à garder"} | wrong
    answer = await visitor.fill(f"/cases/{URGENT}/report/outcome", False, **fields)
    assert answer.status_code in (404, 422)
    assert said in answer.text
    assert fields["text"] in answer.text
    (sent,) = await house.reports.of_case(URGENT)
    assert sent.outcome is None


async def test_no_word_of_the_child_in_an_address_or_a_title(visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    for path in ("/report", "/report/meta", "/report/iwf", "/report/police"):
        page = (await visitor.get(f"/desk/cases/{URGENT}{path}")).text
        for found in re.findall(r'(?:href|action|src)="([^"]*)"|<title>(.*)</title>', page):
            assert not [word for word in (*WORDS, "Nour") if word in "".join(found)]


async def test_whoever_holds_the_case_can_have_the_child_asked(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    house.cases.rewrite(URGENT, consents=without(full_case(), "platform_report"))
    page = f"/desk/cases/{URGENT}/report"
    assert 'name="consent"' not in (await visitor.get(page)).text
    assert (await visitor.fill(f"/cases/{URGENT}/report/ask", consent="platform_report")).status_code == 409
    await house.relay.take(URGENT, "Salma")
    assert 'name="consent" value="platform_report"' in (await visitor.get(page)).text
    answer = await visitor.fill(f"/cases/{URGENT}/report/ask", consent="platform_report")
    assert answer.headers["location"] == f"/desk/cases/{URGENT}"
    assert house.cases.kept(URGENT).transcript[-1].from_ == "system"
    lines = len(house.cases.kept(URGENT).transcript)
    for consent in ("processing", "improvement", "<b>", ""):
        assert (await visitor.fill(f"/cases/{URGENT}/report/ask", consent=consent)).status_code == 422
    long_ago = [
        line.model_copy(update={"at": line.at - timedelta(days=2)}) for line in house.cases.kept(URGENT).transcript
    ]
    house.cases.rewrite(URGENT, transcript=tuple(long_ago))
    late = await visitor.fill(f"/cases/{URGENT}/report/ask", consent="platform_report")
    assert late.status_code == 409
    assert "WhatsApp ne prend plus de réponse libre" in late.text
    assert len(house.cases.kept(URGENT).transcript) == lines


async def test_where_there_is_no_chat_the_consent_is_said_and_noted(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    house.cases.rewrite(URGENT, consents=without(full_case(), "police_complaint"))
    house.cases.change(URGENT, chat=False, owner="counsellor", taken_by="Salma")
    page = f"/desk/cases/{URGENT}/report"
    shown = (await visitor.get(page)).text
    assert "Vous relirez ce qui leur est remis." in shown
    assert "Poser la question" not in shown
    path = f"/cases/{URGENT}/report/agree"
    for consent, who in (("processing", "parent"), ("police_complaint", "")):
        assert (await visitor.fill(path, consent=consent, said_by=who)).status_code == 422
    answer = await visitor.fill(path, consent="police_complaint", said_by="parent")
    assert answer.headers["location"] == page
    assert (await visitor.get(f"{page}/police/sheet")).status_code == 200
    assert "Accord donné par · Parent · Salma" in (await visitor.get(f"/desk/cases/{URGENT}")).text


async def test_once_a_report_is_sent_the_next_step_is_offered(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    for status in (Status.ANALYSIS, Status.TREAT):
        house.cases.rewrite(URGENT, status=status)
        house.cases.change(URGENT, status=status)
        await visitor.fill(f"/cases/{URGENT}/report/sent", key=KEY, door="meta")
        page = (await visitor.get(f"/desk/cases/{URGENT}/report")).text
        assert ('name="to" value="reported"' in page) is (status is Status.TREAT)
    await house.relay.take(URGENT, "Yassine")
    assert 'name="to"' not in (await visitor.get(f"/desk/cases/{URGENT}/report")).text
    await house.relay.release(URGENT, "Yassine")
    answer = await visitor.fill(f"/cases/{URGENT}/move", before="treat", to="reported")
    assert answer.headers["location"] == f"/desk/cases/{URGENT}"
    assert house.cases.kept(URGENT).status is Status.REPORTED
    assert 'name="to"' not in (await visitor.get(f"/desk/cases/{URGENT}/report")).text
