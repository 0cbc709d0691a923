"""The child's age, or year of birth."""

from nlu.extraction import lexicon, reporter
from nlu.extraction.reading import Found, Reading
from nlu.interpretation import Entity

YOUNGEST, OLDEST = 5, 25
_MINOR = 17
_FIRST_BIRTH, _LAST_BIRTH = 1995, 2023
_JOINING = lexicon.word_set("joining")
_LEADING = _JOINING | lexicon.word_set("leading")
_LOOK_BACK = 6
_DENIED = lexicon.word_set("not here")
_SORRY = lexicon.word_set("said wrongly")
_THEY = lexicon.word_set("they")


def find(reading: Reading) -> list[Entity]:
    """At most one age and one year of birth: the child's, never the aggressor's, no duration and no count."""
    numbers = _numbers(reading)
    numbers = [number for number in numbers if not _is_taken_back(reading, number, numbers)] or numbers
    if _is_of_another(reading, numbers):
        numbers = [number for number in numbers if not _before(reading, "mine", number.first - 1)] or numbers
    ages = [scored for number in numbers if (scored := _weigh(reading, number))]
    found = [max(ages, key=lambda scored: scored[0])[1]] if ages else []
    return found + _births(reading)


def _is_of_another(reading: Reading, numbers: list[Found]) -> bool:
    """Whether the age is asked of, or told of, a child who is not the writer."""
    if reading.question.other or any(found.value != "self" for found in reporter.find(reading)):
        return True
    theirs = (_before(reading, "theirs", number.first - 1) for number in numbers)
    return any(hit and _is_child(reading, hit) for hit in theirs)


def _is_taken_back(reading: Reading, number: Found, numbers: list[Found]) -> bool:
    """Whether a number is denied ("not 14"), or another follows after a word such as "sorry" ("14, no sorry, 15")."""
    if reading.word(number.first - 1) in _DENIED:
        return True
    following = next((other.first for other in numbers if other.first > number.last), None)
    return following is not None and any(reading.word(i) in _SORRY for i in range(number.last + 1, following))


def _numbers(reading: Reading) -> list[Found]:
    spoken = [f for f in reading.found("numbers") if f.value >= YOUNGEST]
    digits = [
        Found(int(t.text), i, i, 0)
        for i, t in enumerate(reading.tokens)
        if t.text.isdecimal() and len(t.text) <= 2 and YOUNGEST <= int(t.text) <= OLDEST
    ]
    return sorted(spoken + digits, key=lambda f: f.first)


def _weigh(reading: Reading, number: Found) -> tuple[int, Entity] | None:
    before, after = number.first - 1, number.last + 1
    if reading.word(before).isdecimal() or reading.word(after).isdecimal() or _is_part(reading, number):
        return None
    unit = _touching(reading, "year", after)
    if unit is None and not reading.word(after).startswith("ال") and _touching(reading, "counted", after):
        return None
    if _before(reading, "since", before) and not _before(reading, "mine", before):
        return None
    start, score = number.first, 0
    mine, theirs = _before(reading, "mine", before), _before(reading, "theirs", before)
    girl = _before(reading, "girl", before)
    if mine:
        start, score = mine.first, 4 if unit else 3
    elif theirs:
        start, score = theirs.first, 2 if _is_child(reading, theirs) else 0
    elif girl:
        start, score = number.first, 3
    elif unit or (reading.question.other and _THEY & {reading.word(before), reading.word(after)}):
        score = 2
    if not mine and _is_adult(reading, number):
        return None
    if theirs and not score and number.value <= _MINOR and (unit or _closes(reading, after)):
        score = 1
    if not score and (reading.expects == "age" or (reading.expects is None and len(reading.tokens) == 1)):
        score = 1
    if not score or (score == 3 and mine and not unit and not _closes(reading, after) and reading.expects != "age"):
        return None
    cut = mine.cut if mine else 0
    last = unit.last if unit else number.last
    return score * 100 - number.first, reading.entity("age", number.value, start, last, cut)


def _touching(reading: Reading, value: str, index: int) -> Found | None:
    return next((f for f in reading.beginning("ages", index) if f.value == value and f.cut <= 2), None)


def _before(reading: Reading, value: str, index: int) -> Found | None:
    """A hit that ends at the token, or one joining word before it."""
    ends = [index]
    while reading.word(index) in _LEADING:
        index -= 1
        ends.append(index)
    hits = [f for end in ends for f in reading.ending("ages", end) if f.value == value]
    return min(hits, key=lambda f: f.first, default=None)


def _last_before(reading: Reading, value: str, index: int) -> int:
    for last in range(index - 1, index - _LOOK_BACK - 1, -1):
        if any(f.value == value for f in reading.ending("ages", last)):
            return last
    return -1


def _is_adult(reading: Reading, number: Found) -> bool:
    if reading.question.other and reading.word(number.first - 1) in _THEY:
        return False
    man = _last_before(reading, "man", number.first)
    return man >= 0 and man > max(_last_before(reading, value, number.first) for value in ("child", "mine", "girl"))


def _is_child(reading: Reading, theirs: Found) -> bool:
    child = _last_before(reading, "child", theirs.first)
    return child >= 0 and child >= _last_before(reading, "man", theirs.first)


def _closes(reading: Reading, index: int) -> bool:
    """Whether the number is not the beginning of a count: "j'ai 14 et…" against "j'ai 14 messages"."""
    following = reading.word(index)
    if not following.isalpha() or following in _JOINING:
        return True
    return not any(reading.beginning(topic, index) for topic in ("contents", "platforms"))


def _is_part(reading: Reading, number: Found) -> bool:
    """Whether the digits belong to a decimal, a time, a percentage or a code."""
    text = reading.folded.text
    start, end = reading.tokens[number.first].start, reading.tokens[number.last].end
    return (
        (text[start - 1 : start] in tuple("/:.,+_@#&=") and text[start - 2 : start - 1].isalnum())
        or text[start - 1 : start] in tuple("+@#_")
        or text[end : end + 1] in tuple("%_@€$")
        or (text[end : end + 1] in tuple(":/.,h") and text[end + 1 : end + 2].isdecimal())
    )


def _births(reading: Reading) -> list[Entity]:
    found = []
    for index, token in enumerate(reading.tokens):
        if len(token.text) == 4 and token.text.isdecimal() and _FIRST_BIRTH <= int(token.text) <= _LAST_BIRTH:
            born = next((f for f in reading.all_found("ages") if f.value == "born" and 0 < index - f.last <= 5), None)
            if born or (reading.expects == "age" and len(reading.tokens) <= 4):
                found.append(reading.entity("birth_year", int(token.text), born.first if born else index, index))
    return found[:1]
