"""Words that the bot says a child may write: each is understood, in every variety, whatever is asked just then."""

import re

import pytest

from dialogs.answer import read_answer
from dialogs.state import Open, State
from dialogs.topic import called_topic, word_alone
from nlu.engine import EmbeddedInterpreter
from nlu.interpretation import Language, Question
from tests.conftest import ROOT
from tests.dialogs.talker import FLOWS, MESSAGES

QUOTED = re.compile(r"«[\s ]*(.+?)[\s ]*»")
TOPICS = {
    "consent.later": ["human"], "robot.answer": ["human"], "hours.open": ["human"], "narrative.later": ["human"],
    "danger.self_harm.noted": ["withdraw"], "danger.immediate_danger.noted": ["withdraw"],
    "danger.sexual_abuse.noted": ["withdraw"], "consent.refused_danger": ["withdraw"],
    "consent.still": ["guide"], "remove.answer": ["guide"], "back.none": ["restart"],
    "meanwhile.open": ["guide", "status"], "meanwhile.closed": ["guide", "status"],
}  # fmt: skip
COMMANDS = {"consent.ask": "erase", "consent.human": "erase", "privacy.who": "erase", "how.panic": "panic"}
ASKED = (None, "narrative", "consent", "age", "name", "accompaniment", "summary")


@pytest.fixture(scope="module")
def interpreter() -> EmbeddedInterpreter:
    return EmbeddedInterpreter.load(ROOT / "var" / "model.npz")


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("language", list(Language))
def test_a_topic_that_is_offered_in_words_is_called_by_them(
    interpreter: EmbeddedInterpreter, language: Language, asked: str | None
) -> None:
    question = Open(flow="intake", step=asked, key=f"{asked}.ask", slot=asked) if asked else None
    state = State(language=language, question=question)
    missed = []
    for key, topics in TOPICS.items():
        said = QUOTED.findall(MESSAGES.sentences[language][key].text)
        assert len(said) == len(topics), key
        for words, topic in zip(said, topics, strict=True):
            read = interpreter.read(words, Question(asked, language))
            answer = read_answer(question, FLOWS.slots[question.slot], read, MESSAGES) if question else None
            flow = called_topic(FLOWS, state, read, answer)
            if flow is None or flow.name != topic:
                missed.append((words, topic, flow and flow.name, read.intent.value, answer))
    assert not missed


@pytest.mark.parametrize("language", list(Language))
def test_a_command_that_is_offered_in_words_is_one(language: Language) -> None:
    for key, command in COMMANDS.items():
        for words in QUOTED.findall(MESSAGES.sentences[language][key].text):
            assert word_alone(FLOWS, command, words), (key, words)  # type: ignore[arg-type]
