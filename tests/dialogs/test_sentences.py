"""Answers in whole sentences: what else stands in a message takes no yes away, and makes none of what is none."""

import pytest

from nlu.interpretation import DangerKind, Intent
from tests.dialogs.talker import Talker


def _at_safety() -> Talker:
    talker = Talker()
    talker.to_intake()
    for choice in ("reporter.self", "age.14", "platform.whatsapp", "content_type.message"):
        talker.choose(choice)
    return talker


@pytest.mark.parametrize(
    "text",
    ["sjl, w mat9olch lkhouya", "rah golt oui mn gbila, 9yed", "واا اختي قلت ليك قيدي 😭",
     "صافي قيديه اختي راني فمصيبة دابا",
     "واخا، ولكن حتى واحد من فاميلتي مايعرف", "D'accord, notez. Est-ce que la vidéo peut être supprimée ?",
     "c pas de ma faute c ma cousine la victime. oui garde", "oui note et elle est safe elle est a cote de moi",
     "نعم سجلوه من فضلكم. هل أبلغ الشرطة أولا؟", "ui vazi mais pa mon pré nom",
     "bon ok tu peux garder. mais mets pas son prénom",
     "ewa 9ydo, ghir mat9olosh lmo"],
)  # fmt: skip
def test_a_yes_to_consent_is_heard_beside_what_else_is_said(text: str) -> None:
    talker = Talker()
    talker.to_consent()
    assert "intake.begin" in talker.say(text)


@pytest.mark.parametrize(
    "text",
    ["kifach t9ydoha?", "9eydo chno?", "oui ? pk", "j'ai eu une mauvaise note en maths", "non, je note pas", "لا، واخا",
     "واش قيدوه دابا", "ok c koi ca", "la la, wakha", "متقيدوش سميتي", "ok, bye", "ok, je vais réfléchir",
     "ah, j'ai dit non", "ok, mais je ne veux pas que ce soit gardé", "wakha, mat9eydich hadchi", "wakha, mse7",
     "ah bon", "ah donc tu dis tout", "c'est bon, laisse tomber", "ok, non merci beaucoup",
     "dis moi si tu peux", "ok, ne note rien, je veux rester anonyme", "كان كيهددني، سجل كلشي من عام، وأنا ساكت"],
)  # fmt: skip
def test_what_is_no_plain_yes_gives_no_consent(text: str) -> None:
    talker = Talker()
    talker.to_consent()
    talker.say(text)
    assert talker.state.slots.get("consent") is not True


@pytest.mark.parametrize(
    "text",
    [
        "لا ماتقيدوش، خليني غير نهضر",
        "non. je veux pas que ca soit noté, je veux juste savoir",
        "la la mabghitch t9eydo walo hna",
    ],
)
def test_who_says_that_nothing_is_to_be_noted_is_obeyed_in_that_turn(text: str) -> None:
    talker = Talker()
    talker.to_consent()
    assert "consent.refused" in talker.say(text)
    assert talker.state.story == ()


def test_erasing_is_asked_for_in_a_part_of_a_line_too() -> None:
    talker = Talker()
    talker.to_consent()
    assert talker.say("jai dit NON t sourd. efface") == ["erase.ask"]
    talker = Talker()
    talker.to_intake()
    assert "erase" not in " ".join(talker.say("je lui ai dit : efface"))


def test_despair_is_not_heard_as_safe() -> None:
    for text in ("makayn walo, 3yit", "safi", "je veux pas rester chez moi", "il me laisse pas tranquille"):
        talker = Talker()
        talker.to_intake()
        talker.say("bghit nmout", danger=DangerKind.SELF_HARM)
        assert talker.say("mabghitch nhder") == ["story.more", "safety.ask"]
        talker.say(text, Intent.AFFIRM if text == "safi" else Intent.REPORT_INCIDENT)
        assert talker.state.slots["safety"] is False


def test_the_numbers_come_again_though_safety_was_the_open_question() -> None:
    talker = _at_safety()
    talker.say("ghay9tlni daba", danger=DangerKind.IMMEDIATE_DANGER)
    assert talker.say("chno ndir") == ["story.more", "safety.ask"]
    assert talker.say("la", Intent.DENY) == ["danger.immediate_danger.again"]


def test_a_withdrawal_that_is_confirmed_beside_a_question_is_carried_out() -> None:
    talker = Talker()
    talker.to_intake()
    talker.say("bghit ns7eb", Intent.WITHDRAW_CASE)
    talker.say("ah, wach fabor?", Intent.AFFIRM, question="free")
    assert talker.state.ended


@pytest.mark.parametrize("text", ["امان من شنو؟ مافهمتش", "كيفاش يعني أمان", "en sécurité de quoi ?", "chno hya aman"])
def test_who_asks_what_safe_means_is_not_safe(text: str) -> None:
    talker = _at_safety()
    talker.say(text)
    assert talker.state.slots.get("safety") is None


def test_a_yes_that_asks_for_help_says_of_nobody_that_they_are_safe() -> None:
    talker = _at_safety()
    talker.say("اه بغيت شي حد يعاونني", Intent.AFFIRM)
    assert talker.state.slots.get("safety") is None
    assert talker.say("ah labas, ana f ddar", Intent.AFFIRM)[0] == "anonymous.ask"


def test_a_name_that_is_to_stay_hidden_is_hidden() -> None:
    for text in ("mabghitch smiyti tban, ana Salma", "خليو سميتي مخبية انا اسمي سلمى"):
        talker = _at_safety()
        talker.choose("safety.yes")
        talker.say(text, name="Salma")
        assert talker.state.slots["anonymous"] is True


@pytest.mark.parametrize(
    "text", ["عندي مشكل كبيييير", "slm j'ai un probleme", "bghit n9olik 7aja walakin 7chouma", "لا أعرف كيف أبدأ"]
)
def test_who_says_that_there_is_something_to_tell_is_let_tell_it(text: str) -> None:
    talker = Talker()
    assert talker.say(text, Intent.REPORT_INCIDENT) == ["greeting.short", "narrative.ask"]
    assert talker.say("kayhddedni f insta", Intent.REPORT_INCIDENT, category="threats")[-1] == "consent.ask"
    assert len(talker.state.story) == 2, "nothing is lost"


def test_who_leaves_is_not_held_back_by_a_question_which_stays_open() -> None:
    talker = Talker()
    talker.to_intake()
    assert talker.say("bslama, nrje3 ghda", Intent.GOODBYE) == ["goodbye.stay"]
    assert talker.say("ana") == ["age.ask"]


def test_what_was_answered_before_a_question_is_not_asked_again() -> None:
    talker = Talker()
    talker.to_intake()
    for choice in ("reporter.self", "age.14"):
        talker.choose(choice)
    text = "appel, w daz mn mora f whatsapp. wach khassni nmchi l police?"
    keys = talker.say(text, Intent.ASK_REPORT_GUIDE, question="police", platform=("whatsapp",))
    assert keys == ["police.answer", "content_type.ask"]


def test_a_refusal_ends_no_alarm() -> None:
    talker = Talker()
    talker.to_consent()
    talker.say("bghit nmout", danger=DangerKind.SELF_HARM)
    talker.say("ah", Intent.AFFIRM)
    talker.choose("consent.no")
    assert talker.say("chi 7aja okhra f had lila") == ["story.more", "safety.ask"]
