"""Ordinary talk: whoever writes of football, love or a recipe neither reports nor is in danger."""

from pathlib import Path

import pytest
import yaml

from nlu import examples
from nlu.engine import EmbeddedInterpreter
from nlu.interpretation import Intent, Language, Question
from nlu.normal import normalise

_FOLDER = Path(__file__).parent / "everyday"


def _messages(variety: str) -> list[str]:
    messages: list[str] = yaml.safe_load((_FOLDER / f"{variety}.yml").read_text(encoding="utf-8"))["messages"]
    return messages


@pytest.mark.parametrize("variety", ["ary-Latn", "ary", "ar", "fr"])
def test_ordinary_talk_is_neither_a_report_nor_danger(interpreter: EmbeddedInterpreter, variety: str) -> None:
    readings = [interpreter.read(message, Question()) for message in _messages(variety)]
    assert len(readings) >= 150
    assert sum(reading.intent is Intent.OUT_OF_SCOPE for reading in readings) / len(readings) >= 0.85
    assert sum(reading.intent is Intent.REPORT_INCIDENT for reading in readings) / len(readings) <= 0.06
    assert sum(reading.danger is not None for reading in readings) / len(readings) <= 0.05


def test_what_is_tested_was_never_learnt() -> None:
    learnt = {normalise(example.text) for example in examples.read_idle(examples.LEXICON)}
    assert len(learnt) > 8000
    assert not [text for variety in Language for text in _messages(variety) if normalise(text) in learnt]
