"""Teaching at the desk: a message is labelled, tried, written or dropped."""

import re

import pytest

from handoff.lesson import Draft
from tests.desk.house import House, Visitor

LINE = 'f dak lblan dyal [tsawer](content_type) [insta]{"entity": "platform", "value": "instagram"}'
FIELDS = {"line": LINE, "intent": "report_incident", "language": "ary-Latn", "sample": "s1"}


@pytest.fixture
async def trainer(visitor: Visitor) -> Visitor:
    await visitor.log_in("Karim")
    return visitor


async def test_what_waits_is_listed_and_opened(trainer: Visitor) -> None:
    page = (await trainer.get("/desk/lessons")).text
    assert "f dak lblan dyal tsawer insta" in page
    form = (await trainer.get("/desk/lessons/label?sample=s1")).text
    assert "f dak lblan dyal tsawer insta</textarea>" in form
    assert re.search(r'value="ary-Latn" selected', form)
    assert (await trainer.get("/desk/lessons/label?sample=gone")).status_code == 404


async def test_a_draft_is_tried_before_it_is_written(house: House, trainer: Visitor) -> None:
    answer = await trainer.fill("/lessons/label", False, act="try", **FIELDS)
    where = answer.headers["location"]
    page = (await trainer.get(where)).text
    assert "Entraînement avec la phrase" in page
    assert 'hx-trigger="every 2s"' in page
    house.lessons.finish("t0")
    piece = (await trainer.get(where, headers={"HX-Request": "true"})).text
    assert "<html" not in piece
    assert "hx-trigger" not in piece
    told = re.findall(r'<td class="(\w+)">', piece)
    assert told == ["better", "worse", "same"], "more false alarms are worse"
    assert not house.lessons.learnt
    answer = await trainer.fill("/lessons/label", False, act="learn", **FIELDS)
    assert house.lessons.learnt == [Draft(LINE, "report_incident", "ary-Latn", "s1")]
    assert [sample.id for sample in house.lessons.waiting] == ["s2"]
    assert "prochain entraînement" in (await trainer.get(answer.headers["location"])).text


@pytest.mark.parametrize(
    ("change", "words"), [({"line": " "}, "La phrase est vide"), ({"intent": ""}, "Choisissez une intention")]
)
async def test_what_cannot_be_learnt_is_said_and_stays(
    house: House, trainer: Visitor, change: dict[str, str], words: str
) -> None:
    answer = await trainer.fill("/lessons/label", False, act="learn", **{**FIELDS, **change})
    assert answer.status_code == 422
    assert words in answer.text
    assert not house.lessons.learnt


async def test_a_message_that_teaches_nothing_is_dropped(house: House, trainer: Visitor) -> None:
    await trainer.fill("/lessons/label", act="drop", sample="s1")
    assert [sample.id for sample in house.lessons.waiting] == ["s2"]


async def test_where_the_files_are_read_only_one_may_try(house: House, trainer: Visitor) -> None:
    house.lessons.writable = False
    page = (await trainer.get("/desk/lessons/label?sample=s1")).text
    assert "lecture seule" in page
    assert 'value="learn"' not in page
    assert (await trainer.fill("/lessons/label", False, act="learn", **FIELDS)).status_code == 409
    assert (await trainer.fill("/lessons/label", False, act="try", **FIELDS)).status_code == 303


async def test_the_report_has_its_own_styles_and_nothing_else(trainer: Visitor) -> None:
    answer = await trainer.get("/desk/lessons/report")
    assert "Understanding" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
