"""Beside a case, without scripts and with bad input: a clear answer, nothing changed."""

import json
from typing import Any

import pytest

from handoff.casework import QuickReply
from nlu.interpretation import Language
from tests.desk.house import HIGH, NORMAL, SEALED, URGENT, House, Visitor

KEY = "k" * 22
SHOWN = {"age": 14, "categories": ["threats", "blackmail"], "status": "analysis", "duration": "P3M", "city": "تازة"}
SAME = {"age": "14", "categories": ["threats", "blackmail"], "status": "analysis", "duration": "3",
        "duration_unit": "M", "city": "تازة"}  # fmt: skip


async def correct(visitor: Visitor, shown: Any = SHOWN, **typed: Any) -> Any:
    form = {"form_token": await visitor.form_token(), "shown": json.dumps(shown), **SAME, **typed}
    return await visitor.post(f"/desk/cases/{URGENT}/correct", data=form)


async def test_a_correction_changes_what_was_changed_and_nothing_else(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    await house.relay.take(URGENT, "Salma")
    before = house.cases.kept(URGENT)
    assert (await correct(visitor, duration="2", duration_unit="W", categories=["threats"])).status_code == 303
    after = house.cases.kept(URGENT)
    assert (after.duration, after.categories, after.age) == ("P2W", ("threats",), 14)
    assert [line.what for line in after.timeline[len(before.timeline) :]] == [
        "corrected.categories",
        "corrected.duration",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        {"age": "-1"}, {"age": "1e3"}, {"age": "١٤٠"}, {"categories": ["threats", "x"]}, {"status": "withdrawn"},
        {"status": ""}, {"duration": "trois"}, {"duration_unit": "X9"}, {"city": "x" * 4001},
        {"shown": "{"}, {"shown": "[]"}, {"shown": "7"}, {"shown": "null"},
    ],
)  # fmt: skip
async def test_what_no_case_can_hold_is_refused(house: House, visitor: Visitor, typed: dict[str, Any]) -> None:
    await visitor.log_in("Salma")
    await house.relay.take(URGENT, "Salma")
    before = house.cases.kept(URGENT)
    answer = await correct(visitor, **typed)
    assert answer.status_code in (303, 422)
    assert house.cases.kept(URGENT) == before


async def test_what_may_not_be_corrected_is_not(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    await house.relay.take(URGENT, "Salma")
    before = house.cases.kept(URGENT)
    await correct(visitor, {"anonymous": False, "reference": URGENT}, anonymous="yes", reference=HIGH)
    assert house.cases.kept(URGENT) == before
    minimal = before.model_copy(update={"basis": "vital_interest"})
    house.cases.rewrite(URGENT, basis="vital_interest")
    await correct(visitor, city="Fès")
    assert house.cases.kept(URGENT) == minimal


async def test_only_who_holds_a_case_corrects_it_but_a_supervisor_may(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Yassine")
    answer = await correct(visitor, age="15")
    assert answer.status_code == 409
    assert "abord le prendre" in answer.text
    async with Visitor(house) as hind:
        await hind.log_in("Hind")
        assert (await correct(hind, age="15")).status_code == 303
    assert house.cases.kept(URGENT).age == 15


@pytest.mark.parametrize("path", ["note", "task", "task-done", "correct"])
async def test_a_sealed_case_and_one_that_is_none_take_nothing(visitor: Visitor, path: str) -> None:
    await visitor.log_in("Salma")
    for reference, status in ((SEALED, 403), ("ZZZZ-ZZZZ", 404)):
        answer = await visitor.fill(f"/cases/{reference}/{path}", text="x", key=KEY, task="t", shown="{}")
        assert answer.status_code == status


async def test_notes_that_cannot_be_kept_are_shown_again(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Yassine")
    for fields in ({"text": "", "key": KEY}, {"text": "x", "key": "<b>"}, {"text": "x" * 4001, "key": KEY}):
        answer = await visitor.fill(f"/cases/{NORMAL}/note", text=fields["text"], key=fields["key"])
        assert answer.status_code == 422
        assert not fields["text"] or fields["text"] in answer.text
    late = await visitor.fill(f"/cases/{NORMAL}/task", text="Appeler", due="2026-02-31", key=KEY)
    assert late.status_code == 422
    assert (await house.casework.work(NORMAL)).notes == ()
    assert (await house.casework.work(NORMAL)).tasks == ()


async def test_a_quick_reply_needs_all_varieties_and_known_words(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Hind")
    texts = {f"text.{code}": "Salam {counsellor}" for code in ("ary", "ary-Latn", "ar", "fr")}
    for fields, why in (
        ({**texts, "text.ar": " "}, "quatre langues"),
        ({**texts, "text.fr": "Bonjour {counsellor.password_hash} {x}"}, "inconnu"),
        ({**texts, "text.fr": "x" * 4001}, "Trop long"),
    ):
        answer = await visitor.post(
            "/desk/phrases", data={"form_token": await visitor.form_token(), "title": "Neuf", **fields}
        )
        assert answer.status_code == 422
        assert why in answer.text
    assert len(await house.casework.quick_replies()) == 1


async def test_the_first_quick_replies_have_a_title_in_the_language_of_the_desk(house: House, visitor: Visitor) -> None:
    texts = dict.fromkeys(Language, "Salam {counsellor}")
    await house.casework.save_quick_reply(QuickReply("goodbye", "Au revoir", texts))
    await house.casework.save_quick_reply(QuickReply("still_here", "Attendre un peu", texts))
    await visitor.log_in("Salma")
    await house.relay.take(URGENT, "Salma")
    french = (await visitor.get(f"/desk/cases/{URGENT}")).text
    arabic = (await visitor.get(f"/desk/cases/{URGENT}", headers={"Accept-Language": "ar"})).text
    assert "Au revoir" in french
    assert "إلى اللقاء" in arabic
    assert "Au revoir" not in arabic
    assert "Attendre un peu" in arabic, "a title that a supervisor wrote stays"


async def test_the_transcript_is_a_page_and_a_file_that_needs_nothing_else(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    house.cases.write(URGENT, "child", "<script>alert(1)</script>")
    page = await visitor.get(f"/desk/cases/{URGENT}/transcript")
    saved = await visitor.get(f"/desk/cases/{URGENT}/transcript?save=1")
    for text in (page.text, saved.text):
        assert "&lt;script&gt;alert(1)" in text
        assert "كيهددني فواتساب" in text
    assert saved.headers["content-disposition"] == f'attachment; filename="{URGENT}.html"'
    assert "<link" not in saved.text
    assert "src=" not in saved.text
    assert [act.what for act in house.trail.noted] == ["printed", "printed"]
