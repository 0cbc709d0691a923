"""What a message asks straight out: are you a robot, will you tell my parents, must I pay…"""

from nlu.extraction.reading import BARE, Found, Reading
from nlu.interpretation import Entity, Query

_TOPIC = "questions"
_SAID = "said"
_BESIDE = frozenset((Query.TOLD, Query.KEPT))
"""What is asked in one breath with another question."""
_BETWEEN = 2
"""Words that may stand between "he said" and what he said."""
_LONGEST = 25
"""Words of a sentence beyond which it is a story, whatever it asks on the way."""


def find(reading: Reading) -> list[Entity]:
    """The questions that the writer asks, in the order of the text; none that is told of somebody else.

    A value of the lexicon is a question in its words; a bare one only where the sentence ends with a question mark.
    """
    hits = [
        hit
        for hit in reading.all_found(_TOPIC)
        if _query(hit) in list(Query)
        and reading.meant(hit, _TOPIC)
        and _asks(reading, hit)
        and not _told(reading, hit)
    ]
    chosen: list[Found] = []
    for hit in sorted(hits, key=lambda f: (_query(f) == Query.KNOWN, f.first - f.last, f.first, f.cut)):
        if not any(_overlap(hit, other) and _either(_query(hit), _query(other)) for other in chosen):
            chosen.append(hit)
    asked: dict[str, Entity] = {}
    for hit in sorted(chosen, key=lambda f: (f.first, _query(f) in _BESIDE)):
        asked.setdefault(_query(hit), reading.entity("question", _query(hit), hit.first, hit.last, hit.cut))
    return list(asked.values())


def _query(hit: Found) -> str:
    return str(hit.value).removeprefix(BARE)


def _overlap(one: Found, other: Found) -> bool:
    return one.first <= other.last and other.first <= one.last


def _either(one: str, other: str) -> bool:
    """Whether the same words ask one or the other, not both: "is it secret, or do the police read it" asks both."""
    return one == other or not {one, other} & _BESIDE


def _asks(reading: Reading, hit: Found) -> bool:
    """Whether the sentence around a hit is a question."""
    end = next((i for i in range(hit.last + 1, len(reading.tokens)) if reading.tokens[i].is_break), len(reading.tokens))
    start = next((i for i in range(hit.first - 1, -1, -1) if reading.tokens[i].is_break), -1)
    if end - start > _LONGEST:
        return False
    return not hit.value.startswith(BARE) or reading.word(end) == "?"


def _told(reading: Reading, hit: Found) -> bool:
    """Whether somebody is said to have asked or said it: "he says he will tell the police"."""
    return any(
        other.value == _SAID
        and other.first < hit.first <= other.last + 1 + _BETWEEN
        and not set(",.!?;\n") & set(reading.folded.text[_after(reading, other) : reading.tokens[hit.first].start])
        for other in reading.all_found(_TOPIC)
    )


def _after(reading: Reading, hit: Found) -> int:
    return reading.tokens[hit.last].end
