"""Who writes, where the message shows it."""

from nlu.extraction import lexicon
from nlu.extraction.reading import BARE, Found, Reading
from nlu.interpretation import Entity

_PROOF = " needs proof"
_AFTER = 8
_TO = frozenset({"l", "ل", "a", "la"})
_NOT_FOR = lexicon.word_set("not for")
_GROWN = 18
_THEM = ("وها", "وه", "وهم", "ouha", "oha", "owha", "ouh", "ouhom", "ohom", "whom", "uha")
_PLURAL = ("o", "ou", "w", "و", "وا", "ون")
_AGED = ("عمر", "3mr", "3omr")
_SAYING = lexicon.word_set("saying")
_THAT = lexicon.word_set("that")
_TO_THEM = lexicon.word_set("to them")
_HER = ("ها", "ha", "hom", "هم", "ليها", "ليه", "liha", "lih")
_PASSIVE = lexicon.word_set("passive")
_SUFFERS = lexicon.word_set("suffers")
_OWN = ("self_harm", "sexual_abuse")  # dangers whose victim is the one that is spoken of
_MY, _SHORT = ("ني", "ni"), 4
_DENIED = lexicon.word_set("not here")
_FOR = lexicon.word_set("for")
_ME = lexicon.word_set("me")
_BROTHERS = lexicon.word_set("said to anybody")
_CALLING = lexicon.word_set("calling")
_WANTED = lexicon.word_set("after a call")


def find(reading: Reading) -> list[Entity]:
    """At most one reporter. Kin count only when the harm is done to them, and not by them to the child."""
    hits = [hit for hit in reading.found("reporters", bare=False) if reading.meant(hit, "reporters")]
    asked = reading.expects == "reporter"
    hits = [f for f in hits if f.value != "teacher" or not reading.word(f.last + 1).isdecimal()]
    hits = [f for f in hits if not _is_called(reading, f)]
    for hit in sorted(hits, key=lambda f: f.value.endswith(_PROOF)):
        if reading.word(hit.first - 1) in _DENIED:  # "not my friend"
            continue
        proven = asked or _is_victim(reading, hit) if hit.value.endswith(_PROOF) else not _does_it(reading, hit)
        if proven:
            return [reading.entity("reporter", hit.value.removesuffix(_PROOF), hit.first, hit.last, hit.cut)]
    for hit in reading.found("reporters") if asked else ():
        if reading.word(hit.first - 1) in _DENIED or not reading.meant(hit, "reporters"):
            continue  # "machi ana, chi 7ed akhor"
        return [reading.entity("reporter", hit.value.removeprefix(BARE), hit.first, hit.last, hit.cut)]
    return []


def _is_called(reading: Reading, kin: Found) -> bool:
    """Whether "brother" and "sister" are only said to whoever reads: "salam khouya, 3afak…"."""
    if not kin.value.startswith("sibling") or kin.cut or reading.word(kin.first) not in _BROTHERS:
        return False
    before = [reading.word(index) for index in range(kin.first)]
    return all(word in _CALLING for word in before) and reading.word(kin.first + 1) in _WANTED


def _is_victim(reading: Reading, kin: Found) -> bool:
    if kin.last == len(reading.tokens) - 1 and all(reading.word(i) in _FOR for i in range(kin.first)):
        return True  # nothing else is said
    front = reading.word(kin.first - 1)
    if front in _NOT_FOR:
        return False
    verbs = {i for f in reading.all_found("categories") for i in range(f.first, f.last + 1)}
    ages = {f.first for f in reading.all_found("ages") if f.value == "year" and _is_minor(reading.word(f.first - 1))}
    subject = reading.word(kin.last + 1)
    for index in range(kin.last + 1, min(len(reading.tokens), kin.last + 1 + _AFTER)):
        word = reading.word(index)
        if word in _ME and reading.word(index - 1) in _SAYING:
            continue  # what they tell the child is no harm
        if word in _ME or (len(word) > _SHORT and word.endswith(_MY)):
            return False
        if index in verbs and (word.endswith(_HER) or word.endswith(_THEM)):
            return True
        if word.endswith(_THEM) and len(word) > 5:
            return True
        if word in _SAYING and reading.word(index + 1) in _THAT:
            return True
        if word in _TO_THEM and reading.word(index - 1).endswith(_PLURAL):
            return True
        if word.startswith(_AGED) or index in ages or word in _SUFFERS:
            return True
        if index in verbs and word.endswith("ه") and word[0] in "يتك" and len(word) > 4:
            return True
        if subject in _PASSIVE and index in verbs:
            return True
    if front in _TO or (kin.cut and reading.word(kin.first).startswith("ل")):
        return False  # "I gave my books to my sister"
    return any(hit.last > kin.last for kind in _OWN for hit in reading.all_found(kind))


def _does_it(reading: Reading, named: Found) -> bool:
    """Whether somebody named is the one who does it to the child: "a boy of my class threatens me"."""
    if named.value == "self":
        return False
    told = (hit for topic in ("categories", *_OWN) for hit in reading.all_found(topic))
    verbs = {index for hit in told for index in range(hit.first, hit.last + 1)}
    return any(
        reading.word(index).endswith(_MY) and len(reading.word(index)) > _SHORT
        for index in verbs
        if index <= named.last + _AFTER
    )


def _is_minor(word: str) -> bool:
    return word.isdecimal() and int(word) < _GROWN
