"""Direct questions are answered from any step, and then the thread goes on."""

from pathlib import Path

import pytest

from dialogs.flow import FLOWS as FOLDER
from dialogs.flow import BrokenFlow, load_flows
from nlu.interpretation import DangerKind, Intent, Language, Query
from tests.dialogs.talker import FLOWS, MESSAGES, Talker

_BY_STAGE = {
    Query.PAY: ("pay.unsure", "pay.answer", "pay.answer"),
    Query.KEPT: ("kept.nothing", "kept.before", "kept.case"),
    Query.TOLD: ("privacy.who",) * 3,
    Query.ACCOUNT: ("account.advice",) * 3,
    Query.WAIT: ("status.none", "status.told", "status.intake"),
}
"""What is answered before anything is told, before consent, and after it."""

_FURTHER: dict[Query, tuple[list[str], ...]] = {
    Query.TOLD: (["privacy.limit"],) * 3,
    Query.WAIT: (["hours.open"], ["hours.open"], []),
}
"""What is said after the answer, likewise."""


def _answer(query: Query, stage: int = 0) -> str:
    return _BY_STAGE.get(query, (f"{query.value}.answer",) * 3)[stage]


def _further(query: Query, stage: int = 0) -> list[str]:
    return _FURTHER.get(query, ([],) * 3)[stage]


@pytest.mark.parametrize("query", list(Query))
def test_every_question_has_a_topic_and_a_short_answer_in_every_variety(query: Query) -> None:
    assert any(query in flow.questions for flow in FLOWS.flows.values())
    for language in Language:
        assert len(MESSAGES.text(_answer(query), language)) <= 260


@pytest.mark.parametrize("query", list(Query))
def test_a_question_is_answered_at_any_step_and_the_step_comes_again(query: Query) -> None:
    talker = Talker()
    talker.say("salam", Intent.GREET)
    assert talker.say("?", Intent.OUT_OF_SCOPE, question=query) == [
        _answer(query),
        *_further(query),
        "narrative.ask",
    ]
    talker.choose("narrative.other")
    assert talker.say("?", Intent.ASK_PRIVACY, question=query) == [
        _answer(query, 1),
        *_further(query, 1),
        "consent.ask",
    ]
    talker.choose("consent.yes")
    assert talker.say("?", Intent.REPORT_INCIDENT, question=query) == [
        _answer(query, 2),
        *_further(query, 2),
        "reporter.ask",
    ]
    assert talker.state.question and talker.state.question.slot == "reporter"
    assert talker.state.story == (MESSAGES.title("narrative.other", Language.ARY),)


@pytest.mark.parametrize("query", [Query.KEPT, Query.REMOVE])
def test_who_wants_what_we_keep_erased_is_not_told_how_it_is_kept(query: Query) -> None:
    talker = Talker()
    talker.say("salam", Intent.GREET)
    talker.choose("narrative.other")
    talker.choose("consent.yes")
    assert talker.say("supprime tout ce que tu sais sur moi", Intent.ERASE_DATA, question=query) == ["erase.ask"]


def test_a_question_is_answered_while_a_topic_waits_for_its_own_answer() -> None:
    talker = Talker()
    talker.say("salam", Intent.GREET)
    assert talker.say("bghit nhder m3a chi 7ed", Intent.ASK_HUMAN) == ["consent.human"]
    assert talker.say("wach ghatgolo l mama?", question="parents") == ["parents.answer", "consent.human"]
    assert talker.say("wach fabor?", question="free") == ["free.answer"]
    assert talker.choose("consent.yes") == ["human.open", "narrative.ask"]


def test_an_answer_is_taken_and_the_question_that_it_also_holds_is_answered() -> None:
    talker = Talker()
    talker.to_consent()
    assert talker.say("ah, wach fabor?", Intent.AFFIRM, question="free") == [
        "free.answer",
        "intake.begin",
        "reporter.ask",
    ]


def test_danger_goes_before_any_question() -> None:
    talker = Talker()
    assert "free.answer" not in talker.say("bghit nmout, wach fabor?", danger=DangerKind.SELF_HARM, question="free")


def test_no_question_is_answered_by_us_while_a_counsellor_owns_the_chat() -> None:
    talker = Talker()
    talker.to_intake()
    talker.say("bghit nhder m3a chi 7ed", Intent.ASK_HUMAN)
    talker.taken()
    assert talker.say("wach nta robot?", question="robot") == []


def test_where_blackmail_is_known_paying_is_answered_without_detour() -> None:
    talker = Talker()
    assert "blackmail.advice" in talker.say("kaybtazni", category="blackmail")
    assert talker.say("nkhelles?", question="pay")[0] == "pay.answer"


def test_who_writes_for_a_child_is_answered_in_the_third_person() -> None:
    talker = Talker()
    talker.to_intake()
    talker.choose("reporter.parent")
    assert talker.say("wach lghalat dyalha?", question="fault")[0] == "fault.answer.other"


def test_of_an_intimate_image_the_door_is_shown_with_what_we_cannot_do() -> None:
    talker = Talker()
    talker.say("ncher tswirti", category="intimate_image")
    assert talker.say("t9edro t7eydouha?", question="remove")[:2] == ["remove.answer", "remove.intimate"]


def test_an_unknown_question_and_one_that_is_taken_are_refused_by_name(tmp_path: Path) -> None:
    for path in FOLDER.glob("*.yml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    text = (tmp_path / "who.yml").read_text(encoding="utf-8")
    (tmp_path / "who.yml").write_text(text.replace("[who]", "[whom]"), encoding="utf-8")
    with pytest.raises(BrokenFlow, match=r"who\.yml: 'whom' .*questions\.yml"):
        load_flows(MESSAGES, tmp_path)
    (tmp_path / "who.yml").write_text(text.replace("[who]", "[robot]"), encoding="utf-8")
    with pytest.raises(BrokenFlow, match="the question 'robot' already starts"):
        load_flows(MESSAGES, tmp_path)


def test_who_wants_to_talk_with_a_woman_has_a_human_called_and_then_hears_that_nothing_is_promised() -> None:
    talker = Talker()
    talker.say("salam", Intent.GREET)
    assert talker.say("bghit nhder m3a chi mra", Intent.ASK_HUMAN, question="woman") == ["consent.human"]
    assert talker.choose("consent.yes") == ["human.open", "narrative.ask"]
    assert talker.say("bghit nhder m3a chi mra", Intent.ASK_HUMAN, question="woman")[0] == "woman.answer"
