"""What a message asks in words that no lexicon has for sure: the model's vote beside the lexicon of questions.

Children ask one thing in endless ways ("j'ai peur que papa l'apprenne par vous"). Of 1,000 such questions by hands that
had not seen the lexicon it knew 106. The model has learnt from the sentences of ``lexicon/asked``; where the
lexicon finds no question, the model alone is asked.
"""

from collections.abc import Mapping

from nlu.extraction.reading import Reading
from nlu.interpretation import Entity
from nlu.model import NO_QUESTION, Model

_QUESTION = "question"
_LEAST, _MOST = 3, 25
"""Words between which a message asks something and is neither an answer nor a story."""
_ANSWER = 6
"""Words up to which a message with the value that was asked for is an answer."""
_LIKELY, _PLAINLY = 0.3, 0.75
"""How likely the likeliest question must be, so that in cross-validation four of five are right; and where the message
is a report or a request."""


def voted(
    reading: Reading, entities: tuple[Entity, ...], said: Mapping[str, float], model: Model, *, busy: bool
) -> tuple[Entity, ...]:
    """The entities, and the question that the model hears where the lexicon finds none, at the word that speaks most
    for it.

    Args:
        reading: the message.
        entities: what is found in it.
        said: how likely each question is.
        model: which word speaks for a question.
        busy: whether the message is plainly for something else.
    """
    words = [index for index, token in enumerate(reading.tokens) if any(map(str.isalpha, token.text))]
    found = {entity.entity for entity in entities}
    if not _LEAST <= len(words) <= _MOST or _QUESTION in found:
        return entities
    if reading.expects in found and len(words) <= _ANSWER:
        return entities
    best = max((query for query in said if query != NO_QUESTION), key=lambda query: said[query], default=None)
    if best is None or said[best] < (_PLAINLY if busy else _LIKELY):
        return entities
    spoken = model.speaking([reading.tokens[index].text for index in words], _QUESTION, best)
    _, place = max(zip(spoken, words, strict=True))
    all_ = (*entities, reading.entity(_QUESTION, best, place, place))
    return tuple(sorted(all_, key=lambda entity: (entity.start, entity.end, entity.entity)))
