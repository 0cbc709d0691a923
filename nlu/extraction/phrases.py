"""Phrase books: many phrases looked up in a message at once, in time in proportion to the message.

A phrase is written as a trainer would say it:

=================  ==================================================================
``bghit nmout``    these words, in a row, in any spelling that ``words.keys`` allows
``bghit|baghi``    one word or the other
``(ma bqa|bla)``   one row of words or the other
``hada?``          this word or none
``yhdedni``        a verb, also with the mark of its present or future before it (``kayhdedni``)
``suicid*``        any word that begins so
``=viol``          in Arabizi, a word with these vowels and no others
``..``             up to five words between, within the sentence
``@fear``          any phrase of the list of that name
``#``              a number in digits
=================  ==================================================================
"""

import re
from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from nlu.extraction import words
from nlu.extraction.words import Token
from nlu.normal import normalise

GAP = 5
_NAMES = "names"
_SOUNDED_NAMES = "sounded names"
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_JOINED = re.compile(r"['’](?=\w)|(?<=\w)-(?=\w)")
_SYNTAX = re.compile(r"\(|\)|\||\?|\.\.|[^\s()|?]+")


class PhraseError(ValueError):
    """A phrase in a lexicon cannot be read; says which."""


class Hit(NamedTuple):
    """A phrase found in a message.

    Args:
        label: what the lexicon calls it.
        first: the place of its first word among the tokens.
        last: the place of its last word.
        cut: how many characters are attached in front of the first word.
    """

    label: Hashable
    first: int
    last: int
    cut: int


class _Node:
    __slots__ = ("edges", "gap", "labels", "lengths", "stems")

    def __init__(self) -> None:
        self.edges: dict[str, list[_Node]] = {}
        self.stems: dict[str, list[_Node]] = {}
        self.lengths: tuple[int, ...] = ()
        self.gap = 0
        self.labels: list[Hashable] = []

    def follow(self, found: tuple[tuple[str, int], ...]) -> list[tuple["_Node", int]]:
        """The nodes that a word with these keys leads to, each with the characters cut in front."""
        reached: list[tuple[_Node, int]] = []
        edges, stems = self.edges, self.stems
        for key, cut in found:
            if key in edges:
                reached += [(node, cut) for node in edges[key]]
            if stems:
                for length in self.lengths:
                    if key[:length] in stems and len(key) >= length:
                        reached += [(node, cut) for node in stems[key[:length]]]
        return reached


class PhraseBook:
    """Phrases with labels, compiled once."""

    def __init__(self) -> None:
        self._root = _Node()
        self._starts = lru_cache(maxsize=8192)(self._start)

    def add(
        self, phrase: str, variety: str, label: Hashable, lists: Mapping[str, Mapping[str, Sequence[str]]] | None = None
    ) -> None:
        """Adds a phrase.

        Args:
            phrase: as the module describes.
            variety: ``ary``, ``ary-Latn``, ``ar`` or ``fr``, or ``any`` for a name spelt alike everywhere.
            label: what a hit will carry.
            lists: the phrases behind ``@name``, by name and variety.

        Raises:
            PhraseError: the phrase cannot be read, or would match any text.
        """
        varieties: tuple[str, ...] = (variety,)
        if variety == "any":
            varieties = ("ar",) if _ARABIC.search(phrase) else (_NAMES, _SOUNDED_NAMES)
        for one in varieties:
            builder = _Builder(phrase, one, lists or {})
            ends = builder.sequence([self._root], inside=False)
            if builder.rest or self._root in ends:
                raise PhraseError(f"cannot read the phrase {phrase!r} ({variety})")
            for node in ends:
                node.labels.append(label)
        self._starts.cache_clear()

    def find(self, tokens: Sequence[Token]) -> list[Hit]:
        """Every phrase of the book in the message, overlaps included, by where each ends."""
        hits: dict[Hit, None] = {}
        active: dict[tuple[_Node, int], tuple[int, int]] = {}
        for index, token in enumerate(tokens):
            if token.is_break:
                active = {}
                continue
            found = words.keys(token.text)
            following: dict[tuple[_Node, int], tuple[int, int]] = {}
            for (node, first), (cut, left) in active.items():
                if left:
                    following.setdefault((node, first), (cut, left - 1))
                for reached, _ in node.follow(found):
                    following[reached, first] = (cut, reached.gap)
                    for label in reached.labels:
                        hits[Hit(label, first, index, cut)] = None
            for reached, cut in self._starts(token.text):
                following[reached, index] = (cut, reached.gap)
                for label in reached.labels:
                    hits[Hit(label, index, index, cut)] = None
            active = following
        return list(hits)

    def _start(self, word: str) -> tuple[tuple[_Node, int], ...]:
        return tuple(self._root.follow(words.keys(word)))


