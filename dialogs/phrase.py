"""Phrases: the words of the catalogues' lists, looked for in what a child writes."""

import re
import unicodedata
from functools import lru_cache

from dialogs.messages import Messages
from dialogs.slot import MORE, SKIP, Slot
from nlu.interpretation import Language

_WORD = re.compile(r"\w+")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")


def plain(text: str) -> str:
    """A text for comparing: no case, no accents, no vowel signs, no punctuation, no drawn-out letters ("ouiii")."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in letters if not unicodedata.combining(c)).translate(str.maketrans("أإآىة", "ااايه"))
    return " ".join(_WORD.findall(_DRAWN_OUT.sub(r"\1", letters)))


@lru_cache(maxsize=1024)
def spellings(messages: Messages, key: str) -> tuple[str, ...]:
    """The words of one of the catalogues' lists of words, in all varieties, plain."""
    words = (word for language in Language for word in messages.text(key, language).split(","))
    return tuple(dict.fromkeys(filter(None, map(plain, words))))


def holds(part: str, key: str, messages: Messages) -> bool:
    """Whether a word or phrase of a list of the catalogues stands in a part."""
    text = f" {plain(part)} "
    return any(f" {phrase} " in text for phrase in spellings(messages, key))


def only(part: str, wanted: tuple[str, ...], allowed: tuple[str, ...]) -> bool:
    """Whether a part holds one of the wanted phrases, and besides them nothing but the allowed ones."""
    said = f" {plain(part)} ".replace(" ", "  ")
    left = _without(said, wanted)
    return left != said and not _without(left, allowed).strip()


def _without(said: str, phrases: tuple[str, ...]) -> str:
    """Words with two blanks between, less the phrases, the longest first."""
    for phrase in sorted(phrases, key=len, reverse=True):
        said = said.replace(f" {phrase.replace(' ', '  ')} ", " ")
    return said


def worded(text: str, slot: Slot, messages: Messages) -> set[str]:
    """The values whose words (``words.SLOT.VALUE`` in the catalogues) occur in the text.

    A word inside a longer one does not count: "not in safety" is no "in safety".
    """
    found: list[tuple[int, int, str]] = []
    for value in (*slot.values, "yes", "no", MORE, SKIP):
        key = f"words.{slot.name}.{value}"
        if key not in messages:
            continue
        for word in (word for word in spellings(messages, key) if word in text):
            found += [(m.start(), m.end(), value) for m in re.finditer(rf"\b{re.escape(word)}\b", text)]
    return {
        value
        for start, end, value in found
        if not any(a <= start and end <= b and (b - a) > (end - start) for a, b, _ in found)
    }
