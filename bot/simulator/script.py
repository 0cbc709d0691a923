"""A story as a script: which act comes next in a trial, so that a transcript is replayed act by act."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.simulator.trial import Act
from bot.story import EVENTS, WORDS, Story, load_stories, story_files
from dialogs.messages import Messages
from dialogs.state import State
from nlu.interpretation import Language

_MOST = 200
"""Acts after which a story that goes in circles ends."""


class NoSuchStory(Exception):
    """There is no such story in that variety."""


def story_names(folder: Path) -> list[tuple[str, list[str]]]:
    """The files of a folder, each with its stories by name, without their varieties."""
    found = []
    for path in story_files(folder) if folder.is_dir() else ():
        names = (_plain(story) for story in _stories(path, path.stat().st_mtime_ns))
        found.append((path.stem, list(dict.fromkeys(names))))
    return found


def find_story(folder: Path, name: str, language: Language) -> Story:
    """One story in one variety.

    Raises:
        NoSuchStory: when there is none.
    """
    for path in story_files(folder) if folder.is_dir() else ():
        if name.split()[:1] == [path.stem]:
            for story in _stories(path, path.stat().st_mtime_ns):
                if _plain(story) == name and story.language in (None, language):
                    return story
    raise NoSuchStory(f"there is no story {name!r} in {language.value}")


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
    """An act in another variety, where what is said in it stands in the folder's words; else as it is."""
    if "child" not in act:
        return act
    words = _counterparts(folder)
    said = act["child"]
    if isinstance(said, list):
        return {**act, "child": [words.get(str(text), {}).get(language.value, text) for text in said]}
    return {**act, "child": words.get(str(said), {}).get(language.value, said)}


def _counterparts(folder: Path) -> dict[str, dict[str, str]]:
    path = folder / WORDS
    return _words(path, path.stat().st_mtime_ns) if path.exists() else {}


@lru_cache(maxsize=2)
def _words(path: Path, changed: int) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    known = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    for said in (*(known.pop("answers", None) or {}).values(), *known.values()):
        for text in said.values() if isinstance(said, dict) else ():
            found.setdefault(str(text), said)
    return found


def _said(story: Story, asked: str, used: dict[str, int], *, usual: bool) -> str | None:
    """The story's own answer to what is asked, else the usual one."""
    own, number = story.answers.get(asked, ()), used.get(asked, 0)
    if number < len(own):
        used[asked] = number + 1
        return own[number]
    return story.usual.get(asked) if usual else None
