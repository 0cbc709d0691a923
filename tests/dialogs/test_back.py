"""Going back, starting again, correcting, coming back, and the panic word."""

from datetime import timedelta

import pytest

from dialogs.effect import Hold, Say, Wipe
from nlu.interpretation import DangerKind, Entity, Intent, Interpretation, Language
from tests.dialogs.talker import MESSAGES, Talker

STEPS = ["consent.yes", "reporter.self", "age.14", "platform.whatsapp", "content_type.message", "safety.yes",
         "anonymous.no", "name.skip", "accompaniment.yes", "accompaniment_kind.legal", "summary.yes"]  # fmt: skip


def words(key: str) -> list[str]:
    """The first of a command's words in each variety."""
    return [MESSAGES.text(f"words.{key}", language).split(",")[0].strip() for language in Language]


@pytest.mark.parametrize("word", [*words("back"), "/back", "Retour.", "rje3 lor"])
def test_going_back_forgets_the_last_answer_and_asks_it_again(word: str) -> None:
    talker = Talker()
    talker.to_intake()
    for choice in ("reporter.self", "age.14", "platform.whatsapp"):
        talker.choose(choice)
    assert talker.say(word, Intent.OUT_OF_SCOPE) == ["platform.ask"]
    assert "platform" not in talker.state.slots
    assert talker.say(word, Intent.OUT_OF_SCOPE) == ["age.ask"]
    assert talker.choose("age.15") == ["platform.ask"]
    assert talker.choose("platform.tiktok") == ["content_type.ask"]


def test_going_back_takes_along_what_hangs_on_an_answer() -> None:
    talker = Talker()
    talker.to_intake()
    for choice in STEPS[1:10]:
        talker.choose(choice)
    assert talker.keys == ["summary.ask"]
    assert talker.say("retour", Intent.OUT_OF_SCOPE) == ["accompaniment_kind.ask"]
    assert talker.say("retour", Intent.OUT_OF_SCOPE) == ["accompaniment.ask"]
    assert not {"accompaniment", "accompaniment_kind"} & set(talker.state.slots)


def test_nobody_goes_back_before_consent_by_a_word() -> None:
    talker = Talker()
    talker.to_intake()
    assert talker.say("retour", Intent.OUT_OF_SCOPE) == ["back.none", "reporter.ask"]
    assert talker.state.slots["consent"] is True
    talker = Talker()
    talker.say("salam", Intent.GREET)
    talker.say("kaydiro 3lia chi 7aja", category="mockery")
    assert talker.say("retour", Intent.OUT_OF_SCOPE) == ["narrative.ask"]
    assert talker.state.story == ()


def test_going_back_leaves_a_topic() -> None:
    talker = Talker()
    talker.to_intake()
    talker.say("bghit ns7eb chikaya", Intent.WITHDRAW_CASE)
    assert talker.say("retour", Intent.OUT_OF_SCOPE) == ["reporter.ask"]


@pytest.mark.parametrize("count", range(len(STEPS) + 1))
def test_starting_again_works_from_every_step(count: int) -> None:
    talker = Talker()
    talker.to_consent()
    for choice in STEPS[:count]:
        talker.choose(choice)
    asked = talker.say("bghit nbda mn jdid", Intent.RESTART)
    assert asked[-1] == "restart.ask"
    assert talker.say("ah", Intent.AFFIRM) == ["restart.done", "narrative.ask"]
    assert talker.state.story == ()
    assert set(talker.state.slots) <= {"consent"}
    assert bool(talker.state.case) == (count > 0)


def test_no_i_am_13_changes_the_age_and_nothing_else() -> None:
    talker = Talker()
    talker.to_intake()
    for choice in STEPS[1:5]:
        talker.choose(choice)
    assert talker.keys == ["safety.ask"]
    assert talker.say("non 13 ans", Intent.DENY, age=13) == ["corrected", "safety.ask"]
    assert talker.state.slots["age"] == 13
    assert talker.state.danger is None


def test_not_this_one_but_that_one() -> None:
    talker = Talker()
    talker.to_intake()
    for choice in ("reporter.self", "age.14", "platform.instagram"):
        talker.choose(choice)
    for text, found in (
        ("c'est pas insta c'est snap", ("insta", "snap")),
        ("machi snap, tiktok", ("snap", "tiktok")),
        ("non pas sur tiktok sur insta", ("tiktok", "insta")),
    ):
        names = {"insta": "instagram", "snap": "snapchat", "tiktok": "tiktok"}
        entities = tuple(Entity("platform", names[one], text.index(one), text.index(one) + len(one)) for one in found)
        keys = talker.hear(Interpretation(text, Language.FR, Intent.REPORT_INCIDENT, 0.9, entities=entities))
        assert keys in (["corrected", "content_type.ask"], ["corrected", "content_type.again"])
        assert talker.state.slots["platform"] == (names[found[1]],)
        assert text not in talker.state.story


