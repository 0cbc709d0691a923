"""Words and their keys: the loosened spellings under which a word of a message is looked up.

A Moroccan teenager writes one word in many ways (``kayhdedni``, ``kihadedni``, ``tayhddni``). Each word of a
message therefore has several keys, and a lexicon is compiled to the same keys:

- Arabic script: the word with long vowels written once and ذ ظ ث ص as د ض ت س, also without what is attached in
  front of it (و ف ب ل ك د ال) and without the verb's present or future mark (ك ت غ);
- ``=`` Arabizi with one letter a sound; ``~`` its consonants with the first and last vowel;
- ``:`` French without its silent ending, ``;`` the same with it, for stems; also without a "j" that is written
  together with the verb, and at full length for what is written short ("pr", "ds").
"""

import re
from functools import lru_cache
from typing import NamedTuple

from nlu.normal import Folded

_TOKEN = re.compile(
    r"\d{1,2}(?=(?:ans?|3am|3wam|3amm|sna|sne|snin|ch?hour|ch?hor|ch?har|ch?hr|mois|jours?|nhar|h)\b)"
    r"|\d{1,5}(?=(?:dhs?|drhm|euros?)\b)"
    r"|[\u0621-\u064a\u0671-\u06d3]+"
    r"|[^\W_\u0600-\u06ff]+"
    r"|[.!?;\n]"
    r"|[\U0001f300-\U0001faff\u2600-\u27bf]"
)
_LONG = re.compile(r"([اوي])\1+")
_DOUBLED = re.compile(r"(.)\1+")
_ARABIC_FRONTS = ("ب", "ل", "ف", "ك", "د", "ال", "بال", "لل", "فال", "كال", "دال")
_LOOSE = str.maketrans("ذظثص", "دضتس")
_SHORT = {
    "pr": "pour", "ds": "dans", "qd": "quand", "kan": "quand", "tt": "tout", "tte": "toute", "ttes": "toutes",
    "bcp": "beaucoup", "mnt": "maintenant", "mtn": "maintenant", "chui": "suis", "chuis": "suis", "vs": "vous",
    "ns": "nous", "tjs": "toujours", "tjr": "toujours", "ke": "que", "ki": "qui", "pa": "pas", "pu": "plus",
    "plu": "plus", "jamai": "jamais", "msg": "message", "qqun": "qqn", "kelkun": "qqn", "kk1": "qqn",
}  # fmt: skip
_LATIN_FRONTS = ("f", "b", "l", "d", "m", "fl", "bl", "dl", "ml", "li", "el", "al")
_ARABIC_ASPECTS = ("كا", "تا", "غادي", "غا", "غ", "ك", "ت")
_LATIN_ASPECTS = ("ka", "ta", "ghadi", "gha", "gh", "ra", "8a", "ga", "k", "t")
_SOUNDS = (
    ("kh", "x"), ("gh", "G"), ("ch", "C"), ("sh", "C"), ("ph", "f"), ("th", "t"), ("dh", "d"), ("qu", "k"),
    ("5", "x"), ("8", "G"), ("7", "h"), ("9", "q"), ("2", ""), ("6", "t"),
    ("ou", "o"), ("u", "o"), ("y", "i"), ("c", "k"),
)  # fmt: skip
_SILENT = "estxz"
_VOWELS = frozenset("aioeu")
NUMBER = "#"
"""The key that all numbers in digits have beside their own."""

_BREAKS = frozenset(".!?;\n")


class Token(NamedTuple):
    """A word, number, emoji or sentence mark of a message.

    Args:
        text: in normal form.
        start: its first character in the folded text.
        end: one past its last character there.
    """

    text: str
    start: int
    end: int

    @property
    def is_break(self) -> bool:
        """Whether a sentence ends here."""
        return self.text in _BREAKS


def split(folded: Folded) -> list[Token]:
    """The words, numbers, emoji and sentence marks of a text, in order."""
    return [Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(folded.text)]


def squeezed(word: str) -> str:
    """The word with doubled letters written once."""
    return _DOUBLED.sub(r"\1", word)


