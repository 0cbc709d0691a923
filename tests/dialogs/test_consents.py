"""Separate consents, whose a number is, the reminder, and the question how it was."""

from dataclasses import replace

import pytest

from dialogs.effect import Agree, Rate, Withdraw
from dialogs.reply import spoken_over
from nlu.interpretation import Entity, Intent, Interpretation, Language
from tests.dialogs.talker import MESSAGES, Talker

STEPS = ["reporter.self", "age.14", "platform.whatsapp", "content_type.message", "safety.yes", "anonymous.yes"]


def complete(talker: Talker, *last: str) -> list[str]:
    """Answers everything up to the hand-off."""
    for choice in STEPS:
        talker.choose(choice)
    for choice in last or ("accompaniment.no",):
        talker.choose(choice)
    return talker.choose("summary.yes")


def test_out_of_hours_the_team_asks_whether_it_may_write_first() -> None:
    for text, intent, given in (("ah", Intent.AFFIRM, True), ("la", Intent.DENY, False)):
        talker = Talker(is_open=False)
        talker.to_intake()
        assert complete(talker) == ["handoff.closed", "meanwhile.closed", "meanwhile.alone", "recontact.ask"]
        assert talker.state.question is None
        assert talker.say(text, intent)[0] == ("recontact.yes" if given else "recontact.no")
        assert talker.state.slots["recontact"] is given
        (agreement,) = talker.state.agreements[1:]
        assert (agreement.kind, agreement.given, agreement.text_id) == ("recontact", given, "recontact.ask")
        assert "recontact.yes" not in talker.say("chokran", Intent.THANK)


def test_a_plain_intake_asks_for_no_other_consent() -> None:
    talker = Talker()
    talker.to_intake()
    assert complete(talker) == ["handoff.open", "meanwhile.open", "meanwhile.alone"]
    assert talker.state.question is None


def test_each_consent_is_asked_where_it_matters_and_kept_with_its_sentence() -> None:
    talker = Talker()
    talker.say("had lcompte kayhddedni", category="blackmail", handle="hmd99", trusted_adult=True)
    talker.choose("consent.yes")
    assert complete(talker, "accompaniment.yes", "accompaniment_kind.both")[-1] == "whose.ask"
    assert talker.choose("whose.aggressor") == ["platform_report.ask"]
    assert talker.say("ah", Intent.AFFIRM) == ["police_complaint.ask"]
    assert talker.say("la", Intent.DENY) == ["guardian_contact.ask"]
    talker.choose("guardian_contact.skip")
    assert talker.state.question is None
    kept = [(a.kind, a.given, a.text_id, a.text_version) for a in talker.state.agreements[1:]]
    assert kept == [
        (kind, given, f"{kind}.ask", MESSAGES.version(f"{kind}.ask", Language.ARY))
        for kind, given in (("platform_report", True), ("police_complaint", False))
    ]


def test_the_reminder_is_offered_with_a_button_and_costs_no_turn() -> None:
    talker = Talker()
    talker.to_consent()
    talker.choose("consent.yes")
    assert talker.says[0].choices == ("recontact.yes",)
    assert talker.say(MESSAGES.title("recontact.yes", Language.ARY_LATN), Intent.AFFIRM) == [
        "recontact.yes",
        "reporter.ask",
    ]
    assert talker.state.slots["recontact"] is True
    (agreement,) = talker.state.agreements[1:]
    assert (agreement.kind, agreement.text_id) == ("recontact", "intake.begin")


def test_one_reminder_and_never_two() -> None:
    talker = Talker()
    talker.to_intake()
    talker.choose("recontact.yes")
    assert talker.overdue() == ["reminder"]
    assert talker.overdue() == []


def test_who_waits_for_the_team_is_not_reminded() -> None:
    talker = Talker()
    talker.to_intake()
    talker.choose("recontact.yes")
    complete(talker)
    assert talker.overdue() == []


def evidence(talker: Talker, text: str, value: str) -> str | None:
    """Whose a number is, as the message says it."""
    start = text.index("0")
    said = Interpretation(text, Language.ARY, Intent.ADD_EVIDENCE, 0.9,
                          entities=(Entity("phone", value, start, start + 10),))  # fmt: skip
    talker.hear(said)
    return talker.state.evidence[-1].whose


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("نمرتو هي 0612345678", "aggressor"),
        ("kay3eyyet lia mn 0612345678", "aggressor"),
        ("son numéro c'est 0612345678", "aggressor"),
        ("رقمي 0612345678", "own"),
        ("mon numéro : 0612345678", "own"),
        ("chi 7ed 3tah nmerti w had nmra 0612345678", "aggressor"),
        ("0612345678", None),
    ],
)
def test_whose_a_number_is_where_the_message_says_it(text: str, whose: str | None) -> None:
    talker = Talker()
    talker.to_intake()
    assert evidence(talker, text, "+212612345678") == whose


