"""Extraction: the values that a message names, with their places in the text as received."""

from nlu.extraction import (
    adult,
    age,
    category,
    city,
    content_type,
    duration,
    gender,
    language,
    link,
    name,
    phone,
    platform,
    question,
    reporter,
)  # fmt: skip
from nlu.extraction.reading import Reading
from nlu.interpretation import Entity, Question

_EXTRACTORS = (
    age, duration, phone, link, platform, content_type, category, city, reporter, adult, name, gender, language,
    question,
)  # fmt: skip


def extract(text: str, question: Question) -> tuple[Entity, ...]:
    """The values found in a message, by their place; those of one kind never overlap. Never raises.

    Args:
        text: the message as received.
        question: what the bot has asked; a bare answer is read in its light.
    """
    return within(Reading(text, question))


def within(reading: Reading) -> tuple[Entity, ...]:
    """The same for a message that has been read already."""
    if not reading.tokens:
        return ()
    found: list[Entity] = []
    for extractor in _EXTRACTORS:
        for entity in extractor.find(reading):
            if all(
                entity.end <= other.start or entity.start >= other.end
                for other in found
                if other.entity == entity.entity or {other.entity, entity.entity} <= {"age", "phone", "duration"}
            ):
                found.append(entity)
    return tuple(sorted(found, key=lambda e: (e.start, e.end, e.entity)))
