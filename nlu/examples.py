"""Training sentences: Rasa's YAML files under ``nlu/data``, one file a variety, read into examples."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.document import DataFault, load
from nlu.interpretation import Category, DangerKind, EntityValue, Intent, Language, Query, Reporter

LEXICON = Path(__file__).parent / "lexicon"
"""Where the danger rules lie."""

ANNOTATION = re.compile(r"\[(?P<text>[^\]]+)\](?:\((?P<entity>[^)]+)\)|(?P<json>\{[^}]*\}))")
_ITEM = re.compile(r"^\s*-\s+(.*\S)\s*$")


@dataclass(frozen=True, slots=True)
class Example:
    """One training sentence.

    Args:
        text: the sentence without its annotations.
        intent: what it is for.
        language: the variety of its file.
        entities: the annotated entities as (name, value).
    """

    text: str
    intent: Intent
    language: Language
    entities: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DangerExample:
    """One example of the danger lexicon.

    Args:
        text: the sentence.
        kind: the danger that it shows, or None for one that only looks like it.
    """

    text: str
    kind: DangerKind | None


@dataclass(frozen=True, slots=True)
class Told:
    """A message and what it tells.

    Args:
        text: the message.
        values: what is told, as (entity, value): kinds of violence, who writes, and who knows.
        kind: the danger that it shows, or None.
    """

    text: str
    values: frozenset[tuple[str, EntityValue]]
    kind: DangerKind | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A sentence of a child to us.

    Args:
        text: the sentence.
        query: what it asks, or None for one that only sounds so.
    """

    text: str
    query: Query | None


