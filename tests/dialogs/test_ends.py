"""Every path ends with something useful in the child's hands, anonymous or not, accompanied or not."""

from dataclasses import replace
from datetime import time, timedelta
from itertools import product

import pytest

from dialogs.effect import Phrase
from dialogs.params import hour_words
from nlu.interpretation import DangerKind, Intent, Language
from tests.dialogs.talker import MESSAGES, Talker


def _to_the_end(talker: Talker, anonymous: bool, accompanied: bool) -> list[str]:
    talker.choose("consent.yes")
    for choice in ("reporter.self", "age.14", "platform.whatsapp", "content_type.message", "safety.yes"):
        talker.choose(choice)
    if anonymous:
        talker.choose("anonymous.yes")
    else:
        talker.choose("anonymous.no")
        talker.choose("name.skip")
    if accompanied:
        talker.choose("accompaniment.yes")
        talker.choose("accompaniment_kind.psychological")
    else:
        talker.choose("accompaniment.no")
    return talker.choose("summary.yes")


@pytest.mark.parametrize(("anonymous", "accompanied", "is_open"), list(product([True, False], repeat=3)))
def test_the_end_of_the_intake_says_what_comes_next_and_what_can_be_done(
    anonymous: bool, accompanied: bool, is_open: bool
) -> None:
    talker = Talker(is_open=is_open)
    talker.say("kaysebbni", category="insults")
    keys = _to_the_end(talker, anonymous, accompanied)
    hours = "open" if is_open else "closed"
    assert keys[:2] == [f"handoff.{hours}", f"meanwhile.{hours}"]
    assert ("meanwhile.alone" in keys) is not accompanied
    assert ("recontact.ask" in keys) is not is_open
    assert talker.says[0].params["reference"] == "K7Q2-9MXD"


def test_who_wants_nobody_can_change_that_with_the_button() -> None:
    talker = Talker()
    talker.say("kaysebbni", category="insults")
    _to_the_end(talker, anonymous=True, accompanied=False)
    assert talker.says[-1].choices == ("accompaniment.yes",)
    assert talker.choose("accompaniment.yes")[-1] == "accompaniment_kind.ask"


def test_in_danger_the_last_word_is_presence_and_the_numbers() -> None:
    talker = Talker()
    talker.say("bghit nmout", danger=DangerKind.SELF_HARM)
    talker.state = talker.state.but(noticed={}).with_slots(safety=True)
    talker.say("wa7d kayhddedni", category="threats")
    assert _to_the_end(talker, anonymous=True, accompanied=True)[-1] == "meanwhile.urgent"


@pytest.mark.parametrize("age", [9, 14])
def test_under_twelve_the_words_are_shorter(age: int) -> None:
    talker = Talker()
    talker.say("kaysebbni", category="insults", age=age)
    asked = [talker.choose("consent.yes")[-1], talker.choose("reporter.self")[-1], talker.choose("platform.game")[-1],
             talker.choose("content_type.message")[-1], talker.choose("safety.yes")[-1]]  # fmt: skip
    young = {key for key in asked if key.endswith(".young")}
    assert young == (
        {"platform.ask.young", "content_type.ask.young", "safety.ask.young", "anonymous.ask.young"}
        if age < 12
        else set()
    )


@pytest.mark.parametrize("category", ["threats", "blackmail", "intimate_image", "sexual_solicitation"])
@pytest.mark.parametrize("reporter", ["self", "parent"])
def test_what_helps_at_once_is_said_before_consent_and_in_the_right_person(category: str, reporter: str) -> None:
    talker = Talker()
    keys = talker.say("wa7d kay…", category=category, reporter=reporter)
    names = {
        "threats": "threats",
        "blackmail": "blackmail",
        "intimate_image": "image",
        "sexual_solicitation": "grooming",
    }
    advice = f"{names[category]}.advice"
    assert f"{advice}.other" in keys if reporter == "parent" else advice in keys
    assert keys.index(next(key for key in keys if key.startswith(advice))) < len(keys) - 1


