"""The record of a chat: what was done and what came, written as a story (``story.py``) that can be run back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from bot.channels.channel import Outbound
from bot.chat import Chat, slots_of
from dialogs.state import Owner, State
from nlu.interpretation import Language

_CASE = ("status", "priority", "reporter", "age", "city", "platforms", "content_types", "categories", "anonymous")
"""What of a case is the same whenever the chat is run back."""
_LINE = 120


class _Plain(yaml.SafeDumper):
    """YAML as a story is written by hand: what is short stands on one line."""


def _mapping(dumper: yaml.SafeDumper, value: Mapping[str, Any]) -> yaml.Node:
    return _short(dumper.represent_mapping("tag:yaml.org,2002:map", value), value, value.values())


def _list(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.Node:
    return _short(dumper.represent_list(value), value, value)


def _short(node: yaml.CollectionNode, value: object, parts: Iterable[object]) -> yaml.Node:
    node.flow_style = len(str(value)) < _LINE - 20 and not any(isinstance(one, dict) for one in parts)
    return node


_Plain.add_representer(dict, _mapping)
_Plain.add_representer(list, _list)


@dataclass(slots=True)
class Record:
    """What happened in one chat, turn by turn.

    Args:
        language: what the helpline began in.
        turns: each as a story writes it, with what must follow.
        before: the state after the last turn.
    """

    language: Language
    turns: list[dict[str, Any]] = field(default_factory=list)
    before: State | None = None

    def note(self, act: Mapping[str, Any], messages: list[Outbound], state: State) -> None:
        """Notes one turn.

        Args:
            act: what was done, as a story writes it.
            messages: what the child read then.
            state: how the conversation stands now.
        """
        before = slots_of(self.before) if self.before else {"language": self.language.value}
        after = slots_of(state)
        kept = {name: value for name, value in act.items() if name != "ref"}
        turn: dict[str, Any] = {**kept, "bot": [message.message_id for message in messages]}
        if asked := next((message.expects for message in reversed(messages) if message.expects), None):
            turn["expects"] = asked
        names = [*after, *(name for name in before if name not in after)]
        changed = {name: after.get(name) for name in names if before.get(name) != after.get(name)}
        if language := changed.pop("language", None):
            turn["language"] = language
        if changed:
            turn["slots"] = changed
        if state.owner is not (self.before.owner if self.before else Owner.BOT):
            turn["owner"] = state.owner.value
        self.turns.append(turn)
        self.before = state

    async def story(self, chat: Chat, name: str) -> str:
        """The whole chat as a story.

        Args:
            chat: where it happened, for its case.
            name: what the story shows.
        """
        case = await chat.case()
        told = {"story": name, "language": self.language.value, "turns": self.turns, "case": _lasting(case)}
        return yaml.dump(told, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=_LINE)


def _lasting(case: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if case is None:
        return None
    kept = {name: case.get(name) for name in _CASE}
    return {**kept, "danger": {"kind": case["danger"]["kind"]} if case.get("danger") else None}
