"""A real Rasa server understands, and our own code goes on finding everything else."""

from pathlib import Path

import pytest

from nlu import examination, held_out
from nlu.engine import EmbeddedInterpreter
from nlu.interpretation import DangerKind, Intent, Interpretation, Interpreter, Language, Question
from nlu.rasa import RasaInterpreter
from tests.rasa.server import ROOT, RasaServer

pytestmark = pytest.mark.rasa

_HELD_OUT = ROOT / "tests" / "nlu" / "held-out"
_PATIENT = 10.0  # seconds: here it is about what Rasa says, not when


class Deaf:
    """An engine that understands nothing: what is understood beside it, Rasa has understood."""

    async def parse(self, text: str, question: Question) -> Interpretation:
        return Interpretation(text, Language.FR, Intent.OUT_OF_SCOPE, 0.0)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("السلام عليكم", Intent.GREET),
        ("واحد كيهددني فالواتساب", Intent.REPORT_INCIDENT),
        ("بغيت نهضر مع شي حد ديالكم", Intent.ASK_HUMAN),
        ("salam 3likom", Intent.GREET),
        ("wa7d kayhdedni f whatsapp", Intent.REPORT_INCIDENT),
        ("bghit nhder m3a chi wa7ed", Intent.ASK_HUMAN),
        ("السلام عليكم ورحمة الله", Intent.GREET),
        ("هناك شخص يهددني بنشر صوري", Intent.REPORT_INCIDENT),
        ("أريد أن أتحدث مع مستشار", Intent.ASK_HUMAN),
        ("bonjour", Intent.GREET),
        ("quelqu'un me menace sur instagram", Intent.REPORT_INCIDENT),
        ("je veux parler à une vraie personne", Intent.ASK_HUMAN),
    ],
)
async def test_the_intent_is_rasas(rasa: RasaServer, text: str, intent: Intent) -> None:
    found = await RasaInterpreter(rasa.url, rasa.token, _PATIENT, Deaf()).parse(text, Question())
    assert found.intent is intent
    assert found.ranking[0] == (intent, found.confidence)
    assert found.confidence > 0.3


async def test_language_entities_and_danger_are_ours(rasa: RasaServer, embedded: EmbeddedInterpreter) -> None:
    interpreter = RasaInterpreter(rasa.url, rasa.token, _PATIENT, embedded)
    found = await interpreter.parse("3ndi 14 3am, wa7d kayhdedni f whatsapp", Question())
    assert found.language is Language.ARY_LATN
    assert found.values("age") == (14,)
    assert found.values("platform") == ("whatsapp",)
    assert found.danger is None
    found = await interpreter.parse("je ne veux plus vivre", Question())
    assert found.danger is not None
    assert found.danger.kind is DangerKind.SELF_HARM


async def test_an_answer_in_the_light_of_the_question_stays(rasa: RasaServer, embedded: EmbeddedInterpreter) -> None:
    interpreter = RasaInterpreter(rasa.url, rasa.token, _PATIENT, embedded)
    found = await interpreter.parse("14", Question("age", Language.FR))
    assert found.values("age") == (14,)
    assert found.intent is Intent.REPORT_INCIDENT
    assert (await interpreter.parse("ah", Question("anonymous", Language.ARY_LATN))).intent is Intent.AFFIRM


@pytest.mark.parametrize(
    "text", ["", " ", "🙏🙏", "14", "\0", "a\ud800b", "\u202e\u200f", "salam " * 2000, "{}", '"' * 300, "٣"]
)
async def test_strange_messages_are_answered(rasa: RasaServer, embedded: EmbeddedInterpreter, text: str) -> None:
    interpreter = RasaInterpreter(rasa.url, rasa.token, _PATIENT, embedded)
    found = await interpreter.parse(text, Question())
    assert found.text == text
    assert found.entities == embedded.read(text, Question()).entities
    assert await interpreter.answers()


async def test_a_wrong_token_is_refused(rasa: RasaServer, embedded: EmbeddedInterpreter) -> None:
    interpreter = RasaInterpreter(rasa.url, "wrong", _PATIENT, embedded)
    assert not await interpreter.answers()
    assert await interpreter.parse("bonjour", Question()) == embedded.read("bonjour", Question())


async def test_both_engines_on_the_held_out_messages(
    rasa: RasaServer, embedded: EmbeddedInterpreter, capsys: pytest.CaptureFixture[str]
) -> None:
    engines: dict[str, Interpreter] = {
        "embedded": embedded,
        "rasa": RasaInterpreter(rasa.url, rasa.token, _PATIENT, embedded),
    }
    found = await examination.run(engines, data=Path("nlu/data"), messages=_HELD_OUT, folds=0)
    ours, theirs = found.held_out["embedded"], found.held_out["rasa"]
    with capsys.disabled():
        print(f"\n{found.table()}")  # noqa: T201  # the comparison is what one looks for here
    assert ours.messages == theirs.messages == len(held_out.read(_HELD_OUT))
    assert theirs.languages == ours.languages
    assert theirs.slots == ours.slots
    assert theirs.dangers == ours.dangers
    assert theirs.intents.accuracy >= 0.8
    assert ours.intents.accuracy >= theirs.intents.accuracy - 0.01