def arabic(word: str) -> str:
    """A word in Arabic script with its long vowels written once ("بزااف" and "بزاف" are one)."""
    return _LONG.sub(r"\1", word.translate(_LOOSE))


def french(word: str) -> str:
    """A French word without doubled letters and silent ending ("veux", "veut" and "veu" are one)."""
    word = squeezed(word)
    while len(word) > 3 and word[-1] in _SILENT:
        word = word[:-1]
    return word


@lru_cache(maxsize=4096)
def sounded(word: str) -> str:
    """An Arabizi word with one letter a sound ("5ouya" and "khoya" are one)."""
    if len(word) > 3 and word[-1] == "e":
        word = word[:-1]
    if word.endswith("tx"):  # "mabghitx"
        word = word[:-1] + "ch"
    for written, sound in _SOUNDS:
        if written in word:
            word = word.replace(written, sound)
    word = squeezed(word)
    bare = word[:1] + word[1:].replace("e", "")  # "e" only parts consonants: "seddo" and "sdo" are one
    bare = bare[bare[:1] == bare[1:2] :]  # "nenta7ar" and "nta7er"
    return (bare if len(bare) > 2 else word).replace("e", "i")


def consonants(word: str) -> str:
    """The consonants of an Arabizi word with its first and last vowel; "" where they are fewer than three."""
    sounds = sounded(word)
    if len(sounds) < 3:
        return ""
    last = "o" if sounds[-1] == "w" else sounds[-1]
    middle = "".join([c for c in sounds[1:-1] if c not in "aeiouw"])
    kept = sounds[0] + middle + last
    return kept if sum(c not in _VOWELS for c in kept) >= 3 else ""


def keys(word: str) -> tuple[tuple[str, int], ...]:
    """Every key of a word in normal form, each with how many characters in front it leaves out."""
    if "\u0600" <= word[0] <= "\u06ff":
        return _arabic_keys(word)
    if word.isdigit():
        return ((word, 0), (NUMBER, 0))
    if not word.isalnum() or len(word) > 40:
        return ((word, 0),)
    return _latin_keys(word)


def _forms(word: str, joins: tuple[str, ...], fronts: tuple[str, ...], aspects: tuple[str, ...]) -> dict[str, int]:
    """The word, and what is left of it without what is attached in front; each with the characters left out.

    A verb without its mark keeps its place: the mark is part of the word.
    """
    forms = {word: 0}
    for join in joins:
        if word.startswith(join) and len(word) > len(join) + 1:
            forms.setdefault(word[len(join) :], len(join))
    for form, cut in list(forms.items()):
        for front in fronts:
            if form.startswith(front) and len(form) - len(front) >= 3:
                forms.setdefault(form[len(front) :], cut + len(front))
    for form, cut in list(forms.items()):
        for mark in aspects:
            rest = form[len(mark) :]
            if len(rest) >= 4 and rest[0] in "نيتnyit" and form.startswith(mark):
                forms.setdefault(rest, cut)
    return forms


def _arabic_keys(word: str) -> tuple[tuple[str, int], ...]:
    result: dict[str, int] = {}
    for form, cut in _forms(word, ("و",), _ARABIC_FRONTS, _ARABIC_ASPECTS).items():
        result.setdefault(arabic(form), cut)
    return tuple(result.items())


def _latin_keys(word: str) -> tuple[tuple[str, int], ...]:
    result: dict[str, int] = {}
    for form, cut in _forms(word, ("w", "o"), _LATIN_FRONTS, _LATIN_ASPECTS).items():
        result.setdefault(":" + french(form), cut)
        result.setdefault(";" + squeezed(form), cut)
        for spelling in (form, form.replace("x", "ch")) if "x" in form else (form,):
            result.setdefault("=" + sounded(spelling), cut)
            if skeleton := consonants(spelling):
                result.setdefault("~" + skeleton, cut)
    if word in _SHORT:
        result.setdefault(":" + french(_SHORT[word]), 0)
    elif word[0] == "j" and len(word) > 3 and word[1] not in "aeiouhy":
        result.setdefault(":" + french(word[1:]), 1)
        result.setdefault(";" + squeezed(word[1:]), 1)
    return tuple(result.items())
