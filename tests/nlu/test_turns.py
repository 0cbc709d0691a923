"""What is written in mid-chat: answers in whole sentences, reassurances and corrections, and dangers among them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from nlu import examples
from nlu.engine import EmbeddedInterpreter
from nlu.interpretation import Language, Question
from nlu.normal import normalise
from tests.conftest import ROOT

_FOLDER = Path(__file__).parent / "turns"


def _messages(variety: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = yaml.safe_load((_FOLDER / f"{variety}.yml").read_text(encoding="utf-8"))[
        "messages"
    ]
    return messages


@pytest.mark.parametrize("variety", ["ary-Latn", "ary", "ar", "fr"])
def test_an_answer_in_a_sentence_is_read_and_is_no_danger(interpreter: EmbeddedInterpreter, variety: str) -> None:
    messages = [message for message in _messages(variety) if "danger" not in message]
    readings = [interpreter.read(m["text"], Question(expects=m.get("expects"))) for m in messages]
    assert len(readings) >= 100
    assert sum(reading.danger is not None for reading in readings) / len(readings) <= 0.1
    meant = [(m["intent"], reading.intent) for m, reading in zip(messages, readings, strict=True) if "intent" in m]
    assert len(meant) >= 40
    assert sum(wanted == found for wanted, found in meant) / len(meant) >= 0.75


def test_danger_is_heard_in_mid_chat(interpreter: EmbeddedInterpreter) -> None:
    told = [message["text"] for variety in Language for message in _messages(variety) if "danger" in message]
    heard = [text for text in told if interpreter.read(text, Question(expects="safety")).danger]
    assert len(told) >= 48
    assert len(heard) / len(told) >= 0.65


def test_what_is_tested_was_never_learnt() -> None:
    learnt = {normalise(example.text) for example in examples.read(ROOT / "nlu" / "data")}
    learnt |= {normalise(example.text) for example in examples.read_danger(examples.LEXICON)}
    assert not [m["text"] for variety in Language for m in _messages(variety) if normalise(m["text"]) in learnt]
