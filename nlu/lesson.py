"""A lesson: one sentence that a trainer adds to the training files, in Rasa's format."""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from nlu.document import DataFault
from nlu.examples import ANNOTATION, files, plain, read
from nlu.interpretation import ENTITIES, Intent, Language

LONGEST = 300
"""Characters of a training sentence."""
_BLOCK = "- intent: {}"


@dataclass(frozen=True, slots=True)
class Lesson:
    """One sentence and what it means.

    Args:
        line: the sentence with its entities marked: ``[ig]{"entity": "platform", "value": "instagram"}``.
        intent: what it is for.
        language: its variety.
    """

    line: str
    intent: Intent
    language: Language


def fault(lesson: Lesson, data: Path) -> str | None:
    """What keeps a lesson from being learnt: ``empty``, ``long``, ``marks``, ``known``; None when nothing does.

    Raises:
        DataFault: the training files are not usable.
    """
    line = lesson.line
    if not line or line != " ".join(line.split()):
        return "empty"
    if len(line) > LONGEST:
        return "long"
    try:
        text, entities = plain(line)
    except (ValueError, KeyError):
        return "marks"
    odd = re.search(r"[\[\]{}]", ANNOTATION.sub("", line))
    if odd or any(name not in ENTITIES for name, _ in entities) or not any(c.isalpha() for c in text):
        return "marks"
    there = {(example.text, example.language) for example in read(data)}
    return "known" if (text, lesson.language) in there else None


def mark(text: str, entity: str, value: str | None = None) -> str:
    """A piece of a sentence, marked as an entity."""
    if value is None or value == text:
        return f"[{text}]({entity})"
    return f"[{text}]{json.dumps({'entity': entity, 'value': value}, ensure_ascii=False)}"


def learn(lesson: Lesson, data: Path) -> Path:
    """Writes a lesson at the end of its intent, as one new line of the file.

    Returns:
        the file.

    Raises:
        DataFault: the file is missing, or has no list of that intent.
        OSError: it cannot be written.
    """
    file = files(data).get(lesson.language)
    if file is None:
        raise DataFault(f"{data}: no training file for {lesson.language.value}")
    lines = file.read_text("utf-8").splitlines()
    head = _BLOCK.format(lesson.intent.value)
    begins = next((number for number, line in enumerate(lines) if line.strip() == head), None)
    if begins is None:
        raise DataFault(f"{file}: no sentences under {lesson.intent.value!r}")
    last = begins
    for number in range(begins + 1, len(lines)):
        if lines[number].startswith("- "):
            break
        if lines[number].strip().startswith("- "):
            last = number
    if last == begins:
        raise DataFault(f"{file}: no sentences under {lesson.intent.value!r}")
    indent = lines[last][: len(lines[last]) - len(lines[last].lstrip())]
    lines.insert(last + 1, f"{indent}- {lesson.line}")
    beside = file.with_suffix(".new")
    beside.write_text("\n".join(lines) + "\n", "utf-8")
    beside.replace(file)
    return file


def writable(data: Path) -> bool:
    """Whether the training files may be written here."""
    return os.access(data, os.W_OK) and all(os.access(file, os.W_OK) for file in files(data).values())