class _Builder:
    """Reads one phrase and lays its nodes."""

    def __init__(self, phrase: str, variety: str, lists: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self.phrase, self.variety, self.lists = phrase, variety, lists
        self.rest = _SYNTAX.findall(_JOINED.sub(" ", phrase))[::-1]

    def sequence(self, frontier: list[_Node], *, inside: bool) -> list[_Node]:
        while self.rest and self.rest[-1] != ")" and not (inside and self.rest[-1] == "|"):
            if self.rest[-1] == "..":
                self.rest.pop()
                for node in frontier:
                    node.gap = GAP
                continue
            ends = self._item(frontier)
            optional = self._skip("?")
            while not inside and self._skip("|"):
                ends = ends + self._item(frontier)
                optional = self._skip("?") or optional
            if optional:
                ends = frontier + ends
            frontier = ends
        return frontier

    def _skip(self, mark: str) -> bool:
        if self.rest and self.rest[-1] == mark:
            self.rest.pop()
            return True
        return False

    def _item(self, frontier: list[_Node]) -> list[_Node]:
        if not self.rest:
            raise PhraseError(f"cannot read the phrase {self.phrase!r}: it ends too early")
        part = self.rest.pop()
        if part == "(":
            return self._group(frontier)
        if part.startswith("@"):
            return self._list(frontier, part[1:])
        if part in ")|?" or part == "..":
            raise PhraseError(f"cannot read the phrase {self.phrase!r} at {part!r}")
        return [self._word(frontier, part)]

    def _group(self, frontier: list[_Node]) -> list[_Node]:
        ends: list[_Node] = []
        while True:
            ends = ends + self.sequence(frontier, inside=True)
            if not self.rest:
                raise PhraseError(f"a bracket stays open in {self.phrase!r}")
            if self.rest.pop() == ")":
                return ends

    def _list(self, frontier: list[_Node], name: str) -> list[_Node]:
        phrases = self.lists.get(name, {}).get(self.variety)
        if not phrases:
            raise PhraseError(f"{self.phrase!r} names the list {name!r}, which {self.variety} does not have")
        ends: list[_Node] = []
        for phrase in phrases:
            ends += _Builder(phrase, self.variety, self.lists).sequence(frontier, inside=False)
        return ends

    def _word(self, frontier: list[_Node], part: str) -> _Node:
        node = _Node()
        stem = part.endswith("*")
        key = _key(part, self.variety)
        for before in frontier:
            (before.stems if stem else before.edges).setdefault(key, []).append(node)
            if stem and len(key) not in before.lengths:
                before.lengths = (*before.lengths, len(key))
        return node


@lru_cache(maxsize=65536)
def _key(part: str, variety: str) -> str:
    """The one key under which a word of a phrase is laid."""
    stem = part.endswith("*")
    strict = part.startswith("=") or variety == _SOUNDED_NAMES
    word = normalise(part.strip("*="))
    if not word:
        raise PhraseError("a phrase with an empty word")
    if not word.isalnum() or word.isdigit():
        return word
    if "\u0600" <= word[0] <= "\u06ff":
        key = words.arabic(word)
    elif variety not in ("ary-Latn", _SOUNDED_NAMES):
        key = ";" + words.squeezed(word) if stem or variety == _NAMES else ":" + words.french(word)
    else:
        skeleton = words.consonants(word + "a")[:-1] if stem else words.consonants(word)
        key = "~" + skeleton if len(skeleton) >= (4 if stem else 3) and not strict else "=" + words.sounded(word)
    if stem and len(key.lstrip(":;=~")) < 3:
        raise PhraseError(f"the stem {part!r} is too short")
    return key
