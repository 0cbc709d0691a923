"""Rehearsals: stories (``story.py``) replayed through the whole real stack and compared with what must come."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from bot.act import BEGIN, perform
from bot.channels.channel import Outbound
from bot.chat import Chat, slots_of
from bot.comparison import Fault
from bot.story import HEAD, Story
from dialogs.coverage import Coverage
from dialogs.slot import SKIP, SLOTS
from nlu.interpretation import Language

_HEAD = timedelta(minutes=1)
"""What the way to a question takes, in a story that begins there."""
_ROUNDS = 30
"""Answers given in a row between two turns, so that a story that goes in circles ends."""
_ANY = "..."
"""At the end of what is awaited: any more messages."""
_END = "end"


async def rehearse(
    chat: Chat, story: Story, coverage: Coverage, begun: bool = False, keep: Callable[[], None] | None = None
) -> list[Fault]:
    """Replays a story in a fresh chat, or in one in which its beginning was told already.

    Args:
        chat: where it is told.
        story: what is told.
        coverage: notes what is said in it.
        begun: whether its first ``HEAD`` turns were told.
        keep: called when they went as they should.

    Returns:
        what came otherwise; nothing when all is as it says.
    """
    chat.clock.stop(BEGIN + _HEAD if begun else BEGIN)
    await chat.read()
    return await _Rehearsal(chat, story, coverage).play(HEAD if begun else 0, keep)


class _Rehearsal:
    """One story on its way through a chat."""

    def __init__(self, chat: Chat, story: Story, coverage: Coverage):
        self._chat, self._story, self._coverage = chat, story, coverage
        self._answers = {slot: list(said) for slot, said in story.answers.items()}
        self._named = repr((story.turns, story.answers, story.case))

    async def play(self, told: int, keep: Callable[[], None] | None) -> list[Fault]:
        """Plays the turns after those that were told, and compares."""
        faults: list[Fault] = []
        for number, turn in enumerate(self._story.turns[told:], told + 1):
            what = f"turn {number} ({next(str(value) for value in turn.values())})"
            messages = await self._skip_unnamed(await self._send(turn))
            state = await self._chat.state()
            faults += _compare(what, turn, messages, slots_of(state), state.owner.value, state.language.value)
            if "until" in turn:
                asked = state.question.slot if state.question else _END
                faults += [Fault(what, turn["until"], asked)] if asked != turn["until"] else []
            for _ in range(_ROUNDS):
                slot = state.question.slot if state.question else ""
                if not self._answers.get(slot):
                    break
                await self._answer(slot)
                state = await self._chat.state()
            if number == HEAD and keep and not faults:
                keep()
        if self._story.compares:
            faults += _compare_case(self._story.case, await self._chat.case())
        return faults

    async def _send(self, turn: Mapping[str, Any]) -> list[Outbound]:
        if "until" in turn:
            return await self._answer_until(str(turn["until"]))
        return self._heard(await perform(self._chat, turn))

    def _heard(self, messages: list[Outbound]) -> list[Outbound]:
        """Notes what the child reads."""
        for message in messages:
            self._coverage.said[Language(message.language), message.message_id] += 1
        return messages

    async def _skip_unnamed(self, messages: list[Outbound]) -> list[Outbound]:
        """Skips the questions that only the flows add where the story does not name them: it is about something else,
        and is as true with them as without."""
        for _ in range(_ROUNDS):
            question = (await self._chat.state()).question
            if question is None or question.slot in SLOTS or question.slot in self._named:
                break
            before = [message for message in messages if message.message_id != question.key]
            messages = before + await self._answer(question.slot)
        return messages

    async def _answer(self, slot: str) -> list[Outbound]:
        """Answers what is asked, in the story's own words or in the usual ones."""
        usual = self._story.usual if slot in SLOTS else {slot: f"{slot}.{SKIP}", **self._story.usual}
        said = self._answers[slot].pop(0) if self._answers.get(slot) else usual[slot]
        choice = said.startswith(f"{slot}.")
        return self._heard(await (self._chat.send(choice=said) if choice else self._chat.send(text=said)))

    async def _answer_until(self, wanted: str) -> list[Outbound]:
        messages: list[Outbound] = []
        for _ in range(_ROUNDS):
            question = (await self._chat.state()).question
            if question is None or question.slot == wanted:
                break
            with suppress(KeyError):
                messages = await self._answer(question.slot)
                continue
            break
        return messages


def _compare(
    what: str, turn: Mapping[str, Any], messages: list[Outbound], slots: dict[str, Any], owner: str, language: str
) -> list[Fault]:
    faults = []
    came = [message.message_id for message in messages]
    if "bot" in turn:
        wanted = turn["bot"]
        if wanted and wanted[-1] == _ANY:
            wanted, came = wanted[:-1], came[: len(wanted) - 1]
        if len(wanted) != len(came) or not all(c.startswith(w) for c, w in zip(came, wanted, strict=True)):
            texts = tuple(" ".join(message.text.split()) for message in messages)
            faults.append(Fault(what, wanted, came, texts[: len(came)]))
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
