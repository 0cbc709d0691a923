from datetime import UTC, datetime

from dialogs.state import Agreement, Call, Peril, Proof, State
from handoff.case import Case, Priority, Reason, case_schema
from handoff.intake import fill, withdrawn
from nlu.interpretation import DangerKind, Language

NOW = datetime(2026, 11, 21, 10, 2, 11, tzinfo=UTC)
EMPTY = Case(reference="K7Q2-9MXD", opened_at=NOW, channel="whatsapp")
AGREED = Agreement(
    kind="processing", given=True, at=NOW, text_id="consent.ask", text_version="0123456789ab", language=Language.ARY
)
KNOWN = State(
    language=Language.ARY,
    basis="consent",
    case="K7Q2-9MXD",
    slots={
        "reporter": "self",
        "age": 14,
        "platform": ("whatsapp",),
        "content_type": ("message",),
        "category": ("threats", "harassment"),
        "duration": "P3M",
        "trusted_adult": True,
        "family_knows": False,
        "safety": True,
        "anonymous": True,
        "name": "Sara",
        "accompaniment": True,
        "accompaniment_kind": "both",
    },
    story=("first", "second"),
    evidence=(Proof(kind="phone", value="+212600000000"), Proof(kind="video", ref="media-1")),
    agreements=(AGREED,),
    call=Call(reason="intake_complete", at=NOW),
)


def test_the_case_says_what_the_child_said() -> None:
    document = fill(EMPTY, KNOWN).document()
    assert document["schema"] == "m3ak.case/1"
    assert document["opened_at"] == "2026-11-21T10:02:11Z"
    assert (document["age"], document["age_band"]) == (14, "under_16")
    assert document["narrative"] == "first\nsecond"
    assert document["categories"] == ["threats", "harassment"]
    assert document["accompaniment"] == {"wanted": True, "kinds": ["psychological", "legal"]}
    assert document["evidence"][0] == {"kind": "phone", "value": "+212600000000", "ref": None, "whose": None}
    assert document["consents"][0]["text_version"] == "0123456789ab"
    assert document["handoff"]["reason"] == "intake_complete"
    assert document["priority"] == "high"


def test_an_anonymous_case_holds_no_contact_even_if_a_name_was_said() -> None:
    assert fill(EMPTY, KNOWN).contact is None
    named = fill(EMPTY, KNOWN.with_slots(anonymous=False))
    assert named.contact
    assert named.contact.name == "Sara"


def test_a_skipped_question_about_the_name_counts_as_anonymous() -> None:
    assert fill(EMPTY, KNOWN.with_slots(anonymous=None)).anonymous is True


def test_without_consent_a_case_holds_the_danger_and_little_else() -> None:
    state = KNOWN.but(
        basis="vital_interest", danger=Peril(kind=DangerKind.SELF_HARM, source="lexicon.x"),
        call=Call(reason="danger", at=NOW),
    )  # fmt: skip
    case = fill(EMPTY, state)
    assert case.priority is Priority.URGENT
    assert case.handoff
    assert case.handoff.reason is Reason.DANGER
    assert (case.narrative, case.age, case.categories, case.evidence) == (None, None, (), ())


def test_what_a_counsellor_noted_stays() -> None:
    case = fill(EMPTY, KNOWN).model_copy(update={"demands": "money"})
    assert fill(case, KNOWN.with_slots(age=13)).demands == "money"


def test_a_young_child_is_of_high_priority_and_mockery_of_a_grown_one_is_not() -> None:
    assert fill(EMPTY, KNOWN.with_slots(category=("mockery",), age=12)).priority is Priority.HIGH
    assert fill(EMPTY, KNOWN.with_slots(category=("mockery",), age=13)).priority is Priority.NORMAL


def test_a_withdrawn_case_keeps_reference_status_and_dates_alone() -> None:
    document = withdrawn(fill(EMPTY, KNOWN), NOW).document()
    kept = {key: value for key, value in document.items() if value not in (None, [], {})}
    assert set(kept) == {"schema", "reference", "opened_at", "status", "withdrawn_at"}
    assert kept["status"] == "withdrawn"


def test_the_schema_names_every_key_of_a_case() -> None:
    assert set(case_schema()["properties"]) == set(EMPTY.document())
