"""Metrics: how well messages were understood, in numbers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from nlu.held_out import Message, comparable
from nlu.interpretation import ENTITIES, Intent, Interpretation, Language

_ARABIC = frozenset((Language.ARY, Language.AR))


@dataclass(frozen=True, slots=True)
class Reading:
    """A message with what an engine made of it."""

    message: Message
    said: Interpretation

    @property
    def right(self) -> bool:
        """Whether the intent is one of those that are right."""
        return self.said.intent in self.message.intents

    @property
    def intent(self) -> Intent:
        """The intent to hold against it: what was said where that is right, else the best."""
        return self.said.intent if self.right else self.message.intents[0]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean over ``support`` cases; 1 where there was nothing to find."""

    precision: float
    recall: float
    f1: float
    support: int

    @classmethod
    def of(cls, hits: int, false: int, missed: int) -> "Score":
        precision = hits / (hits + false) if hits + false else 1.0
        recall = hits / (hits + missed) if hits + missed else 1.0
        f1 = 2 * hits / (2 * hits + false + missed) if hits + false + missed else 1.0
        return cls(precision, recall, f1, hits + missed)


@dataclass(frozen=True, slots=True)
class Intents:
    """How well intents were told: over all, for each, and for each variety."""

    accuracy: float
    macro_f1: float
    each: dict[str, Score]
    varieties: dict[str, tuple[float, float]]
    confusion: dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Dangers:
    """How well danger was seen.

    Args:
        recall: the share of the messages in danger that raised an alarm.
        same_kind: the share of those alarms that named the right kind.
        false_alarms: the share of the other messages that raised one.
        support: how many messages show danger.
    """

    recall: float
    same_kind: float
    false_alarms: float
    support: int


@dataclass(frozen=True, slots=True)
class Metrics:
    """All figures of one engine on one set of messages.

    Args:
        languages: the share of messages whose variety was told.
        scripts: the same where Darija and Standard Arabic in Arabic letters count as one.
        confident: pairs of mean confidence and accuracy in bands of confidence, with the number of messages.
    """

    messages: int
    intents: Intents
    slots: dict[str, Score]
    languages: float
    scripts: float
    dangers: Dangers
    confident: list[tuple[float, float, int]]
    errors: list[dict[str, Any]] = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        said = asdict(self)
        said["intents"]["confusion"] = [
            {"expected": expected, "read": read, "messages": number}
            for (expected, read), number in self.intents.confusion.items()
        ]
        said["intents"]["varieties"] = {
            variety: {"accuracy": accuracy, "macro_f1": macro}
            for variety, (accuracy, macro) in self.intents.varieties.items()
        }
        return said


def measure(readings: Sequence[Reading]) -> Metrics:
    """The figures of some readings; there must be at least one."""
    number = len(readings)
    return Metrics(
        messages=number,
        intents=_intents(readings),
        slots=_slots(readings),
        languages=sum(r.said.language is r.message.language for r in readings) / number,
        scripts=sum(_same_script(r.said.language, r.message.language) for r in readings) / number,
        dangers=_dangers(readings),
        confident=_confident(readings),
        errors=[error for reading in readings if (error := _error(reading))],
    )


def _same_script(one: Language, other: Language) -> bool:
    return one is other or {one, other} <= _ARABIC


def _accuracy(readings: Sequence[Reading]) -> float:
    return sum(reading.right for reading in readings) / len(readings)


def _each(readings: Iterable[Reading]) -> dict[str, Score]:
    hits: Counter[Intent] = Counter()
    false: Counter[Intent] = Counter()
    missed: Counter[Intent] = Counter()
    for reading in readings:
        if reading.right:
            hits[reading.intent] += 1
        else:
            missed[reading.intent] += 1
            false[reading.said.intent] += 1
    present = [intent for intent in Intent if hits[intent] + missed[intent]]
    return {intent.value: Score.of(hits[intent], false[intent], missed[intent]) for intent in present}


def _macro(each: dict[str, Score]) -> float:
    return sum(score.f1 for score in each.values()) / len(each)


def _intents(readings: Sequence[Reading]) -> Intents:
    varieties = {}
    for variety in Language:
        mine = [reading for reading in readings if reading.message.variety is variety]
        if mine:
            varieties[variety.value] = (_accuracy(mine), _macro(_each(mine)))
    each = _each(readings)
    confusion = Counter((reading.intent.value, reading.said.intent.value) for reading in readings)
    return Intents(_accuracy(readings), _macro(each), each, varieties, dict(sorted(confusion.items())))


def _found(said: Interpretation) -> set[tuple[str, str]]:
    return {(entity.entity, comparable(entity.value)) for entity in said.entities}


def _slots(readings: Iterable[Reading]) -> dict[str, Score]:
    hits: Counter[str] = Counter()
    false: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for reading in readings:
        found, wanted = _found(reading.said), reading.message.entities
        hits.update(entity for entity, _ in found & wanted)
        false.update(entity for entity, _ in found - wanted)
        missed.update(entity for entity, _ in wanted - found)
    present = [entity for entity in ENTITIES if hits[entity] + false[entity] + missed[entity]]
    return {entity: Score.of(hits[entity], false[entity], missed[entity]) for entity in present}


def _dangers(readings: Iterable[Reading]) -> Dangers:
    grave = [(r.message.danger, r.said.danger) for r in readings if r.message.danger is not None]
    calm = [r.said.danger for r in readings if r.message.danger is None]
    seen = [(wanted, found.kind) for wanted, found in grave if found is not None]
    return Dangers(
        recall=len(seen) / len(grave) if grave else 1.0,
        same_kind=sum(wanted is found for wanted, found in seen) / len(seen) if seen else 1.0,
        false_alarms=sum(found is not None for found in calm) / len(calm) if calm else 0.0,
        support=len(grave),
    )


def _confident(readings: Sequence[Reading]) -> list[tuple[float, float, int]]:
    bands = []
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        mine = [r for r in readings if low <= r.said.confidence < low + 0.2 or (low == 0.8 <= r.said.confidence)]
        if mine:
            bands.append((sum(r.said.confidence for r in mine) / len(mine), _accuracy(mine), len(mine)))
    return bands


def _error(reading: Reading) -> dict[str, Any] | None:
    """What is wrong with a reading, or None."""
    message, said = reading.message, reading.said
    wrong: dict[str, Any] = {}
    if not reading.right:
        wrong["intent"] = [message.intents[0].value, said.intent.value, round(said.confidence, 2)]
    found = _found(said)
    if message.entities - found:
        wrong["missed"] = sorted(" ".join(pair) for pair in message.entities - found)
    if found - message.entities:
        wrong["false"] = sorted(" ".join(pair) for pair in found - message.entities)
    if said.language is not message.language:
        wrong["language"] = [message.language.value, said.language.value]
    if (said.danger and said.danger.kind) != message.danger:
        wrong["danger"] = [message.danger, said.danger and said.danger.as_dict()]
    return {"text": message.text, "variety": message.variety.value, **wrong} if wrong else None