def plain(line: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A line without its annotations, and what they say."""
    entities: list[tuple[str, str]] = []

    def replaced(match: re.Match[str]) -> str:
        if match["json"]:
            said = json.loads(match["json"])
            entities.append((str(said["entity"]), str(said.get("value", match["text"]))))
        else:
            entities.append((match["entity"], match["text"]))
        return match["text"]

    return ANNOTATION.sub(replaced, line), tuple(entities)


def files(data: Path) -> dict[Language, Path]:
    """The training file of each variety under ``data``; other files there serve Rasa alone.

    Raises:
        DataFault: there is none.
    """
    found = {language: data / f"{language.value}.yml" for language in Language}
    found = {language: file for language, file in found.items() if file.is_file()}
    if not found:
        raise DataFault(f"{data}: no training file ({', '.join(f'{v.value}.yml' for v in Language)})")
    return found


def read(data: Path) -> list[Example]:
    """All training sentences under ``data``, each once, in the order of the files.

    Raises:
        DataFault: a file is missing, is not Rasa's format, or names an intent that does not exist.
    """
    examples: dict[tuple[str, Language], Example] = {}
    for language, file in files(data).items():
        content = load(file)
        blocks = content.get("nlu") if isinstance(content, dict) else None
        if not isinstance(blocks, list):
            raise DataFault(f"{file}: no list under 'nlu'")
        for block in blocks:
            if not isinstance(block, dict) or "intent" not in block:
                continue
            try:
                intent = Intent(block["intent"])
            except ValueError as error:
                raise DataFault(f"{file}: unknown intent {block['intent']!r}") from error
            for line in str(block.get("examples", "")).splitlines():
                item = _ITEM.match(line)
                if item is None:
                    continue
                try:
                    text, entities = plain(item[1])
                except (ValueError, KeyError) as error:
                    raise DataFault(f"{file}: bad annotation in {item[1]!r}") from error
                examples.setdefault((text, language), Example(text, intent, language, entities))
    return list(examples.values())


def read_idle(folder: Path) -> list[Example]:
    """Ordinary talk, in ``folder/idle``, one file a variety with a list of ``messages``: out of scope, every one.

    Raises:
        DataFault: a file is not readable.
    """
    return [
        Example(text, Intent.OUT_OF_SCOPE, Language(file.stem))
        for file in idle_files(folder)
        for text in _under("messages", load(file))
    ]


def read_danger(folder: Path) -> list[DangerExample]:
    """What is and what is not danger: the rules' own examples, one file a kind under ``folder``, and the
    sentences of ``folder/spoken``, one file a variety, with a list a kind and the list ``none``.

    Raises:
        DataFault: a file is not readable.
    """
    found: dict[str, DangerExample] = {}
    for kind in DangerKind:
        content = load(folder / f"{kind.value}.yml")
        for text in _under("match", content):
            found[text] = DangerExample(text, kind)
        for text in _under("no_match", content):
            found.setdefault(text, DangerExample(text, None))
    for file in spoken_files(folder):
        content = load(file)
        for kind in DangerKind:
            for text in _under(kind.value, content):
                found.setdefault(text, DangerExample(text, kind))
        for text in _under("none", content):
            found.setdefault(text, DangerExample(text, None))
    return list(found.values())


def read_told(folder: Path) -> list[Told]:
    """What messages tell, in ``folder/told``, one file a variety: ``messages``, each with its ``text`` and, where
    it says so, ``categories``, ``reporter``, ``adult`` (whether a grown-up was told), ``family`` (whether the
    family knows of the complaint) and ``danger``.

    Raises:
        DataFault: a file is not as it should be; names it and the message.
    """
    found: dict[str, Told] = {}
    for file in told_files(folder):
        content = load(file)
        if not isinstance(content, dict) or not isinstance(content.get("messages"), list):
            raise DataFault(f"{file}: no list of messages")
        for number, said in enumerate(content["messages"], 1):
            try:
                told = _told(said)
            except (KeyError, TypeError, ValueError) as error:
                raise DataFault(f"{file}: message {number}: {error}") from error
            found.setdefault(told.text, told)
    return list(found.values())


def _told(said: dict[str, Any]) -> Told:
    if unknown := set(said) - {"text", "categories", "reporter", "adult", "family", "danger"}:
        raise ValueError(f"unknown keys: {', '.join(sorted(map(str, unknown)))}")
    values: set[tuple[str, EntityValue]] = {("category", Category(value)) for value in said.get("categories", ())}
    if "reporter" in said:
        values.add(("reporter", Reporter(said["reporter"])))
    for key, entity in (("adult", "trusted_adult"), ("family", "family_knows")):
        if key in said:
            if not isinstance(said[key], bool):
                raise ValueError(f"{key} is neither true nor false")
            values.add((entity, said[key]))
    return Told(str(said["text"]), frozenset(values), DangerKind(said["danger"]) if "danger" in said else None)


def read_asked(folder: Path) -> list[Asked]:
    """What messages ask straight out, in ``folder/asked``, one file a variety, with a list a question and the list
    ``none`` of those that only sound so.

    Raises:
        DataFault: a file is not readable.
    """
    found: dict[str, Asked] = {}
    for file in asked_files(folder):
        content = load(file)
        for query in Query:
            for text in _under(query.value, content):
                found.setdefault(text, Asked(text, query))
        for text in _under("none", content):
            found.setdefault(text, Asked(text, None))
    return list(found.values())


def asked_files(folder: Path) -> list[Path]:
    """The files of sentences that ask something of us."""
    return sorted((folder / "asked").glob("*.yml"))


def told_files(folder: Path) -> list[Path]:
    """The files of messages that train the head of what is told."""
    return sorted((folder / "told").glob("*.yml"))


def idle_files(folder: Path) -> list[Path]:
    """The files of ordinary talk."""
    return sorted((folder / "idle").glob("*.yml"))


def spoken_files(folder: Path) -> list[Path]:
    """The files of sentences that train the danger head besides the rules' examples."""
    return sorted((folder / "spoken").glob("*.yml"))


def _under(key: str, content: Any) -> list[str]:
    """Every string under a key, however deep the key stands."""
    if isinstance(content, list):
        return [text for part in content for text in _under(key, part)]
    if not isinstance(content, dict):
        return []
    return [text for name, part in content.items() for text in (_texts(part) if name == key else _under(key, part))]


def _texts(content: Any) -> list[str]:
    """Every string of a list, or of lists by variety."""
    if isinstance(content, str):
        return [content]
    if isinstance(content, dict):
        content = list(content.values())
    return [text for part in content for text in _texts(part)] if isinstance(content, list) else []
