"""What a message asks straight out: are you a robot, will you tell my parents, must I pay…"""

from nlu.extraction import lexicon
from nlu.extraction.reading import BARE, Found, Reading
from nlu.interpretation import Entity, Query

_TOPIC = "questions"
_QUERIES = frozenset(Query)
_SAID = "said"
_ALONE = "alone "
_BESIDE = frozenset((Query.TOLD, Query.KEPT))
"""What is asked in one breath with another question."""
_BETWEEN = 2
"""Words that may stand between "he said" and what he said."""
_LONGEST = 25
"""Words of a sentence beyond which it is a story, whatever it asks on the way."""
_SMALL_TALK = lexicon.word_set("beside a short question")


def find(reading: Reading) -> list[Entity]:
    """The questions that the writer asks, in the order of the text; none that is told of somebody else.

    A value of the lexicon is a question in its words; a bare one only where the sentence ends with a question mark,
    and one that stands alone only where the message says no more but small talk, and answers no question of the bot.
    """
    hits = [
        hit
        for hit in reading.all_found(_TOPIC)
        if _query(hit) in _QUERIES and reading.meant(hit, _TOPIC) and _asks(reading, hit) and not _told(reading, hit)
    ]
    chosen: list[Found] = []
    for hit in sorted(hits, key=lambda f: (_query(f) == Query.KNOWN, f.first - f.last, f.first, f.cut)):
        crossed = [other for other in chosen if _overlap(hit, other)]
        together = [hit, *(other for other in chosen if other not in crossed)]
        if not crossed:
            chosen = together
        elif len(crossed) == 1 and _beside(hit, crossed[0]) and (moved := _elsewhere(crossed[0], hits, together)):
            # "Is it secret, or do the police read it" asks both: the other where it is said without this one.
            chosen = [*together, moved]
    asked: dict[str, Entity] = {}
    for hit in sorted(chosen, key=lambda f: f.first):
        asked.setdefault(_query(hit), reading.entity("question", _query(hit), hit.first, hit.last, hit.cut))
    return list(asked.values())


def _query(hit: Found) -> str:
    return str(hit.value).removeprefix(BARE).removeprefix(_ALONE)


def _overlap(one: Found, other: Found) -> bool:
    return one.first <= other.last and other.first <= one.last


def _beside(one: Found, other: Found) -> bool:
    """Whether what two hits ask may be asked in one breath."""
    return _query(one) != _query(other) and bool({_query(one), _query(other)} & _BESIDE)


def _elsewhere(one: Found, hits: list[Found], taken: list[Found]) -> Found | None:
    """A hit of the same value that crosses none of those that are taken."""
    return next((f for f in hits if f.value == one.value and not any(_overlap(f, t) for t in taken)), None)


def _asks(reading: Reading, hit: Found) -> bool:
    """Whether the sentence around a hit is a question."""
    end = next((i for i in range(hit.last + 1, len(reading.tokens)) if reading.tokens[i].is_break), len(reading.tokens))
    start = next((i for i in range(hit.first - 1, -1, -1) if reading.tokens[i].is_break), -1)
    if end - start > _LONGEST:
        return False
    if hit.value.startswith(_ALONE):
        others = [token.text for i, token in enumerate(reading.tokens) if not hit.first <= i <= hit.last]
        return reading.expects is None and all(word in _SMALL_TALK or not word.isalnum() for word in others)
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
