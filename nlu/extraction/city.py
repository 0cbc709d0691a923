"""The town, from a gazetteer of Moroccan towns."""

from functools import lru_cache

from rapidfuzz import fuzz, process

from nlu.extraction import lexicon, words
from nlu.extraction.reading import Found, Reading
from nlu.interpretation import Entity
from nlu.normal import normalise

_CLOSE = 82
_LONGEST_ANSWER = 4
_PLACE_WORDS = lexicon.word_set("place")
_NEVER_ALONE = lexicon.word_set("never a town alone")
_OF = frozenset({"de", "d"})
_HOME = lexicon.word_set("home")
_FRONTS = lexicon.word_set("place fronts")
_DENIED = lexicon.word_set("not here")


def find(reading: Reading) -> list[Entity]:
    """The towns named; when the bot asked for the town, the answer itself where it is no refusal."""
    asked = reading.expects == "city"
    hits = [f for f in reading.found("cities") if asked or not _is_ordinary(reading, f) or _is_place(reading, f)]
    if len(hits) > 1:  # "he is from Tanger, I live in Settat"
        hits = [f for f in hits if _is_home(reading, f)] or hits
        hits = [f for f in hits if not {reading.word(f.first - 1), reading.word(f.first - 2)} & _DENIED] or hits
    if hits or not asked:
        return [reading.entity("city", f.value, f.first, f.last, f.cut) for f in hits]
    return _answer(reading)


def _is_home(reading: Reading, hit: Found) -> bool:
    return bool({reading.word(hit.first - 1), reading.word(hit.first - 2)} & _HOME)


def _is_ordinary(reading: Reading, hit: Found) -> bool:
    spelling = " ".join(words.arabic(t.text) for t in reading.tokens[hit.first : hit.last + 1])
    if "é" in reading.text[reading.entity("city", "", hit.first, hit.last).start :][:6].casefold():
        return False  # "Salé" with its accent is the town
    return bool({spelling, spelling[hit.cut :], words.squeezed(spelling)} & _ordinary())


def _is_place(reading: Reading, hit: Found) -> bool:
    if hit.last - hit.first + 1 == len(reading.tokens) and reading.word(hit.first) not in _NEVER_ALONE:
        return True  # the whole message is the town
    front = reading.tokens[hit.first].text[: hit.cut]
    if reading.word(hit.first - 1) in _OF and reading.word(hit.last + 1).isalpha():
        return False  # "de sale noir"
    return reading.word(hit.first - 1) in _PLACE_WORDS or front.lstrip("و") in _FRONTS


def _answer(reading: Reading) -> list[Entity]:
    tokens = [i for i, t in enumerate(reading.tokens) if not t.is_break]
    refused = {i for f in reading.all_found("refusals") for i in range(f.first, f.last + 1)}
    while tokens and reading.word(tokens[0]) in _PLACE_WORDS:
        tokens = tokens[1:]
    if not 0 < len(tokens) <= _LONGEST_ANSWER or refused.intersection(tokens):
        return []
    if not any(c.isalpha() for c in "".join(reading.word(i) for i in tokens)):
        return []
    place = reading.entity("city", "", tokens[0], tokens[-1])
    written = reading.text[place.start : place.end]
    if sum(c.isalpha() for c in written) < 3:
        return []
    best = process.extractOne(
        words.sounded(normalise(written)), _names().keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE
    )
    return [Entity("city", _names()[best[0]] if best else written, place.start, place.end)]


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {
        words.sounded(normalise(s)): name
        for name, spellings in lexicon.read("cities")["values"].items()
        for s in spellings
    }


@lru_cache(maxsize=1)
def _ordinary() -> frozenset[str]:
    return frozenset(
        spelt(normalise(s)) for spelt in (words.arabic, words.squeezed) for s in lexicon.read("cities")["ordinary"]
    )
