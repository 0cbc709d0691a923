"""Stories: conversations as YAML, readable without programming, in one variety or in several.

story: what this conversation shows
languages: all                     # or [ary, fr]; or language: ary; neither: what the helpline begins in
each: {kind: [self_harm, sexual_abuse]}    # told once for each, with {kind} put in wherever it stands
answers: {consent: [Wah.], age: ["14"]}    # said whenever the bot asks for that slot
turns:
  - child: salam                           # the same in every variety, or {ary: سلام, fr: salut}
    bot: [greeting.hello, narrative.ask]   # the messages that follow, by the beginning of their ids; "..." any more
  - say: hello                             # what words.yml, beside the stories, has under this name
  - child: [3afak, wa7d kayhddedni, f whatsapp]   # several messages, one after the other; more: true, and more come
  - until: consent                         # the usual answers of words.yml, until this is asked, or: end
  - choice: consent.yes
    slots: {consent: true}
    expects: reporter
    owner: bot
  - typed: consent.yes                     # what stands on the button, written by hand
  - media: video                           # with a caption: {media: video, caption: "..."}
  - clock: "2026-11-23T10:00:00+01:00"
  - others: 2                              # other children come to wait for a counsellor
  - minutes: 15                            # so long children wait for one as a rule
  - counsellor: takes                      # or gives back, gives to the bot, closes; else what is written to the child
  - status: reported                       # where the team has got to with the case
  - outcome: removed                       # what came of a report
  - jump: withdraw.done                    # goes to a step of a flow, as a trainer does in the simulator
case: {age: 14, categories: {has: [threats]}}   # null for no case

Several stories may stand in one file, with a line --- between them. A question that a flow adds (``further``)
is skipped where a story does not name it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from dialogs.document import LOADER
from nlu.interpretation import Language

WORDS = "words.yml"
HEAD = 2
"""Turns after which stories that begin alike are told from one beginning."""
EVENTS = ("child", "say", "choice", "typed", "media", "clock", "until", "others", "minutes", "counsellor", "status",
           "outcome", "jump")  # fmt: skip
_TURN = {*EVENTS, "more", "caption", "ref", "bot", "slots", "owner", "language", "expects"}
_STORY = {"story", "language", "languages", "each", "answers", "turns", "case"}


class BrokenStory(Exception):
    """A story cannot be replayed. The message names the file and the cure."""


@dataclass(frozen=True, slots=True)
class Story:
    """One conversation in one variety.

    Args:
        name: its file, and what sets it apart from the others of that file.
        language: the variety it begins in, or None for the helpline's own.
        turns: each with what is sent, and what must follow.
        answers: texts by slot, said in this order whenever the bot asks for it.
        usual: the usual answers by slot, for ``until``.
        case: what the case must hold; None for no case; absent keys are not compared.
        compares: whether the case is compared at all.
    """

    name: str
    language: Language | None
    turns: tuple[Mapping[str, Any], ...]
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    usual: Mapping[str, str] = field(default_factory=dict)
    case: Mapping[str, Any] | None = None
    compares: bool = False

    @property
    def head(self) -> str | None:
        """What it has in common with other stories: the way to a question, and nothing of its own."""
        begins = len(self.turns) > HEAD and "until" in self.turns[HEAD - 1] and not self.answers
        return f"{self.language} {self.turns[:HEAD]}" if begins else None


def load_stories(path: Path) -> list[Story]:
    """Reads a file of stories, each variety and each combination as a story of its own.

    Raises:
        BrokenStory: when it is not one.
    """
    words = _read(path.parent / WORDS) if (path.parent / WORDS).exists() else [{}]
    documents = _read(path)
    stories: list[Story] = []
    for number, raw in enumerate(documents, 1):
        where = str(path) if len(documents) == 1 else f"{path}: story {number}"
        mark = path.stem if len(documents) == 1 else f"{path.stem} {number}"
        _check(where, raw)
        for language in _languages(where, raw):
            stories += _told(where, mark, raw, language, words[0])
    return stories


def story_files(folder: Path) -> list[Path]:
    """The files of stories in a folder."""
    return [path for path in sorted(folder.glob("*.yml")) if path.name != WORDS]


def _read(path: Path) -> list[Any]:
    try:
        return list(yaml.load_all(path.read_text(encoding="utf-8"), Loader=LOADER))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise BrokenStory(f"{path}: cannot be read: {' '.join(str(error).split())}") from None


def _check(where: str, story: Any) -> None:
    if not isinstance(story, dict) or not isinstance(story.get("turns"), list):
        raise BrokenStory(f"{where}: a story has 'story' and 'turns'.")
    if unknown := set(map(str, story)) - _STORY:
        raise BrokenStory(f"{where}: unknown key {sorted(unknown)[0]!r}; known are {', '.join(sorted(_STORY))}.")
    for number, turn in enumerate(story["turns"], 1):
        if isinstance(turn, dict) and turn.get("child") == []:
            raise BrokenStory(f"{where}: turn {number}: the child says nothing.")
        if not isinstance(turn, dict) or set(turn) - _TURN:
            raise BrokenStory(f"{where}: turn {number}: known are {', '.join(sorted(_TURN))}.")
        if sum(key in turn for key in EVENTS) != 1:
            raise BrokenStory(f"{where}: turn {number} needs exactly one of {', '.join(EVENTS)}.")


def _languages(where: str, story: Mapping[str, Any]) -> list[Language | None]:
    named = story.get("languages", [story["language"]] if "language" in story else None)
    if named is None:
        return [None]
    try:
        return list(Language) if named == "all" else [Language(name) for name in named]
    except ValueError as error:
        raise BrokenStory(f"{where}: {error}; known are {', '.join(Language)}, or all.") from None


def _told(
    where: str, mark: str, raw: Mapping[str, Any], language: Language | None, words: Mapping[str, Any]
) -> Iterator[Story]:
    """One variety of a story, once for each combination of what varies in it."""
    each = raw.get("each") or {}
    usual = {
        slot: str(_in(f"{WORDS}: the answer to {slot}", said, language))
        for slot, said in (words.get("answers") or {}).items()
        if language
    }
    for values in product(*each.values()):
        chosen = {name: str(value) for name, value in zip(each, values, strict=True)}
        turns = []
        for number, turn in enumerate(_filled(raw["turns"], chosen), 1):
            here = f"{where}: turn {number}"
            if "child" in turn:
                turn["child"] = _in(here, turn["child"], language)
            if "say" in turn:
                names = turn["say"] if isinstance(turn["say"], list) else [turn["say"]]
                if any(not isinstance(name, str) for name in names):
                    raise BrokenStory(f"{here}: 'say' names words of {WORDS}; sentences themselves go under 'child'.")
                if missing := [name for name in names if name not in words]:
                    raise BrokenStory(f"{here}: {WORDS} has no {missing[0]!r}; add it in every variety.")
                turn["child"] = [_in(f"{WORDS}: {name}", words[name], language) for name in names]
            turns.append(turn)
        answers = {
            slot: tuple(str(_in(where, one, language)) for one in said)
            for slot, said in _filled(raw.get("answers") or {}, chosen).items()
        }
        name = " ".join(part for part in (mark, language, *chosen.values()) if part)
        yield Story(name, language, tuple(turns), answers, usual, _filled(raw.get("case"), chosen), "case" in raw)


def _in(where: str, said: Any, language: Language | None) -> Any:
    """What is said, in the variety of the story."""
    if not isinstance(said, dict):
        return said
    if language is None or language.value not in said:
        raise BrokenStory(f"{where}: nothing is said in {language.value if language else 'the helpline’s language'}.")
    return said[language.value]


def _filled(value: Any, chosen: Mapping[str, str]) -> Any:
    """A value with the names of what varies put in."""
    if isinstance(value, str):
        for name, text in chosen.items():
            value = value.replace(f"{{{name}}}", text)
        return value
    if isinstance(value, list):
        return [_filled(one, chosen) for one in value]
    if isinstance(value, dict):
        return {key: _filled(one, chosen) for key, one in value.items()}
    return value
