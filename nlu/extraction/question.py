"""What a message asks straight out: are you a robot, will you tell my parents, must I pay…"""

from nlu.extraction.reading import BARE, Found, Reading
from nlu.interpretation import Entity, Query

_TOPIC = "questions"
_TOLD = "told"
_BETWEEN = 2
"""Words that may stand between "he said" and what he said."""
_LONGEST = 25
"""Words of a sentence beyond which it is a story, whatever it asks on the way."""


def find(reading: Reading) -> list[Entity]:
    """The questions that the writer asks, in the order of the text; none that is told of somebody else.

    A value of the lexicon is a question in its words; a bare one only where the sentence ends with a question mark.
    """
    asked = [hit for hit in reading.found(_TOPIC) if str(hit.value).removeprefix(BARE) in list(Query)]
    return [
        reading.entity("question", hit.value.removeprefix(BARE), hit.first, hit.last, hit.cut)
        for hit in asked
        if reading.meant(hit, _TOPIC) and _asks(reading, hit) and not _told(reading, hit)
    ]


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
        other.value == _TOLD
        and other.first < hit.first <= other.last + 1 + _BETWEEN
        and not set(",.!?;\n") & set(reading.folded.text[_after(reading, other) : reading.tokens[hit.first].start])
        for other in reading.all_found(_TOPIC)
    )


def _after(reading: Reading, hit: Found) -> int:
    return reading.tokens[hit.last].end
