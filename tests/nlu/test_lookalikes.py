"""Danger among messages that were written to sound like it: 80 of 200 in each file are danger.

``studied.yml`` may be read while rules are written; ``unseen.yml`` may only be scored.
"""

from pathlib import Path

import pytest
import yaml

from nlu.engine import EmbeddedInterpreter
from nlu.interpretation import Question

_FOLDER = Path(__file__).parent / "lookalikes"


@pytest.mark.parametrize(("name", "recall"), [("studied", 0.92), ("unseen", 0.88)])
def test_danger_is_heard_among_what_sounds_like_it(interpreter: EmbeddedInterpreter, name: str, recall: float) -> None:
    messages = yaml.safe_load((_FOLDER / f"{name}.yml").read_text(encoding="utf-8"))["messages"]
    heard = [
        interpreter.read(message["text"], Question(message.get("expects"))).danger is not None
        for message in messages
        if message.get("danger")
    ]
    assert len(heard) == 80
    assert sum(heard) / len(heard) >= recall
