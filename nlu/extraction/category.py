"""The kinds of violence that a message tells of."""

from nlu.extraction.reading import Reading
from nlu.interpretation import Entity


def find(reading: Reading) -> list[Entity]:
    """Every kind told of, each value at its clearest place and no two at the same."""
    chosen: list[Entity] = []
    hits = sorted(set(reading.all_found("categories")), key=lambda f: (f.last - f.first, f.first))
    for hit in hits:
        entity = reading.entity("category", hit.value, hit.first, hit.last, hit.cut)
        if any(other.value == entity.value for other in chosen):
            continue
        free = _free(entity, chosen)
        if free:
            chosen.append(free)
    return chosen


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