def test_whose_is_asked_again_for_new_evidence_alone() -> None:
    talker = Talker()
    talker.to_intake()
    evidence(talker, "0612345678", "+212612345678")
    assert complete(talker)[-1] == "whose.ask"
    assert "whose.ask" not in talker.choose("whose.skip")
    evidence(talker, "0612345679", "+212612345679")
    assert talker.keys[-1] == "whose.ask"
    talker.say("dyalo", Intent.OUT_OF_SCOPE)
    assert [proof.whose for proof in talker.state.evidence] == ["aggressor", "aggressor"]


def test_a_closed_case_is_rated_in_faces_and_may_teach() -> None:
    for answer, faces in (("4", 4), ("😀", 5), ("Mezian", 4), ("walou", 1)):
        talker = Talker()
        talker.to_intake()
        complete(talker)
        talker.taken()
        assert talker.closed() == ["handoff.ended", "feedback.ask"]
        talker.facts = replace(talker.facts, status=None)
        assert talker.say(answer, Intent.OUT_OF_SCOPE) == ["feedback.thanks", "improvement.ask"], answer
        assert talker.of(Rate) == [Rate("K7Q2-9MXD", faces)]
        assert talker.say("ah", Intent.AFFIRM) == ["improvement.noted"]
        (effect,) = talker.of(Agree)
        assert isinstance(effect, Agree)
        assert (effect.reference, effect.agreement.kind) == ("K7Q2-9MXD", "improvement")


def test_faces_can_be_skipped_and_something_new_begins_anew() -> None:
    talker = Talker()
    talker.to_intake()
    complete(talker)
    talker.taken()
    talker.closed()
    assert talker.choose("feedback.50") == ["media.other", "feedback.ask"]
    assert talker.choose("feedback.skip") == ["improvement.noted"]
    talker.closed()
    assert talker.say("rje3 kayhddedni", category="threats") == [
        "greeting.short",
        "story.received",
        "threats.advice",
        "consent.ask",
    ]


def test_a_withdrawn_case_and_a_chat_without_record_are_not_rated() -> None:
    talker = Talker()
    talker.to_intake()
    talker.say("bghit ns7eb", Intent.WITHDRAW_CASE)
    talker.choose("withdraw.yes")
    assert "feedback.ask" not in talker.keys
    talker = Talker()
    talker.say("bghit nhder m3a chi 7ed", Intent.ASK_HUMAN)
    talker.choose("consent.no")
    talker.taken()
    assert talker.closed() == ["handoff.ended"]


def counselled() -> Talker:
    """A case that a counsellor holds, with no consent but the one to keep it."""
    talker = Talker()
    talker.to_intake()
    complete(talker)
    talker.taken()
    return talker


@pytest.mark.parametrize("kind", ["platform_report", "police_complaint"])
@pytest.mark.parametrize(("text", "intent", "given"), [("ah", Intent.AFFIRM, True), ("la", Intent.DENY, False)])
def test_a_counsellor_has_a_consent_asked_for(kind: str, text: str, intent: Intent, given: bool) -> None:
    talker = counselled()
    assert talker.asked(kind) == [f"{kind}.ask"]
    (said,) = talker.says
    assert (said.voice, said.expects, said.choices) == (
        "system",
        "consent",
        (f"{kind}.yes", f"{kind}.no", f"{kind}.skip"),
    )
    assert talker.say(text, intent) == [], "the counsellor answers, not the bot"
    kept = talker.state.agreements[-1]
    assert (kept.kind, kept.given, kept.text_id) == (kind, given, f"{kind}.ask")
    assert talker.state.owner == "counsellor"


def test_what_was_refused_once_can_be_asked_again() -> None:
    talker = counselled()
    for text, intent in (("la", Intent.DENY), ("ah", Intent.AFFIRM)):
        talker.asked("platform_report")
        talker.say(text, intent)
    assert [one.given for one in talker.state.agreements[1:]] == [False, True]


def test_only_a_button_agrees_once_something_else_was_said() -> None:
    talker = counselled()
    talker.asked("police_complaint")
    assert talker.say("chno hiya chikaya?", Intent.OUT_OF_SCOPE) == []
    assert talker.say("ah", Intent.AFFIRM) == []
    assert not talker.state.agreements[1:]
    assert talker.choose("police_complaint.yes") == []
    assert [(one.kind, one.given) for one in talker.state.agreements[1:]] == [("police_complaint", True)]
    talker.asked("platform_report")
    talker.state = spoken_over(talker.state)
    talker.say("ah", Intent.AFFIRM)
    talker.choose("platform_report.skip")
    assert len(talker.state.agreements) == 2
    talker.choose("platform_report.no")
    assert not talker.state.agreements[-1].given


def test_withdrawal_goes_before_a_consent_that_is_asked_for() -> None:
    talker = counselled()
    talker.asked("platform_report")
    assert talker.say("bghit nss7eb", Intent.WITHDRAW_CASE) == ["withdraw.ask"]
    talker.say("ah", Intent.AFFIRM)
    assert talker.of(Withdraw)
    assert talker.state.ended
