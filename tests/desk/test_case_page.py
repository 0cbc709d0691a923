"""The queue and the case page, over HTTP."""

import html
import re

import httpx
import pytest

from handoff.case import DangerNote, Happening, Status
from nlu.interpretation import DangerKind
from tests.desk.house import HIGH, NORMAL, NOW, SEALED, URGENT, House, Visitor, full_case

pytestmark = pytest.mark.asyncio


def seen(page: str) -> dict[str, str]:
    return dict(re.findall(r'id="seen-\w+" name="(\w+)" value="(\w*)"', page))


async def live(visitor: Visitor, reference: str, marks: dict[str, str]) -> httpx.Response:
    headers = {"HX-Request": "true"}
    return await visitor.get(f"/desk/cases/{reference}/live", params=marks, headers=headers)


async def test_the_queue_is_in_the_order_of_the_store_and_says_who_waits(visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    page = (await visitor.get("/desk/")).text
    assert re.findall(r'id="open-([\w-]+)"', page) == [URGENT, NORMAL, HIGH]
    assert "4 min" in page.replace("\xa0", " ")
    assert "Darija (lettres arabes)" in page
    assert SEALED not in page


async def test_all_cases_show_the_closed_ones_too(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    house.cases.change(HIGH, status=Status.CLOSED)
    assert HIGH not in (await visitor.get("/desk/")).text
    assert HIGH in (await visitor.get("/desk/?all=1")).text


async def test_a_sealed_case_is_for_supervisors(visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    assert (await visitor.get(f"/desk/cases/{SEALED}")).status_code == 403
    await visitor.log_in("Hind")
    assert SEALED in (await visitor.get("/desk/")).text
    assert (await visitor.get(f"/desk/cases/{SEALED}")).status_code == 200


async def test_every_field_that_is_set_is_on_the_page(visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    page = html.unescape((await visitor.get(f"/desk/cases/{URGENT}")).text)
    case = full_case()
    for said in (case.narrative, case.city, case.impact, case.aggressor, case.demands):
        assert f'<span dir="auto">{said}</span>' in page
    assert "media-1" not in page
    assert "<h3>Questions propres à la ligne</h3>" in page
    assert re.search(r"<dt>teacher_told \(fr\) \?</dt>\s*<dd><span dir=\"auto\">= False</span></dd>", page)
    for code in (
        "06 00 00 00 01",
        case.evidence[1].value,
        URGENT,
        "14",
        "06 00 00 00 09",
        "consent.ask 3f2a ary",
    ):
        assert f'<bdi dir="ltr">{code}</bdi>' in page
    for label in (
        "Suicide ou automutilation", "En sécurité maintenant", "En analyse", "Accord donné", "L'enfant concerné",
        "Moins de 16 ans", "Fille", "Darija (lettres arabes)", "WhatsApp", "Instagram", "Photo", "Menaces",
        "Chantage", "3 mois", "de l'auteur", "Adulte de confiance", "La famille est au courant", "Nour",
        "Psychologique", "Juridique", "Garder ce qui est dit", "Danger signalé · bot", "Urgent",
        "Humain demandé · Danger", "Peut être recontacté",
    ):  # fmt: skip
        assert label in page, label


async def test_links_of_the_evidence_are_text(visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    page = (await visitor.get(f"/desk/cases/{URGENT}")).text
    assert '<bdi dir="ltr">https://example.org/profil?id=77</bdi>' in page
    assert '<bdi dir="ltr">+212600000001</bdi>' in page
    assert not [
        link for link in re.findall(r'(?:href|src|action)="([^"]+)"', page) if not link.startswith(("/desk/", "#"))
    ]


ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea></p><h1>x</h1>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1) ' onclick='x",
    "\u202e\u2066<b>",
]


@pytest.mark.parametrize("attack", ATTACKS)
async def test_pasted_html_is_shown_as_text(house: House, visitor: Visitor, attack: str) -> None:
    await visitor.log_in("Salma")
    case = full_case()
    house.cases.rewrite(URGENT, narrative=attack, city=attack, aggressor=attack)
    house.cases.write(URGENT, "child", attack)
    before = seen((await visitor.get(f"/desk/cases/{URGENT}")).text) | {"lines": str(len(case.transcript))}
    for page in (
        (await visitor.get(f"/desk/cases/{URGENT}")).text,
        (await live(visitor, URGENT, before)).text,
    ):
        # Jinja writes quotes as numbers, html.escape by name.
        assert html.escape(attack).replace("&quot;", "&#34;").replace("&#x27;", "&#39;") in page
        assert attack not in page or "<" not in attack


async def test_a_reply_is_sent_and_shown(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Yassine")
    answer = await visitor.fill(f"/cases/{NORMAL}/reply", text="Bonjour,\r\nje t'écoute.", key="k1")
    assert answer.headers["location"] == f"/desk/cases/{NORMAL}"
    assert house.relay.said == [(NORMAL, "Yassine", "Bonjour,\nje t'écoute.")]
    assert "je t&#39;écoute." in (await visitor.get(f"/desk/cases/{NORMAL}")).text


async def test_a_form_sent_twice_is_one_reply(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Yassine")
    for script in (False, True, True):
        assert (await visitor.fill(f"/cases/{NORMAL}/reply", script, text="une fois", key="k1")).status_code < 400
    assert len(house.relay.said) == 1


async def test_a_changed_text_and_a_new_form_are_new_replies(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Yassine")
    for text, key in (("oui", "k1"), ("oui, bien sûr", "k1"), ("oui", "k2")):
        await visitor.fill(f"/cases/{NORMAL}/reply", text=text, key=key)
    assert [text for *_, text in house.relay.said] == ["oui", "oui, bien sûr", "oui"]


async def test_each_form_has_its_own_key(visitor: Visitor) -> None:
    await visitor.log_in("Yassine")
    pages = [(await visitor.get(f"/desk/cases/{NORMAL}")).text for _ in range(2)]
    pages.append((await visitor.fill(f"/cases/{NORMAL}/reply", True, text="x", key="k")).text)
    keys = [re.search(r'id="reply-key" name="key" value="([\w-]{16,})"', page) for page in pages]
    assert len({key[1] for key in keys if key}) == 3


@pytest.mark.parametrize("letter", ["a", "م", "😀"])
async def test_a_reply_of_20000_characters_keeps_its_text(house: House, visitor: Visitor, letter: str) -> None:
    await visitor.log_in("Yassine")
    text = letter * 20_000
    page = await visitor.fill(f"/cases/{NORMAL}/reply", text=text, key="k1")
    assert page.status_code == 422
    assert "20000 caractères, le maximum est de 4000" in page.text
    assert re.search(rf'<textarea id="text"[^>]*>\n{text}</textarea>', page.text)
    assert 'name="key" value="k1"' in page.text
    assert not house.relay.said


@pytest.mark.parametrize(
    ("who", "reference", "said"),
    [("Salma", NORMAL, "Yassine\u2069 tient ce dossier."), ("Salma", HIGH, "Prenez d&#39;abord ce dossier")],
)
async def test_only_the_holder_writes(house: House, visitor: Visitor, who: str, reference: str, said: str) -> None:
    await visitor.log_in(who)
    assert 'id="reply"' not in (await visitor.get(f"/desk/cases/{reference}")).text
    for action in ("reply", "release", "close"):
        answer = await visitor.fill(f"/cases/{reference}/{action}", text="gardez ceci", key="k")
        assert answer.status_code == 409
        assert said in answer.text
        assert "gardez ceci" in answer.text
    assert not house.relay.said


async def test_two_who_take_at_once(house: House, visitor: Visitor) -> None:
    async with Visitor(house) as other:
        await visitor.log_in("Salma")
        await other.log_in("Yassine")
        assert (await visitor.fill(f"/cases/{URGENT}/take")).status_code == 303
        late = await other.fill(f"/cases/{URGENT}/take")
        assert late.status_code == 409
        assert "Salma\u2069 tient ce dossier." in late.text


@pytest.mark.parametrize("reference", ["XXXX-0000", "%2e%2e", "%00", "a" * 3000, "<script>", "'; drop table cases"])
@pytest.mark.parametrize("action", ["", "/live", "/take", "/reply", "/release", "/close"])
async def test_a_forged_reference(house: House, visitor: Visitor, reference: str, action: str) -> None:
    await visitor.log_in("Salma")
    path = f"/cases/{reference}{action}"
    if action in ("", "/live"):
        answer = await visitor.get(f"/desk{path}")
    else:
        answer = await visitor.fill(path, text="x", key="k")
    assert answer.status_code in (404, 405)
    assert "<script>" not in answer.text.replace("<script defer", "")
    assert not house.relay.said


async def test_a_case_that_still_talks_with_the_bot_can_be_taken(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    house.cases.change(HIGH, owner="bot")
    assert "Prendre la suite du robot" in (await visitor.get(f"/desk/cases/{HIGH}")).text
    assert (await visitor.fill(f"/cases/{HIGH}/take")).status_code == 303
    assert "Rendre au robot" in (await visitor.get(f"/desk/cases/{HIGH}")).text


async def test_numbers_and_addresses_keep_their_direction(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    house.cases.write(URGENT, "child", "رقمو 06 00 00 00 01 عندي 14 عام <https://example.org/?a=1&b=2>")
    page = (await visitor.get(f"/desk/cases/{URGENT}")).text
    assert 'رقمو <bdi dir="ltr">06 00 00 00 01</bdi> عندي 14 عام &lt;<bdi' in page
    assert '<bdi dir="ltr">https://example.org/?a=1&amp;b=2</bdi>&gt;' in page
    house.cases.write(URGENT, "child", "الكونط ديالو @rami.99 والإيميل a@b.example")
    page = (await visitor.get(f"/desk/cases/{URGENT}")).text
    assert 'ديالو <bdi dir="ltr">@rami.99</bdi> والإيميل a@b.example' in page


async def test_danger_is_named_with_whom_to_call(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    house.cases.rewrite(URGENT, danger=DangerNote(kind=DangerKind.SELF_HARM, source="lexicon.wants_to_die"))
    page = (await visitor.get(f"/desk/cases/{URGENT}")).text
    assert '<span class="chip urgent">Suicide ou automutilation</span>' in page
    assert "lexicon" not in page
    numbers = re.search(r'class="numbers">(.*?)</p>', page)
    assert numbers
    assert re.findall(r"\d+", numbers[1]) == ["19", "177", "2511"]
    assert 'class="numbers"' not in (await visitor.get(f"/desk/cases/{NORMAL}")).text


async def test_a_refusal_leads_back_to_the_case(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    house.cases.rewrite(NORMAL, consents=())
    refused = await visitor.get(f"/desk/cases/{NORMAL}/report/police")
    assert (refused.status_code, f'href="/desk/cases/{NORMAL}">Retour au dossier' in refused.text) == (403, True)
    assert "Retour à la file" in (await visitor.get("/desk/cases/AAAA-AAAA")).text


async def test_the_timeline_says_each_thing_once(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    case = full_case()
    handoff = case.handoff.model_copy(update={"taken_by": "Salma", "taken_at": NOW}) if case.handoff else None
    house.cases.rewrite(URGENT, handoff=handoff)
    page = (await visitor.get(f"/desk/cases/{URGENT}")).text
    assert page.count("Pris · Salma") == 1
    noted = Happening(at=NOW, what="taken", by="Salma")
    house.cases.rewrite(URGENT, handoff=handoff, timeline=(*case.timeline, noted))
    assert (await visitor.get(f"/desk/cases/{URGENT}")).text.count("Pris · Salma") == 1


async def test_closing_says_so(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Yassine")
    undecided = await visitor.fill(f"/cases/{NORMAL}/close", why="Elle rappellera.")
    assert undecided.status_code == 422
    assert "comment le dossier se termine" in undecided.text
    assert (await visitor.fill(f"/cases/{NORMAL}/close", disposition="helped")).status_code == 303
    page = (await visitor.get(f"/desk/cases/{NORMAL}")).text
    assert 'id="reply"' not in page
    assert "Clos" in page
    late = await visitor.fill(f"/cases/{NORMAL}/reply", text="encore", key="k")
    assert late.status_code == 409
    assert "Ce dossier est clos" in late.text


async def test_live_sends_only_what_is_new(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Yassine")
    marks = seen((await visitor.get(f"/desk/cases/{NORMAL}")).text)
    quiet = (await live(visitor, NORMAL, marks)).text
    assert "#lines" not in quiet
    assert "#bar" not in quiet
    house.cases.write(NORMAL, "child", "encore là")
    new = (await live(visitor, NORMAL, marks)).text
    assert new.count('class="line ') == 1
    assert 'hx-swap-oob="beforeend:#lines"' in new
    assert "#facts" not in new
    assert "encore là" not in (await live(visitor, NORMAL, seen(new))).text


async def test_live_brings_the_box_to_who_has_taken_the_case_elsewhere(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    marks = seen((await visitor.get(f"/desk/cases/{URGENT}")).text)
    await house.relay.take(URGENT, "Salma")
    piece = (await live(visitor, URGENT, marks)).text
    assert 'id="reply"' in piece
    assert 'id="reply"' not in (await live(visitor, URGENT, seen(piece))).text


async def test_a_withdrawn_case_empties_the_screen(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    marks = seen((await visitor.get(f"/desk/cases/{URGENT}")).text)
    house.cases.rewrite(URGENT, transcript=(), narrative=None, status=Status.WITHDRAWN, evidence=())
    piece = (await live(visitor, URGENT, marks)).text
    assert '<ol hx-swap-oob="innerHTML:#lines"></ol>' in piece
    assert "#facts" in piece
    assert "+212600000001" not in piece


async def test_a_case_that_is_erased_empties_the_screen(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    marks = seen((await visitor.get(f"/desk/cases/{URGENT}")).text)
    house.cases.forget(URGENT)
    gone = await live(visitor, URGENT, marks)
    assert gone.status_code == 404
    assert '<ol hx-swap-oob="innerHTML:#lines"></ol>' in gone.text
    assert '<div hx-swap-oob="innerHTML:#facts"></div>' in gone.text


@pytest.mark.parametrize("lines", ["-1", "x", "٣", "9" * 30, ""])
async def test_a_wrong_count_redraws_the_transcript(visitor: Visitor, lines: str) -> None:
    await visitor.log_in("Salma")
    answer = await live(visitor, URGENT, {"lines": lines})
    assert answer.status_code == 200
    assert 'hx-swap-oob="innerHTML:#lines"' in answer.text


async def test_no_word_of_the_child_in_the_title_or_the_address(visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    page = (await visitor.get(f"/desk/cases/{URGENT}")).text
    assert re.search(r"<title>(.+)</title>", page)[1] == f"Dossier \u2068{URGENT}\u2069 · M3ak"  # type: ignore[index]
