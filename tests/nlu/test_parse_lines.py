"""The lines of m3ak parse."""

import io
import json

import pytest

from nlu import parse_lines
from nlu.engine import EmbeddedInterpreter
from nlu.parse_lines import LineFault


def answers(interpreter: EmbeddedInterpreter, lines: list[str], jsonl: bool = False) -> list[dict[str, object]]:
    out = io.StringIO()
    parse_lines.run(interpreter, lines, jsonl, out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_is_a_message(interpreter: EmbeddedInterpreter) -> None:
    first, second = answers(interpreter, ["3ndi 14 3am\n", "\n"])
    assert first["text"] == "3ndi 14 3am"
    assert {"text", "language", "intent", "intent_ranking", "entities", "danger"} <= set(first)
    assert second["text"] == ""


def test_an_object_gives_the_question_too(interpreter: EmbeddedInterpreter) -> None:
    lines = ['{"text": "13", "expects": "age", "language": "fr"}\n', "\n", '{"text": "13"}\n']
    asked, unasked = answers(interpreter, lines, jsonl=True)
    assert asked["entities"] == [{"entity": "age", "value": 13, "start": 0, "end": 2}]
    assert asked["language"] == "fr"
    assert unasked["text"] == "13"


def test_letters_are_written_as_they_are_unless_they_cannot_be(interpreter: EmbeddedInterpreter) -> None:
    out = io.StringIO()
    parse_lines.run(interpreter, ["سلام", "a\ud800"], False, out)
    plain, escaped = out.getvalue().splitlines()
    assert "سلام" in plain
    assert "\\ud800" in escaped


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "not JSON"),
        ("[]", 'not an object with a "text"'),
        ('{"text": 3}', 'not an object with a "text"'),
        ('{"text": "a", "expects": 3}', "expects"),
        ('{"text": "a", "language": "en"}', "language"),
        ("[" * 100_000, "nested too deeply|not JSON"),
    ],
)
def test_a_wrong_line_is_named(interpreter: EmbeddedInterpreter, line: str, fault: str) -> None:
    with pytest.raises(LineFault, match=f"line 2: .*({fault})"):
        answers(interpreter, ['{"text": "ok"}', line], jsonl=True)
