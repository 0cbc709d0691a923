"""One-word answers."""

import pytest

from nlu.answers import answer, opening, put_off
from nlu.interpretation import Intent
from nlu.normal import normalise

WORDS = {
    Intent.AFFIRM: "oui|ouiii|ah|wakha|Wakhaaa!!|mm|ok|OK 👍|👍🏽👍🏽|iyeh|نعم|آه|واخا|موافقة|أجل|c'est ça|آه عفاك",
    Intent.DENY: "la|lala|la la la|non|nn|non merci|لا|لا لا|لا شكرا|ما بغيتش|mabghitch|👎|pas du tout|كلا",
    Intent.UNSURE: "jsp|je sais pas|ma3rftch|ma 3reft|ما عرفتش|لا أدري|لا أعرف|skip|passer|🤷🏽‍♀️|chepa"
    "|pas encore|ليس بعد|mazal ma 9errert|باقي ما قررت",
    Intent.GREET: "salam|slm|cc|السلام|السلام عليكم|bonjour|bjr|مرحبا|👋|salam labas",
    Intent.THANK: "merci|chokran|شكرا|ok merci|safi chokran|merciii bcp",
    Intent.GOODBYE: "bye|beslama|بسلامة|au revoir|مع السلامة",
}


@pytest.mark.parametrize(
    ("intent", "text"), [(intent, text) for intent, texts in WORDS.items() for text in texts.split("|")]
)
def test_a_word_is_an_answer(intent: Intent, text: str) -> None:
    assert answer(normalise(text)) is intent


@pytest.mark.parametrize(
    "text", ["14", "", "?", "😭", "la video", "non il continue", "oui mais non", "kayhdedni", "x" * 500]
)
def test_more_than_an_answer_is_left_to_the_model(text: str) -> None:
    assert answer(normalise(text), expects="safety") is None


def test_thanks_beside_a_yes_is_a_yes_when_asked() -> None:
    assert answer("ok merci", expects="safety") is Intent.AFFIRM
    assert answer("salam oui", expects="safety") is Intent.AFFIRM


@pytest.mark.parametrize("text", ["pas maintenant", "Pas mtn merci", "machi daba 3afak", "ليس الآن", "ماشي دابا"])
def test_not_now_is_a_no_but_to_the_question_for_consent(text: str) -> None:
    assert answer(normalise(text), "safety") is Intent.DENY
    assert answer(normalise(text), "consent") is Intent.UNSURE


@pytest.mark.parametrize(
    ("text", "off"),
    [
        ("pas maintenant, demain", True), ("machi daba, ghedda", True), ("ليس الآن، ربما غدا", True),
        ("pas maintenant, non", False), ("machi daba ma bghitch", False), ("ماشي دابا، لا", False),
        ("non pas maintenant", False), ("jsp, demain", False), ("", False),
    ],
)  # fmt: skip
def test_consent_is_put_off_where_nothing_is_refused(text: str, off: bool) -> None:
    assert put_off(normalise(text)) is off


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("non il m'a bloqué", Intent.DENY),
        ("ah mama katعرف", Intent.AFFIRM),
        ("je sais pas encore", Intent.UNSURE),
        ("kayhdedni", None),
        ("", None),
    ],
)
def test_the_answer_that_a_message_begins_with(text: str, intent: Intent | None) -> None:
    assert opening(normalise(text)) is intent
