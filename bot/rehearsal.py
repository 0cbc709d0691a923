"""Rehearsals: conversations as YAML, replayed through the whole real stack and compared with what must come.

story: what this conversation shows
language: ary                      # what the helpline begins in, if not its own
answers: {consent: [Wah.], age: ["14"]}    # said whenever the bot asks for that slot
turns:
  - child: salam
    bot: [greeting.hello, narrative.ask]   # the messages that follow, by the beginning of their ids
  - choice: consent.yes
    slots: {consent: true}
    owner: bot
  - media: video
  - clock: "2026-11-23T10:00:00+01:00"
case: {age: 14, categories: {has: [threats]}}   # null for no case
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from bot.channels.channel import Outbound
from bot.chat import Chat, in_language, slots_of
from bot.settings import Settings

_ROUNDS = 30
"""Answers given in a row between two turns, so that a story that goes in circles ends."""
_TURN = {"child", "choice", "media", "clock", "bot", "slots", "owner", "language", "expects"}


class BrokenStory(Exception):
    """A story cannot be replayed. The message names the file and the cure."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something came otherwise than the story says."""

    turn: str
    expected: Any
    came: Any

    def __str__(self) -> str:
        return f"{self.turn}: expected {self.expected!r}, came {self.came!r}"


def load_story(path: Path) -> dict[str, Any]:
    """Reads a story.

    Raises:
        BrokenStory: when it is not one.
    """
    try:
        story = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise BrokenStory(f"{path}: cannot be read: {' '.join(str(error).split())}") from None
    if not isinstance(story, dict) or not isinstance(story.get("turns"), list):
        raise BrokenStory(f"{path}: a story has 'story' and 'turns'.")
    for number, turn in enumerate(story["turns"], 1):
        if not isinstance(turn, dict) or set(turn) - _TURN:
            raise BrokenStory(f"{path}: turn {number}: known are {', '.join(sorted(_TURN))}.")
        if sum(key in turn for key in ("child", "choice", "media", "clock")) != 1:
            raise BrokenStory(f"{path}: turn {number} needs exactly one of child, choice, media and clock.")
    return story


async def rehearse(settings: Settings, story: Mapping[str, Any]) -> list[Fault]:
    """Replays a story.

    Returns:
        what came otherwise; nothing when all is as it says.
    """
    with tempfile.TemporaryDirectory(prefix="m3ak-rehearsal-") as folder:
        chat = Chat(in_language(settings, story.get("language")), Path(folder))
        await chat.open()
        try:
            return await _play(chat, story)
        finally:
            await chat.close()


async def _play(chat: Chat, story: Mapping[str, Any]) -> list[Fault]:
    faults: list[Fault] = []
    answers = {slot: list(said) for slot, said in (story.get("answers") or {}).items()}
    for number, turn in enumerate(story["turns"], 1):
        what = f"turn {number} ({turn.get('child') or turn.get('choice') or turn.get('media') or turn.get('clock')})"
        messages = await _send(chat, turn)
        state = await chat.state()
        faults += _compare(what, turn, messages, slots_of(state), state.owner.value, state.language.value)
        for _ in range(_ROUNDS):
            asked = state.question and state.question.slot
            if not asked or not answers.get(asked):
                break
            said = answers[asked].pop(0)
            await (chat.send(choice=said) if said.startswith(f"{asked}.") else chat.send(text=said))
            state = await chat.state()
    if "case" in story:
        faults += _compare_case(story["case"], await chat.case())
    return faults


async def _send(chat: Chat, turn: Mapping[str, Any]) -> list[Outbound]:
    if "child" in turn:
        return await chat.send(text=str(turn["child"]))
    if "choice" in turn:
        return await chat.send(choice=str(turn["choice"]))
    if "media" in turn:
        return await chat.send(media=str(turn["media"]), ref=f"{turn['media']}-1")
    return await chat.wait_until(datetime.fromisoformat(str(turn["clock"])))


def _compare(
    what: str, turn: Mapping[str, Any], messages: list[Outbound], slots: dict[str, Any], owner: str, language: str
) -> list[Fault]:
    faults = []
    came = [message.message_id for message in messages]
    if "bot" in turn:
        wanted = turn["bot"]
        if len(wanted) != len(came) or not all(c.startswith(w) for c, w in zip(came, wanted, strict=True)):
            faults.append(Fault(what, wanted, came))
    if "expects" in turn:
        asked = next((m.expects for m in reversed(messages) if m.expects), None)
        if asked != turn["expects"]:
            faults.append(Fault(f"{what} expects", turn["expects"], asked))
    for name, value in (turn.get("slots") or {}).items():
        if slots.get(name) != value:
            faults.append(Fault(f"{what} slot {name}", value, slots.get(name)))
    for name, value in (("owner", owner), ("language", language)):
        if name in turn and turn[name] != value:
            faults.append(Fault(f"{what} {name}", turn[name], value))
    return faults


def _compare_case(wanted: Mapping[str, Any] | None, case: dict[str, Any] | None) -> list[Fault]:
    if wanted is None or case is None:
        return [] if wanted is None and case is None else [Fault("the case", wanted, case)]
    faults = []
    for name, value in wanted.items():
        came = case.get(name)
        if isinstance(value, dict) and "has" in value:
            kinds = [item.get("kind") if isinstance(item, dict) else item for item in came or ()]
            good = all(item in kinds for item in value["has"])
        elif isinstance(value, dict) and "any" in value:
            good = any(item in (came or ()) for item in value["any"])
        elif isinstance(value, dict) and isinstance(came, dict):
            good = all(came.get(key) == item for key, item in value.items())
        else:
            good = came == value
        if not good:
            faults.append(Fault(f"the case's {name}", value, came))
    return faults
