"""How long it has lasted, as ISO 8601."""

import re

from nlu.extraction import lexicon
from nlu.extraction.age import YOUNGEST
from nlu.extraction.reading import Found, Reading
from nlu.interpretation import Entity

_OF = lexicon.word_set("of")
_DUAL = re.compile(r"\d[DWMYH]")
_AHEAD = lexicon.word_set("ahead")
_BETWEEN = lexicon.word_set("about")
_WHOLE = lexicon.word_set("whole")
_WHILE = lexicon.word_set("while")
_BY = frozenset({"b", "ب"})
_INSIDE = frozenset({"dans", "dan"})  # "un dans ma classe" is no year
_MOST = {"D": 400, "W": 100, "M": 60, "Y": 9, "H": 72}


def find(reading: Reading) -> list[Entity]:
    """Spans of time that something has lasted: "depuis deux semaines", "هادي 3 أشهر"; no ages and no dates."""
    found: list[Entity] = []
    taken = -1
    for unit in sorted(reading.found("durations"), key=lambda f: f.first):
        if unit.first <= taken or reading.word(unit.first) in _INSIDE:
            continue
        if entity := _read(reading, unit):
            found.append(entity)
            taken = unit.last
    return found


def _read(reading: Reading, unit: Found) -> Entity | None:
    if _DUAL.fullmatch(str(unit.value)):
        if reading.word(unit.first - 1) in _AHEAD:
            return None
        since = _since(reading, unit.first - 1)
        return _entity(
            reading, int(unit.value[0]), unit.value[1], since if since is not None else unit.first, unit.last
        )
    number = _number_before(reading, unit.first - 1)
    if number is None:
        since = _since(reading, unit.first - 1)
        following = reading.word(unit.last + 1)
        bare = (
            (since is not None and unit.value != "D")
            or (unit.value in "WM" and reading.word(unit.first - 1) in {"chi", "شي"})
            or (
                unit.value in "WMY"
                and unit.cut == 0
                and (following in _WHOLE or following in _WHILE)
                and _opens(reading, unit.first)
            )
        )
        if not bare or following.isdecimal():
            return None
        return _entity(reading, 1, unit.value, since if since is not None else unit.first, unit.last)
    since = _since(reading, number.first - 1)
    if reading.word(number.first - 1) in _BY:  # "older by four years"
        return None
    if reading.word(number.first - 1) in _AHEAD:
        return None
    if reading.word(unit.first).startswith("ال") and reading.word(number.first).isdecimal():
        return None  # "15 الشهر الماضي" is a date
    if since is None and (unit.value == "H" or (unit.value == "Y" and number.value >= YOUNGEST)):
        return None
    return _entity(reading, number.value, unit.value, since if since is not None else number.first, unit.last)


def _opens(reading: Reading, index: int) -> bool:
    """Whether a clause begins with the word: "a month, and they…"."""
    return index == 0 or bool(
        set(",.!?;:\n،") & set(reading.folded.text[reading.tokens[index - 1].end : reading.tokens[index].start])
    )


def _number_before(reading: Reading, index: int) -> Found | None:
    while reading.word(index) in _OF:
        index -= 1
    word = reading.word(index)
    if word.isdecimal() and len(word) <= 3:
        first = index
        if reading.word(index - 1).isdecimal() and len(reading.word(index - 1)) <= 2:  # "3-4 mois"
            first = index - 1
        return Found(int(reading.word(first)), first, index, 0)
    return max(reading.ending("numbers", index), key=lambda f: (f.last - f.first, -f.cut), default=None)


def _since(reading: Reading, index: int) -> int | None:
    """The first token of a "since" that ends here, or up to two words before."""
    for last in (index, index - 1, index - 2):
        word = reading.word(last)
        hits = [f for f in reading.ending("ages", last) if f.value == "since"]
        hit = min(hits, key=lambda f: f.first, default=None)
        if hit and word not in _AHEAD:
            return hit.first
        if word not in _BETWEEN:
            return None
    return None


def _entity(reading: Reading, count: int, unit: str, first: int, last: int) -> Entity | None:
    if not 0 < count <= _MOST[unit]:
        return None
    value = f"PT{count}H" if unit == "H" else f"P{count}{unit}"
    return reading.entity("duration", value, first, last)
