"""What a message tells in words that no lexicon has: the model's vote on what the lexicons leave open.

The lexicons say more surely what they find, and where; but children tell of violence in endless ways ("they put my
head on a donkey"). Where no lexicon finds a kind of violence, somebody the message is written for, or who knows of
it, the model is asked, which has learnt from the messages of ``lexicon/told``.
"""

from collections.abc import Mapping

from nlu.extraction.reading import Reading
from nlu.interpretation import Entity, EntityValue
from nlu.model import Model

_LEAST = {"category": -0.25, "reporter": -0.1, "trusted_adult": -0.1, "family_knows": -0.1}
"""The margin from which the best value of each entity is believed; by cross-validation."""
_BESIDE = 0.0
"""The margin from which a further kind of violence is believed too."""
_WORDS = 4
"""Words from which a message tells something."""
_TRUTH: Mapping[str, bool] = {"True": True, "False": False}
_TOPICS = (
    "categories", "adults", "reporters", "contents", "platforms", "ages", "genders",
    "immediate_danger", "self_harm", "sexual_abuse",
)  # fmt: skip


def label(entity: str, value: EntityValue) -> str:
    """The model's name for a value."""
    return f"{entity}:{value}"


def names(reading: Reading) -> list[str]:
    """What the lexicons find in a message, as the model knows it."""
    return sorted({f"{topic}:{hit.value}" for topic in _TOPICS for hit in reading.all_found(topic)})


def voted(
    reading: Reading, entities: tuple[Entity, ...], margins: Mapping[str, float], model: Model
) -> tuple[Entity, ...]:
    """The entities, and those that the model hears where the lexicons find none, by their place.

    Args:
        reading: the message.
        entities: what the lexicons find.
        margins: what the model says of each value.
        model: which word speaks for a value.
    """
    if sum(token.text.isalpha() for token in reading.tokens) < _WORDS:
        return entities
    known = {entity.entity for entity in entities}
    added: list[Entity] = []
    for entity, least in _LEAST.items():
        if entity in known or reading.expects == entity:
            continue
        heard = sorted(((m, name) for name, m in margins.items() if name.startswith(f"{entity}:")), reverse=True)
        for margin, name in heard[: 3 if entity == "category" else 1]:
            if margin > (_BESIDE if added and added[-1].entity == entity else least):
                added += _placed(reading, name, added, model)
    return tuple(sorted((*entities, *added), key=lambda e: (e.start, e.end, e.entity))) if added else entities


def _placed(reading: Reading, name: str, others: list[Entity], model: Model) -> list[Entity]:
    """The value at the word that speaks most for it and is not taken by another value of its entity."""
    entity, _, value = name.partition(":")
    taken = {other.start for other in others if other.entity == entity}
    words = [index for index, token in enumerate(reading.tokens) if token.text.isalpha()]
    words.sort(key=lambda index: -model.weight(reading.tokens[index].text, name))
    for index in words:
        found = reading.entity(entity, _TRUTH.get(value, value), index, index)
        if found.start not in taken:
            return [found]
    return []
