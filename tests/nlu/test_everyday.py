"""Ordinary talk: whoever writes of football, love or a recipe neither reports nor is in danger."""

from pathlib import Path

import pytest
import yaml

from nlu.engine import EmbeddedInterpreter
from nlu.interpretation import Intent, Question
from tests.conftest import ROOT

_FOLDER = Path(__file__).parent / "everyday"


@pytest.mark.parametrize("variety", ["ary-Latn", "ary", "ar", "fr"])
def test_ordinary_talk_is_neither_a_report_nor_danger(variety: str) -> None:
    engine = EmbeddedInterpreter.load(ROOT / "var" / "model.npz")
    messages = yaml.safe_load((_FOLDER / f"{variety}.yml").read_text(encoding="utf-8"))["messages"]
    readings = [engine.read(message, Question()) for message in messages]
    assert len(readings) >= 150
    assert sum(reading.intent is Intent.OUT_OF_SCOPE for reading in readings) / len(readings) >= 0.9
    assert sum(reading.intent is Intent.REPORT_INCIDENT for reading in readings) / len(readings) <= 0.04
    assert sum(reading.danger is not None for reading in readings) / len(readings) <= 0.05
