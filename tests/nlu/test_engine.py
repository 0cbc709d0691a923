"""The embedded engine on whole messages, in the light of the question, and on what nobody should send."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlu.engine import LONGEST, EmbeddedInterpreter
from nlu.interpretation import (
    DangerKind,
    Intent,
    Interpretation,
    Interpreter,
    Language,
    Question,
    interpretation_from,
)

ROOT = Path(__file__).parent.parent.parent
SENTENCES = [
    ("wa7d kayhdedni f whatsapp w ma3reft chno ndir", Intent.REPORT_INCIDENT),
    ("واحد نشر تصاوري فالانستا", Intent.REPORT_INCIDENT),
    ("quelqu'un a piraté mon compte snap", Intent.REPORT_INCIDENT),
    ("هناك من يبتزني بصوري", Intent.REPORT_INCIDENT),
    ("bghit nhder m3a bnadem", Intent.ASK_HUMAN),
    ("واش واليديا غادي يعرفو؟", Intent.ASK_PRIVACY),
    ("vous êtes ouverts le dimanche ?", Intent.ASK_HOURS),
    ("أين وصلت شكايتي؟", Intent.ASK_STATUS),
    ("bghit nsheb chikaya", Intent.WITHDRAW_CASE),
    ("efface tout ce que tu sais sur moi", Intent.ERASE_DATA),
    ("من البداية عفاك", Intent.RESTART),
    ("parle en français stp", Intent.CHANGE_LANGUAGE),
    ("chokran bzaf lah y7fdkom", Intent.THANK),
    ("شنو درتو فالماتش ديال لبارح", Intent.OUT_OF_SCOPE),
]


@pytest.mark.parametrize(("text", "intent"), SENTENCES)
async def test_intent_of_a_sentence(interpreter: Interpreter, text: str, intent: Intent) -> None:
    said = await interpreter.parse(text, Question())
    assert said.intent is intent
    assert said.ranking[0] == (said.intent, said.confidence)


@pytest.mark.parametrize(
    ("text", "expects", "intent"),
    [
        ("14", "age", Intent.REPORT_INCIDENT),
        ("١٣ عام", "age", Intent.REPORT_INCIDENT),
        ("insta", "platform", Intent.REPORT_INCIDENT),
        ("salé", "city", Intent.REPORT_INCIDENT),
        ("la", "anonymous", Intent.DENY),
        ("non mais j'ai peur", "safety", Intent.DENY),
        ("ok merci", "consent", Intent.AFFIRM),
        ("jsp", "age", Intent.UNSURE),
        ("salam", "narrative", Intent.GREET),
        ("بغيت نهضر مع شي واحد بنادم", "platform", Intent.ASK_HUMAN),
    ],
)
def test_an_answer_is_read_in_the_light_of_the_question(
    interpreter: EmbeddedInterpreter, text: str, expects: str, intent: Intent
) -> None:
    assert interpreter.read(text, Question(expects, Language.ARY)).intent is intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("pas maintenant, demain", Intent.UNSURE),
        ("machi daba, ghedda", Intent.UNSURE),
        ("machi daba, la", Intent.DENY),
        ("machi daba mse7 kolchi", Intent.ERASE_DATA),
        ("ma3reft bghit nhder m3a chi 7ed", Intent.ASK_HUMAN),
        ("pas maintenant il me frappe", Intent.REPORT_INCIDENT),
    ],
)
def test_only_a_no_to_consent_is_put_off(interpreter: EmbeddedInterpreter, text: str, intent: Intent) -> None:
    assert interpreter.read(text, Question(expects="consent")).intent is intent


def test_an_answer_and_nothing_else_is_no_danger_to_the_model(interpreter: EmbeddedInterpreter) -> None:
    assert interpreter.read("باقي ما قررت", Question(expects="consent")).danger is None


def test_a_message_gives_its_values_and_its_danger(interpreter: EmbeddedInterpreter) -> None:
    said = interpreter.read("3ndi 14 3am, wa7d kayhdedni f whatsapp, mab9itch bghit n3ich", Question())
    assert said.values("age") == (14,)
    assert said.values("platform") == ("whatsapp",)
    assert said.danger is not None
    assert said.danger.kind is DangerKind.SELF_HARM
    for entity in said.entities:
        assert 0 <= entity.start < entity.end <= len(said.text)


@pytest.mark.parametrize("text", ["on m'a lancé une gourde dans le dos", "صايبو بروفيل بوجهي كيكتب بلي باغي نتزوج"])
def test_violence_in_words_that_no_report_was_taught_in_is_a_report(
    interpreter: EmbeddedInterpreter, text: str
) -> None:
    assert interpreter.read(text, Question()).intent is Intent.REPORT_INCIDENT


@pytest.mark.parametrize(
    "text",
    [
        "شربت حبوبا كثيرة من دواء جدتي وراسي يدور",
        "kandir jrou7 f feklhadi w nddirhom 7ta f drari3",
        "راه جمعت الدوا ديال جداتي كامل قدامي دابا",
        "jme suis encore coupée ce soir",
    ],
)
def test_a_message_in_which_danger_is_heard_is_a_report(interpreter: EmbeddedInterpreter, text: str) -> None:
    said = interpreter.read(text, Question())
    assert said.danger is not None
    assert said.intent is Intent.REPORT_INCIDENT


def test_what_is_too_long_is_cut_and_said_so(interpreter: EmbeddedInterpreter) -> None:
    text = "kayhdedni " * LONGEST
    said = interpreter.read(text, Question())
    assert said.truncated
    assert said.text == text
    assert said.intent is Intent.REPORT_INCIDENT
    assert not interpreter.read("a" * LONGEST, Question()).truncated


def complete(said: Interpretation) -> None:
    assert 0 <= said.confidence <= 1
    confidences = [confidence for _, confidence in said.ranking]
    assert confidences == sorted(confidences, reverse=True)
    assert said.ranking[0][0] is said.intent
    again = interpretation_from(said.as_dict())
    assert (again.intent, again.entities, again.danger) == (said.intent, said.entities, said.danger)


@pytest.mark.parametrize(
    "text",
    ["", " ", "\0", "\ud83d", "\u202e\u200f\u061c", "🙏", "😭😭😭", "1234567890", "!!!", "ـــ", "\n\r\t", "ﷺ" * 3000,
     "a" * 1_000_000, "😂" * 5000, "كيهددني\0\udfff" * 200, "[x](age){}", "%s %d {0}", "ا" * 3000],
)  # fmt: skip
@pytest.mark.parametrize("expects", [None, "age", "consent", "no_such_slot"])
def test_odd_input_is_answered(interpreter: EmbeddedInterpreter, text: str, expects: str | None) -> None:
    complete(interpreter.read(text, Question(expects)))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=()), max_size=400), st.sampled_from([None, "age", "name", "summary"]))
def test_any_text_is_answered(interpreter: EmbeddedInterpreter, text: str, expects: str | None) -> None:
    complete(interpreter.read(text, Question(expects, Language.FR)))


@pytest.mark.parametrize("text", ["", "???", "qzxw"])
def test_what_says_nothing_is_out_of_scope(interpreter: EmbeddedInterpreter, text: str) -> None:
    said = interpreter.read(text, Question())
    assert said.intent is Intent.OUT_OF_SCOPE


def test_reading_needs_neither_scikit_learn_nor_scipy(model_file: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from nlu.engine import EmbeddedInterpreter as E; "
        "from nlu.interpretation import Question; "
        f"E.load(Path({str(model_file)!r})).read('salam', Question()); "
        "sys.exit(any(name.split('.')[0] in ('sklearn', 'scipy') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    "text",
    [
        "salam, wa7d lpage f insta katnchr 3lia memes mn bdayt l3am, kolchi kaydhk. lmodir gal lia ghadi nchouf"
        " w ma dar walo. f lil kan7seb lkachi dyal jedda w kankhbih ta7t lmkhedda. kifach nsignali lpage?",
        "Bonjour, une page du lycée publie des mèmes sur moi et tout le monde commente. Le directeur a dit qu'il allait"
        " voir. Chaque soir je compte les cachets de ma grand-mère. Comment on signale une page sur Instagram ?",
    ],
)
def test_danger_in_one_part_of_a_story_is_heard(interpreter: EmbeddedInterpreter, text: str) -> None:
    said = interpreter.read(text, Question()).danger
    assert said is not None and said.kind is DangerKind.SELF_HARM


def test_a_story_without_such_a_part_is_no_danger(interpreter: EmbeddedInterpreter) -> None:
    text = (
        "Bonjour, une page du lycée publie des mèmes sur moi et tout le monde commente. Le directeur a dit qu'il allait"
        " voir. Chaque soir je fais mes devoirs avec mon frère. Comment on signale une page sur Instagram ?"
    )
    assert interpreter.read(text, Question()).danger is None
