"""What the simulator shows of a turn: the bubbles on the phone, and beside it what the bot understood and did."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from bot.channels.channel import Outbound
from bot.channels.layout import LIST_BUTTON, in_list, in_row
from bot.chat import slots_of
from bot.simulator.speaker import Place, Speaker, danger_place
from bot.simulator.trial import Moment, Trial, Turn
from dialogs.effect import Effect, Hold, Say
from dialogs.event import Chose, Said, Shared, Waited
from dialogs.flow import Branch, Flows
from dialogs.state import State
from handoff.desk.words import Words
from nlu.interpretation import Entity, Interpretation

LOOKS = ("whatsapp", "telegram")
_DESK = ("takes", "gives back", "gives to the bot", "closes")


@dataclass(frozen=True, slots=True)
class Bubble:
    """Something on the phone.

    Args:
        source: ``child``, ``bot``, ``system`` or ``counsellor``; ``note`` for what happens around the chat.
        text: what it says.
        media: the kind of media, or None.
        choices: the ids and titles of its buttons.
        language: the variety's code, for what stands on the button of a list.
        at: when, or None where that is not shown.
        key: the sentence's key, where it may be shown.
    """

    source: str
    text: str
    media: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    language: str = "ary"
    at: datetime | None = None
    key: str = ""

    @property
    def in_list(self) -> bool:
        return in_list(self.choices)

    @property
    def in_row(self) -> int:
        return in_row(self.choices)

    @property
    def list_button(self) -> str:
        return LIST_BUTTON.get(self.language, LIST_BUTTON["ary"])


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence that the bot said: its key, who said it, and where it stands."""

    key: str
    by: Place | None
    sentence: Place | None


@dataclass(frozen=True, slots=True)
class Value:
    """A slot: its value now, and what it was where it has changed."""

    name: str
    now: str
    was: str
    changed: bool


def bubbles(turn: Turn, trial: Trial, words: Words) -> Iterator[Bubble]:
    """What the phone shows of one turn."""
    act, language = turn.act, turn.before.language
    messages = trial.flows.messages
    if "child" in act:
        for text in act["child"] if isinstance(act["child"], list) else [act["child"]]:
            yield Bubble("child", str(text), at=turn.at)
    elif "choice" in act:
        key = messages.title_key(act["choice"])
        yield Bubble("child", messages.text(key, language) if key in messages else act["choice"], at=turn.at)
    elif "media" in act:
        yield Bubble("child", str(act.get("caption", "")), act["media"], at=turn.at)
    else:
        yield Bubble("note", _around(act, turn.at, words))
    for message in turn.messages:
        yield bubble_of(message, turn.at)


def bubble_of(message: Outbound, at: datetime | None = None) -> Bubble:
    """A message that the child reads."""
    return Bubble(message.source, message.whole, None, message.choices, message.language, at, message.message_id)


def _around(act: Mapping[str, Any], at: datetime, words: Words) -> str:
    name, value = next(iter(act.items()))
    match name:
        case "clock":
            return words("around.clock", time=words.moment(at))
        case "counsellor":
            return words("around." + value.replace(" ", "_")) if value in _DESK else words("around.writes")
        case "status":
            return words("around.status", status=words(f"status.{value}"))
    return words(f"around.{name}", value=str(value))


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it was understood.

    Args:
        parse: the whole of it.
        parts: the text in pieces, each with the entities marked in it.
        rule: where the rule stands that found danger.
    """

    parse: Interpretation
    parts: tuple[tuple[str, tuple[Entity, ...]], ...]
    rule: Place | None


def heard(moment: Moment) -> Heard | None:
    """What was understood in a run of the dialog."""
    event = moment.event
    parse: Interpretation | None = None
    match event:
        case Said() | Waited():
            parse = event.interpretation
        case Chose():
            parse = event.held
        case Shared():
            parse = event.caption
    if parse is None:
        return None
    return Heard(parse, tuple(_parts(parse)), danger_place(parse.danger) if parse.danger else None)


def _parts(parse: Interpretation) -> Iterator[tuple[str, tuple[Entity, ...]]]:
    """The text cut where entities begin and end; those that overlap are marked together."""
    text, at = parse.text, 0
    entities = sorted(parse.entities, key=lambda entity: (entity.start, -entity.end))
    while entities:
        start, end, together = entities[0].start, entities[0].end, list[Entity]()
        while entities and (entities[0].start < end or not together):
            together.append(entities.pop(0))
            end = max(end, together[-1].end)
        if text[at:start]:
            yield text[at:start], ()
        yield text[start:end], tuple(together)
        at = end
    if text[at:]:
        yield text[at:], ()


def runs(turn: Turn) -> list[Moment]:
    """The runs of the dialog worth showing: a message that was only held is shown when it is answered."""
    last = len(turn.moments) - 1
    return [moment for number, moment in enumerate(turn.moments) if number == last or not _held(moment)]


def _held(moment: Moment) -> bool:
    return bool(moment.effects) and all(isinstance(effect, Hold) for effect in moment.effects)


def steps(moment: Moment, speaker: Speaker) -> list[tuple[str, Place | None, Branch]]:
    """The steps that a run went through, without those it passed over."""
    gone = dict.fromkeys((flow, step, branch) for flow, step, branch in moment.steps if branch != "passed")
    new = [one for one in gone if one[2] not in ("answered", "skipped")]
    return [(f"{flow}.{step}", speaker.step(flow, step), branch) for flow, step, branch in new]


def spoken(moment: Moment, flows: Flows, speaker: Speaker) -> list[Spoken]:
    """The sentences of a run, with who said them."""
    says = [effect for effect in moment.effects if isinstance(effect, Say)]
    return [Spoken(say.key, speaker.of(say, moment, flows), speaker.sentence(say.key, say.language)) for say in says]


def effects(moment: Moment, words: Words) -> list[str]:
    """What a run asked for besides saying something."""
    return [_effect(effect, words) for effect in moment.effects if not isinstance(effect, Say)]


def _effect(effect: Effect, words: Words) -> str:
    detail = ", ".join(str(getattr(effect, field.name)) for field in fields(effect) if field.name != "agreement")
    name = words(f"effect.{type(effect).__name__}")
    return f"{name} ({detail})" if detail else name


def slots(before: State, after: State, words: Words) -> list[Value]:
    """All that is known, with what has changed."""
    old, new = slots_of(before), slots_of(after)
    names = [*new, *(name for name in old if name not in new)]
    return [
        Value(name, _shown(new, name, words), _shown(old, name, words), old.get(name, "") != new.get(name, ""))
        for name in names
    ]  # fmt: skip


def _shown(known: Mapping[str, Any], name: str, words: Words) -> str:
    if name not in known:
        return "—"
    match known[name]:
        case None:
            return words("slot.skipped")
        case bool() as value:
            return words("slot.yes" if value else "slot.no")
        case list() as values:
            return ", ".join(values)
        case value:
            return str(value)
