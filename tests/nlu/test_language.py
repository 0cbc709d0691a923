"""The variety of a message."""

import pytest

from nlu.engine import EmbeddedInterpreter
from nlu.interpretation import Language, Question

PLAIN = {
    Language.ARY: ("واحد كيهددني وما عرفت شنو ندير", "بغيت نهضر مع شي واحد ديالكم دابا"),
    Language.ARY_LATN: ("wa7d kayhdedni w ma3reft chno ndir", "bghit nhder m3a chi wa7d daba 3afakom"),
    Language.AR: ("هناك شخص يهددني ولا أعرف ماذا أفعل", "أريد أن أتحدث مع شخص من فريقكم الآن"),
    Language.FR: ("quelqu'un me menace et je sais pas quoi faire", "j'aimerais parler à une vraie personne"),
}
MIXED = [
    ("wa7d kayhdedni f instagram w kay9ol lia envoie les photos", Language.ARY_LATN),
    ("واحد كيهددني ف whatsapp وباغي des photos", Language.ARY),
    ("salam, mon ex a publié ma photo sur insta", Language.FR),
    ("https://www.example.com/page هذا هو الرابط الذي ينشر فيه صوري", Language.AR),
]
SILENT = ["ok", "14", "🙏", "", "...", "salam", "@sara_b", "0612345678", "insta", "\u202e\0"]


@pytest.mark.parametrize(
    ("text", "language"), [(text, language) for language, texts in PLAIN.items() for text in texts] + MIXED
)
def test_language_of_a_sentence(interpreter: EmbeddedInterpreter, text: str, language: Language) -> None:
    said = interpreter.read(text, Question())
    assert (said.language, said.language_sure) == (language, True)


@pytest.mark.parametrize("text", SILENT)
@pytest.mark.parametrize("language", list(Language))
def test_what_shows_no_language_keeps_the_conversation_s(
    interpreter: EmbeddedInterpreter, text: str, language: Language
) -> None:
    said = interpreter.read(text, Question(None, language))
    assert (said.language, said.language_sure) == (language, False)


@pytest.mark.parametrize("text", SILENT)
def test_what_shows_no_language_is_not_sure(interpreter: EmbeddedInterpreter, text: str) -> None:
    assert not interpreter.read(text, Question()).language_sure


def test_a_one_word_answer_keeps_the_conversation_s_language(interpreter: EmbeddedInterpreter) -> None:
    assert interpreter.read("oui", Question("consent", Language.ARY_LATN)).language is Language.ARY_LATN
    assert interpreter.read("wakha", Question("consent", Language.ARY)).language is Language.ARY


def test_a_sentence_changes_the_conversation_s_language(interpreter: EmbeddedInterpreter) -> None:
    said = interpreter.read("quelqu'un me menace depuis deux mois", Question("narrative", Language.ARY))
    assert (said.language, said.language_sure) == (Language.FR, True)
