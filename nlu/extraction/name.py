"""The name that a child gives."""

from nlu.extraction import lexicon
from nlu.extraction.reading import Reading
from nlu.interpretation import Entity

_LONGEST_ANSWER = 3
_BEFORE = lexicon.word_set("before an answered name")
_AFTER_IS = lexicon.word_set("after my name")
_AFTER = lexicon.word_set("after a name")
_IN_USE = lexicon.word_set("before my name in use")
_WORDS_TOO = lexicon.word_set("names that are words too")
_TOPICS = ("refusals", "categories", "platforms", "contents", "numbers", "cities")
_AND = ("", "و", "w", "o", "et")
_SAYING = lexicon.word_set("saying")
_ON = "على"
_ARTICLES = ("ال", "فال", "بال", "لل")
_WAW = lexicon.word_set("names that begin like and")
_NO_NAMES = lexicon.word_set("no name")


def find(reading: Reading) -> list[Entity]:
    """A name after "my name is", a known one also after "I am"; when the bot asked for the name, the answer itself
    where it is no refusal."""
    for hit in reading.found("names"):
        if hit.value not in ("is", "maybe"):
            continue
        first = hit.last + 1
        while reading.word(first) in _AFTER_IS:
            first += 1
        given = _is_given(reading, first)
        if hit.value == "maybe":
            plain = reading.word(first) not in _WORDS_TOO or _stands_as_name(reading, first)
            told = given and plain and not _is_said(reading, hit.first)
        else:
            stands = given or (_is_name(reading, first) and _stands_as_name(reading, first))
            told = stands and reading.word(hit.first - 1) not in _IN_USE
        if told and reading.word(hit.first)[: hit.cut] in _AND:
            return [_entity(reading, first, first + 1 if _goes_on(reading, first + 1) else first)]
    return _answer(reading) if reading.expects == "name" else []


def _answer(reading: Reading) -> list[Entity]:
    places = [i for i, t in enumerate(reading.tokens) if any(c.isalpha() for c in t.text)]
    while places and reading.word(places[0]) in _BEFORE:
        places = places[1:]
    refused = {i for f in reading.all_found("refusals") for i in range(f.first, f.last + 1)}
    if not 0 < len(places) <= _LONGEST_ANSWER or refused.intersection(places):
        return []
    if places[-1] - places[0] >= len(places):  # something stands between the words
        return []
    return [_entity(reading, places[0], places[-1])] if _is_name(reading, places[0], asked=True) else []


def _is_name(reading: Reading, index: int, *, asked: bool = False) -> bool:
    word = reading.word(index)
    if not word.isalpha() or len(word) < 2:
        return False
    if word in _NO_NAMES and not _is_given(reading, index):
        return False
    if word[0] == "و" and not asked and word not in _WAW:
        return False  # "my name and they wrote…"
    topics = ("refusals",) if asked else _TOPICS
    return not any(f.first == index and not f.cut for topic in topics for f in reading.all_found(topic))


def _is_given(reading: Reading, index: int) -> bool:
    """Whether the word is a name of the list, as it stands; "on" is written as Ali is, but for its last letter."""
    listed = any(f.value == "given" and f.first == f.last and not f.cut for f in reading.beginning("names", index))
    return listed and _entity(reading, index, index).value != _ON


def _stands_as_name(reading: Reading, index: int) -> bool:
    """Whether a word that may be a name stands as one: written with a capital, or before the end, a sign, a number or
    what is usually said next. "My name in the group" and "my name became a joke" name nobody."""
    word = _entity(reading, index, index)
    written = str(word.value)
    if written.startswith(_ARTICLES):
        return False
    after = reading.text[word.end :].lstrip(" ")
    following = index + 2 if reading.word(index + 1) in _AND else index + 1
    return (
        written[0].isupper()
        or not after[:1].isalpha()
        or reading.word(following) in _AFTER
        or _is_given(reading, index + 1)
    )


def _is_said(reading: Reading, index: int) -> bool:
    """Whether somebody else is told to have said it: "he says: I am Karim"."""
    return any(reading.word(before) in _SAYING for before in range(index - 2, index))


def _goes_on(reading: Reading, index: int) -> bool:
    """Whether the next word is a second name: both are written with a capital."""
    if index >= len(reading.tokens) or not _is_name(reading, index):
        return False
    return all(str(_entity(reading, place, place).value)[0].isupper() for place in (index - 1, index))


def _entity(reading: Reading, first: int, last: int) -> Entity:
    place = reading.entity("name", "", first, last)
    return Entity("name", reading.text[place.start : place.end], place.start, place.end)
