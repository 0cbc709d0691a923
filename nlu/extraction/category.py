"""The kinds of violence that a message tells of."""

from functools import cache

from nlu.extraction import lexicon
from nlu.extraction.reading import Found, Reading
from nlu.interpretation import Entity

_TOPIC = "categories"
_UNLESS_OTHER = " unless other"
IF_LIKELY = " if likely"
"""Ends the name of a value whose phrases count only where the model hears it too, see ``nlu.told``."""
_ASKED_FOR = "sexual_solicitation"
_SHOWN = "intimate_image"
_ANSWERED = "category"


def find(reading: Reading) -> list[Entity]:
    """Every kind told of, each value at its clearest place and no two at the same.

    What a danger rule has met names a kind too. A picture that somebody asks for has not been shown, and one that
    was only posted is ``intimate_image`` just where nothing else is told of: a picture to laugh at is mockery.
    """
    hits = [hit for hit in _meant(reading) if not hit.value.endswith(IF_LIKELY)] + _dangers(reading)
    asked_for = [hit for hit in hits if hit.value == _ASKED_FOR]
    plain = [hit for hit in hits if not hit.value.endswith(_UNLESS_OTHER)]
    plain = [hit for hit in plain if hit.value != _SHOWN or not any(_overlap(hit, other) for other in asked_for)]
    if not plain or reading.expects == _ANSWERED:
        plain += [hit._replace(value=hit.value.removesuffix(_UNLESS_OTHER)) for hit in hits if hit not in plain]
    chosen: list[Entity] = []
    for hit in sorted(plain, key=lambda f: (f.last - f.first, f.first, f.cut, f.value)):
        if any(other.value == hit.value for other in chosen):
            continue
        free = _free(reading.entity("category", hit.value, hit.first, hit.last, hit.cut), chosen)
        if free:
            chosen.append(free)
    return chosen


def likely(reading: Reading) -> list[Found]:
    """The kinds that a message tells of if the model hears them too."""
    return [
        hit._replace(value=hit.value[: -len(IF_LIKELY)]) for hit in _meant(reading) if hit.value.endswith(IF_LIKELY)
    ]


def _meant(reading: Reading) -> list[Found]:
    return [hit for hit in reading.all_found(_TOPIC) if reading.meant(hit, _TOPIC)]


def _dangers(reading: Reading) -> list[Found]:
    return [
        hit._replace(value=_of_danger()[kind, hit.value])
        for kind in lexicon.DANGERS
        for hit in reading.all_found(kind)
        if (kind, hit.value) in _of_danger() and reading.meant(hit, kind)
    ]


@cache
def _of_danger() -> dict[tuple[str, str], str]:
    """The kind of violence that a danger rule tells of too, by its file and ``id``."""
    return {
        (kind, rule["id"]): rule["category"]
        for kind in lexicon.DANGERS
        for rule in lexicon.read(kind)["rules"]
        if "category" in rule
    }


def _overlap(one: Found, other: Found) -> bool:
    return one.first <= other.last and other.first <= one.last


def _free(entity: Entity, chosen: list[Entity]) -> Entity | None:
    """The part of the entity that no other has, from its end."""
    start, end = entity.start, entity.end
    for other in sorted(chosen, key=lambda e: e.start):
        if other.end <= start or other.start >= end:
            continue
        if other.end < end:
            start = other.end
        elif other.start > start:
            end = other.start
        else:
            return None
    return Entity(entity.entity, entity.value, start, end) if start < end else None
