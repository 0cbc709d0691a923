"""Held-out messages: what the engines are examined with, and never trained on.

One file a variety, ``tests/nlu/held-out/VARIETY.yml``::

    messages:
    - text: 3ndi 14 3am, wa7d kayhdedni f whatsapp
      intent: report_incident     # or a list where several are right; the first is the best
      entities: [{entity: age, value: 14}, {entity: category, value: threats}, {entity: platform, value: whatsapp}]
    - text: "13"
      expects: age                # what the bot had asked; such a message is read in the file's variety
      intent: report_incident
      entities: [{entity: age, value: 13}]
    - text: mab9itch baghi n3ich
      intent: report_incident
      danger: self_harm           # left out: no danger

``entities`` names every value that the message holds, as the case writes it; one that it leaves out counts as a
false find. ``language`` is the file's variety where it is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.document import DataFault, load
from nlu.interpretation import ENTITIES, DangerKind, Intent, Language, Question

_KEYS = frozenset(("text", "intent", "language", "entities", "danger", "expects"))


@dataclass(frozen=True, slots=True)
class Message:
    """One message and what it should be read as.

    Args:
        text: the message.
        intents: the intents that are right, the best first.
        language: its variety.
        variety: the variety of the file that it stands in.
        entities: every value in it, as (entity, value), with the value in lower-case text.
        danger: the danger that it shows, or None.
        question: what it answers.
    """

    text: str
    intents: tuple[Intent, ...]
    language: Language
    variety: Language
    entities: frozenset[tuple[str, str]]
    danger: DangerKind | None
    question: Question


def read(folder: Path) -> list[Message]:
    """The messages of every file of a folder.

    Raises:
        DataFault: there is none, or one is not as it should be; names the file and the message.
    """
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise DataFault(f"{folder}: no held-out messages")
    return [message for file in files for message in _read_file(file)]


def _read_file(file: Path) -> list[Message]:
    content = load(file)
    if not isinstance(content, dict) or not isinstance(content.get("messages"), list):
        raise DataFault(f"{file}: no list of messages")
    try:
        variety = Language(file.stem)
    except ValueError as error:
        raise DataFault(f"{file}: not named after a variety") from error
    found = []
    for number, said in enumerate(content["messages"], 1):
        try:
            found.append(_message(said, variety))
        except (KeyError, TypeError, ValueError) as error:
            raise DataFault(f"{file}: message {number}: {error}") from error
    return found


def _message(said: Any, variety: Language) -> Message:
    if not isinstance(said, dict) or not isinstance(said.get("text"), str):
        raise ValueError('has no "text", or one that needs quotes')
    if set(said) - _KEYS:
        raise ValueError(f"unknown keys: {', '.join(sorted(map(str, set(said) - _KEYS)))}")
    intents = said["intent"] if isinstance(said["intent"], list) else [said["intent"]]
    expects = said.get("expects")
    return Message(
        text=said["text"],
        intents=tuple(Intent(intent) for intent in intents),
        language=Language(said.get("language", variety)),
        variety=variety,
        entities=frozenset(_entity(entity) for entity in said.get("entities") or ()),
        danger=DangerKind(said["danger"]) if said.get("danger") else None,
        question=Question(expects, variety if expects else None),
    )


def _entity(said: Mapping[str, Any]) -> tuple[str, str]:
    if said["entity"] not in ENTITIES:
        raise ValueError(f"unknown entity {said['entity']!r}")
    return said["entity"], comparable(said["value"])


def comparable(value: object) -> str:
    """A value as text, so that 14 and "14", Rabat and rabat are one."""
    return str(value).casefold()
