"""The ``m3ak parse`` command: one message a line in, one JSON object a line out."""

import json
from collections.abc import Iterable
from typing import Any, TextIO

from nlu.engine import EmbeddedInterpreter
from nlu.interpretation import Language, Question


class LineFault(ValueError):
    """A line of ``--jsonl`` input is not what it should be; says which line and why."""


def run(interpreter: EmbeddedInterpreter, lines: Iterable[str], jsonl: bool, out: TextIO) -> None:
    """Reads messages and writes what they mean.

    Args:
        interpreter: the engine.
        lines: one message each; with ``jsonl`` one object each: ``{"text": …, "expects": "age"}``, where
            ``expects`` and ``language`` (the conversation's) may be left out.
        jsonl: whether the lines are objects.
        out: where the answers go; an answer whose characters are not all encodable is escaped to ASCII.

    Raises:
        LineFault: a line of ``jsonl`` input cannot be used.
    """
    for number, line in enumerate(lines, 1):
        line = line.rstrip("\r\n")
        if jsonl and not line.strip():
            continue
        text, question = _asked(number, line) if jsonl else (line, Question())
        said = interpreter.read(text, question).as_dict()
        out.write(_encodable(json.dumps(said, ensure_ascii=False), said) + "\n")
        out.flush()


def _encodable(written: str, said: dict[str, Any]) -> str:
    try:
        written.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return json.dumps(said)
    return written


def _asked(number: int, line: str) -> tuple[str, Question]:
    """The message of an input object, and the question that it answers."""
    try:
        said = json.loads(line)
    except ValueError as error:
        raise LineFault(f"line {number}: not JSON: {error}") from error
    except RecursionError as error:
        raise LineFault(f"line {number}: nested too deeply") from error
    if not isinstance(said, dict) or not isinstance(said.get("text"), str):
        raise LineFault(f'line {number}: not an object with a "text"')
    expects, language = said.get("expects"), said.get("language")
    if expects is not None and not isinstance(expects, str):
        raise LineFault(f'line {number}: "expects" is not a slot\'s name')
    if language is not None and language not in {variety.value for variety in Language}:
        raise LineFault(f'line {number}: "language" is none of {", ".join(variety.value for variety in Language)}')
    return said["text"], Question(expects, Language(language) if language else None)
