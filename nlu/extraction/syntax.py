"""Syntax: how a phrase is written, see ``nlu.extraction.phrases``, and the keys under which its words are laid."""

import re
from functools import lru_cache

from nlu.extraction import words
from nlu.normal import normalise

GAPS = {"..": 5, "...": 12}
"""How many words each mark lets stand between."""

NAMES = "names"
SOUNDED_NAMES = "sounded names"
"""Names are spelt alike everywhere: as written, and by their sounds in Arabizi."""

_EITHER = " & "
_JOINED = re.compile(r"['’](?=\w)|(?<=\w)-(?=\w)")
_ELISION = re.compile(r"(?<![\w*])(m|t|s|l|d|j|n|c|qu) ([aeiouyhéèêàâœ]\w*\*?)(?![\w*])")
_SYNTAX = re.compile(r"\(|\)|\||\?|\.{2,3}|[^\s()|?]+")


class PhraseError(ValueError):
    """A phrase in a lexicon cannot be read; says which."""


def orders(phrase: str) -> list[str]:
    """The phrase as it is, or both orders of its two parts."""
    parts = phrase.split(_EITHER)
    if len(parts) == 1:
        return parts
    if len(parts) > 2:
        raise PhraseError(f"more than one & in the phrase {phrase!r}")
    return [f"{parts[0]} .. {parts[1]}", f"{parts[1]} .. {parts[0]}"]


@lru_cache(maxsize=8192)
def parts(phrase: str, variety: str) -> tuple[str, ...]:
    """The words and marks of a phrase, the last first."""
    phrase = _JOINED.sub(" ", phrase)
    if variety == "fr":  # "m attend" is also written "mattend"
        phrase = _ELISION.sub(r"(\1 \2|\1\2)", phrase)
    return tuple(_SYNTAX.findall(phrase)[::-1])


@lru_cache(maxsize=32768)
def key_of(part: str, variety: str) -> str:
    """The one key under which a word of a phrase is laid."""
    stem = part.endswith("*")
    strict = part.startswith("=") or variety == SOUNDED_NAMES
    word = normalise(part.strip("*="))
    if not word:
        raise PhraseError("a phrase with an empty word")
    if not word.isalnum() or word.isdigit():
        return word
    if "\u0600" <= word[0] <= "\u06ff":
        key = words.arabic(word)
    elif variety not in ("ary-Latn", SOUNDED_NAMES):
        key = ";" + words.squeezed(word) if stem or variety == NAMES else ":" + words.french(word)
    else:
        skeleton = words.consonants(word + "a")[:-1] if stem else words.consonants(word)
        key = "~" + skeleton if len(skeleton) >= (4 if stem else 3) and not strict else "=" + words.sounded(word)
    if stem and len(key.lstrip(":;=~")) < 3:
        raise PhraseError(f"the stem {part!r} is too short")
    return key
