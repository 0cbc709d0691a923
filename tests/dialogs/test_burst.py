"""Several short messages in a row are taken together and answered once."""

from dialogs.effect import Hold, OpenCase
from dialogs.state import Owner
from nlu.interpretation import DangerKind, Intent, Language
from tests.dialogs.talker import Talker


def test_a_burst_of_five_messages_is_answered_once() -> None:
    talker = Talker()
    texts = ["salam", "3afak", "wa7d kayhddedni", "f whatsapp", "3ndi 14 3am"]
    talker.say(texts[0], Intent.GREET, more=True)
    talker.say(texts[1], more=True)
    talker.say(texts[2], more=True, category="threats")
    talker.say(texts[3], more=True, platform="whatsapp")
    assert talker.say(texts[4], more=True, age=14) == []
    assert talker.effects == [Hold(3)]
    assert talker.wait() == ["greeting.short", "story.received", "threats.advice", "consent.ask"]
    assert talker.state.held == ()
    assert talker.state.story == ("\n".join(texts),)
    assert (talker.state.slots["age"], talker.state.slots["platform"]) == (14, ("whatsapp",))


def test_danger_in_a_burst_is_answered_at_once() -> None:
    for kind in DangerKind:
        talker = Talker()
        talker.say("salam", Intent.GREET, more=True)
        keys = talker.say("…", danger=kind, more=True)
        assert keys[0] == f"danger.{kind.value}.now"
        assert talker.state.held == ()
        assert talker.state.owner is Owner.QUEUE


def test_a_button_answers_at_once_and_what_was_written_before_it_is_kept() -> None:
    talker = Talker()
    talker.to_consent()
    talker.say("w 3ndi 13 3am", age=13, more=True)
    keys = talker.choose("consent.yes")
    assert keys == ["intake.begin", "reporter.ask"]
    assert talker.of(OpenCase)
    assert talker.state.held == ()
    assert talker.state.slots["age"] == 13


def test_an_answer_and_a_topic_do_not_wait() -> None:
    talker = Talker()
    talker.to_consent()
    talker.say("bghit nswlk", more=True)
    assert talker.say("chkoun ghaychouf hadchi", Intent.ASK_PRIVACY, more=True)[:2] == ["privacy.who", "privacy.limit"]
    assert talker.state.held == ()
    assert "bghit nswlk" in talker.state.story[-1]
    assert talker.say("ah", Intent.AFFIRM, more=True) == ["intake.begin", "reporter.ask"]


def test_a_child_who_does_not_stop_writing_is_answered_in_between() -> None:
    talker = Talker()
    answered = [bool(talker.say(f"kelma {n}", more=True)) for n in range(9)]
    assert answered == [False] * 8 + [True]


def test_no_other_step_waits() -> None:
    talker = Talker()
    talker.to_intake()
    assert talker.say("hmm", Intent.OUT_OF_SCOPE, more=True) == ["reporter.again"]


def test_what_a_counsellor_reads_is_not_held() -> None:
    talker = Talker()
    talker.to_consent()
    talker.say("bghit nhder m3a chi 7ed", Intent.ASK_HUMAN)
    talker.say("ah", Intent.AFFIRM)
    talker.taken()
    assert talker.say("salam", Intent.GREET, more=True) == []
    assert not talker.of(Hold)


def test_a_burst_settles_the_language_as_one_message_would() -> None:
    talker = Talker()
    talker.say("salut", Intent.GREET, language=Language.FR, more=True)
    talker.say("on se moque de moi", language=Language.FR, category="mockery", more=True)
    talker.wait()
    assert {say.language for say in talker.says} == {Language.FR}
