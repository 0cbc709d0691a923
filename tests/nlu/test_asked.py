"""Questions in whatever words: the model's vote beside the lexicon, on sentences that neither was made from."""

from pathlib import Path

import pytest
import yaml

from nlu import examples
from nlu.engine import EmbeddedInterpreter
from nlu.interpretation import Language, Query, Question
from nlu.normal import normalise

_FOLDER = Path(__file__).parent / "asked"


def _sentences(variety: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = yaml.safe_load((_FOLDER / f"{variety}.yml").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("variety", list(Language))
def test_questions_are_heard_in_many_words_and_few_are_taken_for_another(
    interpreter: EmbeddedInterpreter, variety: str
) -> None:
    right, wrong, number = 0, 0, 0
    for query, texts in _sentences(variety).items():
        for text in texts if query != "none" else ():
            heard = interpreter.read(text, Question()).values("question")
            right, wrong = right + (query in heard), wrong + (bool(heard) and query not in heard)
            number += 1
    assert number >= 120
    assert right / number >= 0.35
    assert right / (right + wrong) >= 0.8


@pytest.mark.parametrize("variety", list(Language))
def test_what_only_sounds_like_a_question_is_none(interpreter: EmbeddedInterpreter, variety: str) -> None:
    texts = _sentences(variety)["none"]
    heard = [text for text in texts if interpreter.read(text, Question()).values("question")]
    assert len(texts) >= 30
    assert len(heard) / len(texts) <= 0.1


def test_every_question_is_learnt_and_tested_in_every_variety() -> None:
    files = [*examples.asked_files(examples.LEXICON), *_FOLDER.glob("*.yml")]
    assert len(files) == 2 * len(Language)
    for file in files:
        assert set(yaml.safe_load(file.read_text(encoding="utf-8"))) == {*Query, "none"}, file


def test_what_is_tested_was_never_learnt() -> None:
    learnt = {normalise(asked.text) for asked in examples.read_asked(examples.LEXICON)}
    tested = [text for variety in Language for texts in _sentences(variety).values() for text in texts]
    assert not [text for text in tested if normalise(text) in learnt]


@pytest.mark.parametrize(
    "text",
    [
        "bghit nhder m3a chi bnadem machi m3a robot",
        "passez-moi quelqu'un de l'équipe svp",
        "بغيت نعرف كيفاش نبلغ على واحد الكونط",
        "ils ont publié ma photo dans le groupe de la classe et tout le monde rigole",
    ],
)
def test_a_request_and_a_report_stay_what_they_are(interpreter: EmbeddedInterpreter, text: str) -> None:
    assert interpreter.read(text, Question()).values("question") == ()
