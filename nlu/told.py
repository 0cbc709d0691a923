"""What a message tells in words that no lexicon has for sure: the model's vote beside the lexicons.

The lexicons say where and what; but children tell of violence in endless ways ("they put my head on a donkey"), and a
word of violence may be a joke. The model has learnt from the messages of ``lexicon/told`` what is told there. What a
lexicon finds and the model plainly denies is left out; a phrase that counts "if likely" needs the model's word; one
more kind of violence is believed of the model alone; and where no lexicon finds somebody the message is written for, or
who knows of it, the model alone is asked.
"""

from collections.abc import Mapping
from math import inf

from nlu.extraction import category
from nlu.extraction.reading import Reading
from nlu.interpretation import Entity, EntityValue
from nlu.model import Model

_CATEGORY = "category"
_SURE = {_CATEGORY: -0.9, "reporter": -0.4, "trusted_adult": -0.6, "family_knows": -0.8}
"""The margin below which the model denies what a lexicon finds, by entity."""
_ASKED = {**_SURE, _CATEGORY: 0.0}
"""The same in a question and in idle talk."""
_LIKELY, _IDLE = -0.5, 0.2
"""The margin from which a phrase that counts if likely is believed, in a report and elsewhere."""
_ALONE = {_CATEGORY: -0.1, "reporter": -0.1, "trusted_adult": 0.3, "family_knows": -0.2}
"""The margin from which the model alone is believed, by entity."""
_BESIDE = 0.1
"""The margin from which it is believed one more kind of violence. All of these were chosen by what they do to three
sets together: the told messages that no lexicon was made from, by cross-validation (F1 of the category .78), the
held-out ones, and some of another hand; but those of who knows of it by the last two alone, since the phrases of
``adults.yml`` were made with the told messages in sight."""
_WEAKER = -0.3
"""The margin below which the model denies what a lexicon finds in a report beside a likelier kind of violence."""
_NEAR = (({"sexual_solicitation", "intimate_image"}, 0.3), ({"sexual_solicitation", "violence"}, 0.2))
"""What is taken for each other, a picture that is asked for and one that is shown, what is asked for and what is done;
and the margin from which both are believed."""
_REVIEW, _CORRECTION = "summary", 10
"""The question at which a message of so many words names kinds of violence rather than tells of them."""
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
    found = {f"{topic}:{hit.value}" for topic in _TOPICS for hit in reading.all_found(topic)}
    return sorted(name for name in found if not name.endswith(category.IF_LIKELY))


def voted(
    reading: Reading, entities: tuple[Entity, ...], margins: Mapping[str, float], model: Model, *, telling: bool
) -> tuple[Entity, ...]:
    """The entities after the model's vote, by their place.

    Args:
        reading: the message.
        entities: what the lexicons find.
        margins: what the model says of each value.
        model: which word speaks for a value.
        telling: whether the message is a report, and no question or idle talk.
    """
    asked, least = reading.expects == _CATEGORY, _LIKELY if telling else _IDLE
    naming = reading.expects == _REVIEW and len(reading.tokens) <= _CORRECTION
    sure = _SURE if telling else _ASKED
    heard = [
        entity
        for entity in entities
        if reading.expects == entity.entity
        or (naming and _is_kind(entity))
        or margins.get(label(entity.entity, entity.value), 0.0) > sure.get(entity.entity, -inf)
    ]
    for hit in category.likely(reading):
        known = {entity.value for entity in heard if _is_kind(entity)}
        if hit.value not in known and (asked or margins.get(label(_CATEGORY, hit.value), 0.0) > least):
            heard.append(reading.entity(_CATEGORY, hit.value, hit.first, hit.last, hit.cut))
    if telling and not asked:
        heard = _without_weaker(heard, margins)
    if telling and sum(token.text.isalpha() for token in reading.tokens) >= _WORDS:
        heard += _alone(reading, heard, margins, model)
    heard = _one_of_near(heard, margins)
    return tuple(sorted(heard, key=lambda entity: (entity.start, entity.end, entity.entity)))


def _without_weaker(heard: list[Entity], margins: Mapping[str, float]) -> list[Entity]:
    """The likeliest kind of violence, and of the others those that the model does not deny."""
    said = _kinds(heard, margins)
    best = max(said, key=lambda value: said[value], default=None)
    plain = {best, "hate_speech"}  # whose words are no other's
    return [one for one in heard if not _is_kind(one) or one.value in plain or said[one.value] > _WEAKER]


def _one_of_near(heard: list[Entity], margins: Mapping[str, float]) -> list[Entity]:
    """Of two near kinds of violence the likelier, unless the model is sure of both."""
    for pair, both in _NEAR:
        said = _kinds(heard, margins)
        if pair <= said.keys():
            least = min(pair, key=lambda value: said[value])
            heard = [one for one in heard if not _is_kind(one) or one.value != least or said[least] >= both]
    return heard


def _kinds(heard: list[Entity], margins: Mapping[str, float]) -> dict[EntityValue, float]:
    """The kinds of violence that were heard, and the model's margin of each."""
    return {one.value: margins.get(label(_CATEGORY, one.value), 0.0) for one in heard if _is_kind(one)}


def _is_kind(entity: Entity) -> bool:
    return entity.entity == _CATEGORY


def _alone(reading: Reading, heard: list[Entity], margins: Mapping[str, float], model: Model) -> list[Entity]:
    """What the model alone hears of what was not asked for: more kinds of violence, and values where there is none."""
    known = {(entity.entity, str(entity.value)) for entity in heard}
    added: list[Entity] = []
    for entity, least in _ALONE.items():
        if reading.expects == entity:
            continue
        said = sum(name == entity for name, _ in known)
        if said and entity != _CATEGORY:
            continue
        best = sorted(((m, name) for name, m in margins.items() if name.startswith(f"{entity}:")), reverse=True)
        best = [(m, name) for m, name in best if (entity, name.partition(":")[2]) not in known]
        for margin, name in best[: 3 if entity == _CATEGORY else 1]:
            if margin > (_BESIDE if said else least):
                added += _placed(reading, name, heard + added, model)
                said += 1
    return added


def _placed(reading: Reading, name: str, others: list[Entity], model: Model) -> list[Entity]:
    """The value at the word that speaks most for it and is not taken by another value of its entity."""
    entity, _, value = name.partition(":")
    taken = {other.start for other in others if other.entity == entity}
    words = [index for index, token in enumerate(reading.tokens) if token.text.isalpha()]
    spoken = model.speaking([reading.tokens[index].text for index in words], "told", name)
    for _, index in sorted(zip(spoken, words, strict=True), key=lambda said: -said[0]):
        found = reading.entity(entity, _TRUTH.get(value, value), index, index)
        if found.start not in taken:
            return [found]
    return []
