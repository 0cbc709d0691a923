"""What may leave through each door, and when."""

import csv
from io import StringIO
from typing import Any

import pytest

from handoff.case import Case
from handoff.port import Refused
from handoff.report.content import content, other_platforms
from handoff.report.door import CONSENTS, Door, closed_by, outcome_of
from handoff.report.meta import ON_THE_FORM, meta_report
from handoff.spreadsheet import csv_of
from nlu.interpretation import Platform

OWN = ("https://example.org/moi", "+212600000009", "nour.ex")
"""What says who the child is."""


def case(**fields: Any) -> Case:
    at = "2026-11-21T10:02:11Z"
    told = {
        "reference": "K7Q2-9MXD", "opened_at": at, "gender": "female", "age": 14, "age_band": "under_16",
        "platforms": ["tiktok", "whatsapp", "phone", "instagram"], "content_types": ["message", "photo", "account"],
        "categories": ["blackmail", "threats"], "narrative": "Il menace de tout publier.", "anonymous": False,
        "contact": {"name": "Nour", "phone": OWN[1], "recontact": True},
        "evidence": [
            {"kind": "url", "value": "https://example.org/p?id=7", "whose": "aggressor"},
            {"kind": "url", "value": "https://example.org/copie", "whose": None},
            {"kind": "url", "value": OWN[0], "whose": "own"},
            {"kind": "phone", "value": "+212600000001", "whose": "aggressor"},
            {"kind": "phone", "value": OWN[1], "whose": "own"},
            {"kind": "handle", "value": OWN[2], "whose": None},
            {"kind": "image", "ref": "media-1", "whose": "own"},
        ],
        "consents": [
            {"kind": kind, "given": True, "at": at, "text_id": "x", "text_version": "1", "language": "fr"}
            for kind in ("processing", "platform_report", "police_complaint")
        ],
    } | fields  # fmt: skip
    return Case.model_validate(told)


def refusing(kind: str) -> Case:
    """A child that agreed to everything, and then took one consent back."""
    given = case()
    back = given.consents[0].model_copy(update={"kind": kind, "given": False})
    return given.model_copy(update={"consents": (*given.consents, back)})


def test_metas_form_is_the_case() -> None:
    report = meta_report(case())
    assert report
    assert report.document() == {
        "schema": "m3ak.meta-report/1", "reference": "K7Q2-9MXD", "sex": "female", "age": "under_16",
        "illegal_content": ["blackmail", "threats"], "violence": ["violence", "other"],
        "content_types": ["photo", "account"], "platforms": ["whatsapp", "instagram"],
        "links": ["https://example.org/p?id=7", "https://example.org/copie"], "accounts": ["+212600000001"],
    }  # fmt: skip
    assert report.missing() == ()
    for value in ("sex", "age", *report.content_types, *report.platforms):
        assert ON_THE_FORM[value]


def test_what_the_form_asks_and_the_case_does_not_say_is_named() -> None:
    report = meta_report(case(gender="other", age=None, age_band=None, content_types=["voice"], categories=[]))
    assert report
    assert report.missing() == ("sex", "age", "illegal_content", "content_types")
    assert meta_report(case(platforms=["tiktok"])) is None


def test_to_the_iwf_goes_where_and_what_kind_alone() -> None:
    told = content(case(), Door.IWF)
    assert told == {"links": ["https://example.org/p?id=7", "https://example.org/copie"], "kinds": ["photo"]}
    assert content(case(evidence=[]), Door.IWF) is None


def test_other_platforms_are_those_that_somebody_answers_for() -> None:
    assert other_platforms(case()) == (Platform.TIKTOK,)
    assert content(case(), Door.PLATFORM, Platform.WHATSAPP) is None
    assert content(case(), Door.PLATFORM) is None
    told = content(case(), Door.PLATFORM, Platform.TIKTOK)
    assert told
    assert (told["platform"], told["age"], told["accounts"]) == ("tiktok", "under_16", ["+212600000001"])


@pytest.mark.parametrize("door", [Door.META, Door.IWF, Door.PLATFORM])
def test_nothing_that_says_who_the_child_is_goes_to_a_platform(door: Door) -> None:
    told = str(content(case(), door, Platform.TIKTOK))
    for value in (*OWN, "Nour", "media-1", "menace"):
        assert value not in told


def test_a_complaint_has_what_the_child_chose_to_give() -> None:
    told = content(case(), Door.POLICE)
    assert told
    assert told["contact"]["name"] == "Nour"
    assert "narrative" in told
    assert not {"priority", "danger", "transcript", "handoff", "timeline"} & set(told)
    assert "contact" not in (content(case(anonymous=True, contact=None), Door.POLICE) or {})


@pytest.mark.parametrize("door", [*Door, None])
def test_each_door_needs_its_consent_as_it_was_last_given(door: Door | None) -> None:
    kind = CONSENTS[door]
    assert closed_by(case(), door) is None
    assert closed_by(case(consents=()), door) == Refused("consent", kind)
    assert closed_by(refusing(kind), door) == Refused("consent", kind)
    for other in set(CONSENTS.values()) - {kind}:
        assert closed_by(refusing(other), door) is None


@pytest.mark.parametrize("status", ["withdrawn", "sealed"])
def test_nothing_leaves_of_a_case_that_is_withdrawn_or_sealed(status: str) -> None:
    for door in (*Door, None):
        assert closed_by(case(status=status), door) == Refused(status)


@pytest.mark.parametrize(
    "cell", ["=1+1", "+212600000001", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "nom\n=HYPERLINK(1)", "\u00a0=1"]
)
def test_a_cell_never_begins_as_a_formula(cell: str) -> None:
    (row,) = csv.reader(StringIO(csv_of([[cell, "après"]]).decode("utf-8-sig"), newline=""))
    assert row[1] == "après"
    assert all(not line.lstrip().startswith(("=", "+", "-", "@")) for line in row[0].splitlines())
    assert row[0].replace("'", "").split() == cell.split()


def test_other_cells_stay_as_they_are() -> None:
    text = csv_of([["لا", 'a "b", c', -3, None, 1.5]]).decode("utf-8-sig")
    assert text == 'لا,"a ""b"", c",-3,,1.5\r\n'


@pytest.mark.parametrize(
    ("told", "last"),
    [
        ([], None),
        (["taken", "outcome.removed", "closed"], "removed"),
        (["reported.meta", "outcome.refused", "reported.iwf"], None),
        (["reported.meta", "outcome.accepted", "corrected.age", "outcome.removed"], "removed"),
    ],
)
def test_the_last_answer_counts_until_another_report_waits(told: list[str], last: str | None) -> None:
    timeline = [{"at": "2026-11-21T10:02:11Z", "what": what} for what in told]
    assert outcome_of(case(timeline=timeline)) == last
