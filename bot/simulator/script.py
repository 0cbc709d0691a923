"""A story as a script: which act comes next in a trial, so that a transcript is replayed act by act."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.simulator.trial import Act
from bot.story import EVENTS, WORDS, BrokenStory, Story, load_stories, story_files
from dialogs.document import LOADER
from dialogs.messages import Messages
from dialogs.state import State
from nlu.interpretation import Language

_MOST = 200
"""Acts after which a story that goes in circles ends."""


class NoSuchStory(Exception):
    """There is no such story in that variety."""


def story_names(folder: Path) -> tuple[list[tuple[str, list[str]]], list[str]]:
    """What can be replayed.

    Returns:
        the files of a folder, each with its stories by name, without their varieties; and what is wrong with the files
        that cannot be read.
    """
    found, wrong = [], []
    for path in story_files(folder) if folder.is_dir() else ():
        try:
            names = [_plain(story) for story in _stories(path, _changed(path))]
        except BrokenStory as error:
            wrong.append(str(error))
        else:
            found.append((path.stem, list(dict.fromkeys(names))))
    return found, wrong


def find_story(folder: Path, name: str, language: Language) -> Story:
    """One story in one variety.

    Raises:
        NoSuchStory: when there is none.
    """
    for path in story_files(folder) if folder.is_dir() else ():
        if name.split()[:1] == [path.stem]:
            for story in _stories(path, _changed(path)):
                if _plain(story) == name and story.language in (None, language):
                    return story
    raise NoSuchStory(f"there is no story {name!r} in {language.value}")


def _changed(path: Path) -> int:
    """When a file or the words beside it were written."""
    return max(one.stat().st_mtime_ns for one in (path, path.parent / WORDS) if one.exists())


@lru_cache(maxsize=100)
def _stories(path: Path, changed: int) -> list[Story]:
    """The stories of a file, read once until it changes."""
    return load_stories(path)


def _plain(story: Story) -> str:
    return " ".join(part for part in story.name.split() if part != story.language)


def next_act(
    story: Story, cursor: Mapping[str, Any], state: State, messages: Messages
) -> tuple[Act | None, dict[str, Any]]:
    """What comes next.

    Args:
        story: what is replayed.
        cursor: how far it is: the ``turn`` that comes next, and how many answers of each slot were ``used``.
        state: how the trial stands.
        messages: the sentences, for what a story has written as it stands on a button.

    Returns:
        the act, or None at the end; and the cursor after it.
    """
    turn, played = (number if isinstance(number := cursor.get(name), int) else 0 for name in ("turn", "played"))
    used = {str(slot): n for slot, n in (cursor.get("used") or {}).items() if isinstance(n, int)}
    asked = state.question.slot if state.question else None
    while turn < len(story.turns) and "until" in story.turns[turn] and asked in (None, story.turns[turn]["until"]):
        turn += 1
    until = turn < len(story.turns) and "until" in story.turns[turn]
    if played >= _MOST:
        return None, {}
    said = _said(story, asked, used, usual=until) if asked and (played or until) else None
    if said is not None:
        act: Act = {"choice": said} if said.startswith(f"{asked}.") else {"child": said}
    elif until:
        # It asks for something else than the story waits for: the story goes on with what comes after.
        return next_act(story, {**cursor, "turn": turn + 1}, state, messages)
    elif turn < len(story.turns):
        known = (*EVENTS, "more", "caption")
        act = {name: value for name, value in story.turns[turn].items() if name in known and name != "say"}
        if "typed" in act:
            act = {"child": messages.title(str(act["typed"]), state.language)}
        turn += 1
    else:
        return None, {}
    return act, {"turn": turn, "played": played + 1, "used": used}


def in_variety(folder: Path, act: Act, language: Language) -> Act:
    """An act in another variety, where what is said in it stands in the folder in all four; else as it is."""
    if "child" not in act:
        return act
    words = _counterparts(folder)
    said = act["child"]
    if isinstance(said, list):
        return {**act, "child": [words.get(str(text), {}).get(language.value, text) for text in said]}
    return {**act, "child": words.get(str(said), {}).get(language.value, said)}


def _counterparts(folder: Path) -> dict[str, Mapping[str, Any]]:
    files = tuple(sorted(folder.glob("*.yml"))) if folder.is_dir() else ()
    return _told(files, max((path.stat().st_mtime_ns for path in files), default=0))


@lru_cache(maxsize=2)
def _told(files: tuple[Path, ...], changed: int) -> dict[str, Mapping[str, Any]]:
    """What the files have in four varieties, by each of its wordings."""
    found: dict[str, Mapping[str, Any]] = {}
    for path in files:
        # A file that is broken is named where the stories are listed.
        with suppress(yaml.YAMLError, UnicodeDecodeError):
            for said in _in_four(list(yaml.load_all(path.read_text(encoding="utf-8"), Loader=LOADER))):
                for text in said.values():
                    found.setdefault(text, said)
    return found


def _in_four(part: Any) -> Iterator[Mapping[str, Any]]:
    """Everything in a document that is told in four varieties; a burst message by message."""
    if isinstance(part, dict) and set(part) == set(Language):
        if all(isinstance(said, list) for said in part.values()):
            bursts = zip(*part.values(), strict=False)
            yield from (dict(zip(part, map(str, texts), strict=True)) for texts in bursts)
        else:
            yield {name: str(text) for name, text in part.items()}
    elif isinstance(part, dict | list):
        for one in part.values() if isinstance(part, dict) else part:
            yield from _in_four(one)


def _said(story: Story, asked: str, used: dict[str, int], *, usual: bool) -> str | None:
    """The story's own answer to what is asked, else the usual one."""
    own, number = story.answers.get(asked, ()), used.get(asked, 0)
    if number < len(own):
        used[asked] = number + 1
        return own[number]
    return story.usual.get(asked) if usual else None