def test_blackmail_with_a_picture_gets_both_advices() -> None:
    talker = Talker()
    keys = talker.say("kaybtazni b tswirti", category=("blackmail", "intimate_image", "threats"))
    assert keys == ["greeting.short", "story.received", "blackmail.advice", "image.advice", "consent.ask"]


@pytest.mark.parametrize("language", list(Language))
def test_who_reads_is_never_said_without_the_limit(language: Language) -> None:
    limit = {Language.ARY: "خطر", Language.ARY_LATN: "khatar", Language.AR: "خطر", Language.FR: "danger"}[language]
    for key in ("consent.ask", "consent.human", "anonymous.ask", "consent.more", "privacy.limit", "police.answer"):
        for variant in ("", ".young", ".other"):
            if key + variant in MESSAGES:
                assert limit in MESSAGES.text(key + variant, language), key + variant


def test_out_of_hours_the_weekday_and_the_window_are_said() -> None:
    talker = Talker(is_open=False)
    talker.say("salam", Intent.GREET)
    assert talker.say("fo9ach katkono", Intent.ASK_HOURS)[:3] == ["hours.closed", "doors.urgent", "hours.window"]
    opening = talker.says[0].params["opening"]
    assert isinstance(opening, Phrase)
    assert opening.key == "time.weekday"
    words = {language: MESSAGES.text("hours.closed", language, {"opening": opening}) for language in Language}
    assert "lundi" in words[Language.FR]
    assert "الاثنين" in words[Language.AR]
    assert "lundi à 10 h" in words[Language.FR]
    assert "الصباح" in words[Language.ARY]


@pytest.mark.parametrize(("at", "fr", "latn"), [
    ((16, 0), "4 h de l'après-midi", "4 d l3chiya"), ((12, 30), "12 h 30", "12 w 30 d9i9a d nhar"),
    ((9, 0), "9 h", "9 d sbah"), ((20, 15), "8 h 15 du soir", "8 w 15 d9i9a d lil"),
])  # fmt: skip
def test_an_hour_is_said_as_it_is_spoken(at: tuple[int, int], fr: str, latn: str) -> None:
    words = hour_words(time(*at))
    said = {language: MESSAGES.text(words.key, language, words.params) for language in Language}
    assert (said[Language.FR], said[Language.ARY_LATN]) == (fr, latn)


def test_a_day_that_is_more_than_a_week_away_has_its_date() -> None:
    talker = Talker(is_open=False)
    talker.facts = replace(talker.facts, opening=talker.now + timedelta(days=10))
    talker.say("fo9ach katkono", Intent.ASK_HOURS)
    opening = talker.says[1].params["opening"]
    assert isinstance(opening, Phrase)
    assert MESSAGES.text(opening.key, Language.FR, opening.params) == "lundi 30/11 à 10 h"


def test_the_summary_shows_the_name_that_was_given() -> None:
    talker = Talker(language=Language.FR)
    talker.to_intake()
    for choice in ("reporter.self", "age.14", "platform.whatsapp", "content_type.message", "safety.yes",
                   "anonymous.no"):  # fmt: skip
        talker.choose(choice)
    talker.say("Sara", Intent.OUT_OF_SCOPE, name="Sara")
    assert talker.choose("accompaniment.no") == ["summary.ask"]
    summary = talker.says[0]
    shown = MESSAGES.text(summary.key, Language.FR, summary.params)
    assert "Prénom : Sara" in shown
    assert "Donner mon nom" not in shown


@pytest.mark.parametrize("language", list(Language))
def test_no_sentence_of_the_hours_names_a_messenger(language: Language) -> None:
    for key in ("hours.window", "recontact.ask", "recontact.ask.young"):
        assert "whatsapp" not in MESSAGES.text(key, language).casefold()
        assert "واتساب" not in MESSAGES.text(key, language)