def test_a_denied_value_that_was_not_even_understood_makes_room_too() -> None:
    talker = Talker()
    talker.to_intake()
    for choice in ("reporter.self", "age.14", "platform.instagram"):
        talker.choose(choice)
    assert talker.say("machi insta, snap", platform="snapchat") == ["corrected", "content_type.ask"]
    assert "instagram" not in str(talker.state.slots)
    talker.say("w 7ta f tiktok", platform="tiktok")
    assert talker.state.slots["platform"] == ("snapchat", "tiktok")


def test_a_correction_in_the_queue_is_acknowledged() -> None:
    talker = Talker()
    talker.to_consent()
    for choice in STEPS:
        talker.choose(choice)
    talker.choose("police_complaint.skip")
    assert talker.say("la 3ndi 13", Intent.DENY, age=13) == ["corrected"]


@pytest.mark.parametrize("word", words("panic"))
def test_the_panic_word_wipes_and_touches_nothing_else(word: str) -> None:
    for count in range(len(STEPS)):
        talker = Talker()
        talker.to_consent()
        for choice in STEPS[:count]:
            talker.choose(choice)
        before = talker.state
        assert talker.say(word, Intent.OUT_OF_SCOPE) == ["panic.done"]
        assert talker.of(Wipe) == [Wipe()]
        assert talker.state.but(seen=None, offered=()) == before.but(seen=None, offered=())


def test_the_panic_word_counts_while_a_counsellor_owns_the_chat_and_in_a_burst() -> None:
    talker = Talker()
    talker.say("salam", Intent.GREET, more=True)
    assert talker.say("panique", Intent.OUT_OF_SCOPE, more=True) == ["panic.done"]
    assert not talker.of(Hold)
    assert talker.state.held == ("salam",)
    talker.say("wa7d kayhddedni", category="threats", more=True)
    assert talker.wait()[-1] == "consent.ask"
    talker.say("bghit nhder m3a chi 7ed", Intent.ASK_HUMAN)
    talker.say("ah", Intent.AFFIRM)
    talker.taken()
    assert talker.say("panique", Intent.OUT_OF_SCOPE) == ["panic.done"]
    assert [say.voice for say in talker.says] == ["system"]
    assert talker.say("chi 7aja mkhebbya, khebbi", Intent.OUT_OF_SCOPE) == []


@pytest.mark.parametrize("away", [timedelta(minutes=11), timedelta(hours=5), timedelta(days=3)])
def test_a_child_who_comes_back_is_welcomed_and_finds_the_thread(away: timedelta) -> None:
    talker = Talker()
    talker.to_intake()
    talker.now += away
    assert talker.say("salam", Intent.GREET) == ["welcome.back", "reporter.ask"]
    assert talker.choose("reporter.self") == ["age.ask"]
    talker.now += away
    assert talker.choose("age.14") == ["welcome.back", "platform.ask"]


def test_a_child_who_comes_back_in_danger_reads_the_numbers_first() -> None:
    talker = Talker()
    talker.to_intake()
    talker.now += timedelta(days=1)
    assert talker.say("bghit nmout", danger=DangerKind.SELF_HARM)[0] == "danger.self_harm.now"


def test_another_variety_is_offered_once() -> None:
    talker = Talker()
    talker.say("wa7d kayhddedni f whatsapp", category="threats", language=Language.ARY_LATN)
    talker.choose("consent.yes")
    assert talker.say("c'est pour ma copine", language=Language.FR, reporter="friend") == ["age.ask.other"]
    keys = talker.say("elle a quatorze ans", language=Language.FR, age=14)
    assert keys == ["language.offer", "platform.ask"]
    offer = next(effect for effect in talker.effects if isinstance(effect, Say))
    assert (offer.language, offer.choices) == (Language.FR, ("language.fr",))
    assert talker.say("Français", Intent.OUT_OF_SCOPE, language=Language.FR)[0] == "language.changed"
    assert [say.language for say in talker.says] == [Language.FR, Language.FR]


def test_darija_and_standard_arabic_are_not_told_apart_by_an_offer() -> None:
    talker = Talker()
    talker.say("شي واحد كيهددني بزاف", category="threats", language=Language.ARY)
    for _ in range(3):
        assert "language.offer" not in talker.say("هناك شخص يهددني", Intent.OUT_OF_SCOPE, language=Language.AR)


def test_no_question_is_put_three_times_in_the_same_words() -> None:
    talker = Talker()
    talker.to_intake()
    asked = []
    for _ in range(6):
        talker.now += timedelta(hours=1)
        asked.append(talker.say("salam", Intent.GREET)[-1])
    assert set(asked) == {"reporter.ask", "reporter.again"}
    assert all(len(set(asked[start : start + 3])) > 1 for start in range(4))
