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
``...``            up to twelve
``@fear & @loss``  the one and the other in either order, up to five words between; once in a phrase
``@fear``          any phrase of the list of that name
``#``              a number in digits
=================  ==================================================================
"""

import json
import re
from collections.abc import Hashable, Mapping, MutableSequence, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from nlu.extraction import syntax, words
from nlu.extraction.builder import Builder
from nlu.extraction.packing import Rows, pack_rows, pack_table, packed, unpack_rows, unpack_table, unpacked
from nlu.extraction.syntax import PhraseError
from nlu.extraction.words import Token

__all__ = ["Hit", "PhraseBook", "PhraseError"]

_Pairs = MutableSequence[int]
"""Places two by two: from where, and where to."""
_Lead = dict[int, tuple[int, ...]]
"""Of each place, the places that one key leads to, with all that is reached there without a further word."""
_Standing = dict[int, dict[int, tuple[int, int]]]
"""Of each place: by where its phrases began, the characters they cut and the last word that they wait for."""

_ROOT = 0
_ARABIC = re.compile(r"[\u0600-\u06ff]")


class _Starts(NamedTuple):
    """What a word begins.

    Args:
        ends: phrases of this word alone: the label, and the characters cut in front.
        near: places that wait for the next word, with the characters cut.
        waiting: places that wait longer: the place, the characters cut, how many words may stand between.
    """

    ends: tuple[tuple[int, int], ...]
    near: Mapping[int, int]
    waiting: tuple[tuple[int, int, int], ...]


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


class PhraseBook:
    """Phrases with labels, compiled once.

    A place in the phrases is a number. Phrases that begin alike share their places, so that a message follows few
    of them at a time.
    """

    def __init__(self) -> None:
        self._gaps: MutableSequence[int] = [
            0
        ]  # of each place, how many words may stand before the next word of its phrases
        self._labels: list[Hashable] = []
        self._ends: dict[int, list[int]] = {}  # of each place, the labels of the phrases that end there
        self._beside: dict[int, list[int]] = {}  # of each place, those reached with it without a further word
        self._rows: Rows | None = None  # the same, of a book that was unpacked
        self._edges: dict[str, _Pairs] = {}
        self._stems: dict[str, _Pairs] = {}
        self._goes_on: set[int] = set()
        self._lengths: set[int] = set()
        self._shared: dict[tuple[Hashable, ...], list[int]] = {}
        self._order: dict[Hashable, int] = {}
        self._kept: dict[int, Mapping[str, Mapping[str, Sequence[str]]]] = {}
        self._forget()

    def _forget(self) -> None:
        self._leads = lru_cache(maxsize=16384)(self._look_up)
        self._lead_of = cache(self._lead)

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
            varieties = ("ar",) if _ARABIC.search(phrase) else (syntax.NAMES, syntax.SOUNDED_NAMES)
        if label not in self._order:
            self._order[label] = len(self._labels)
            self._labels.append(label)
        named = self._order[label]
        for one in varieties:
            for order in syntax.orders(phrase):
                builder = Builder(self, order, one, lists or {})
                ends = builder.sequence([_ROOT], inside=False)
                if builder.rest or any(_ROOT in self._settled(end) for end in ends):
                    raise PhraseError(f"cannot read the phrase {phrase!r} ({variety})")
                for place in ends:
                    if named not in self._ends.setdefault(place, []):
                        self._ends[place].append(named)
        self._forget()

    def _place(self, gap: int = 0) -> int:
        self._gaps.append(gap)
        return len(self._gaps) - 1

    def _settled(self, place: int) -> list[int]:
        """The place and those that are reached with it."""
        places, beside = [place], self._rows or self._beside
        for one in places:
            places += [other for other in beside.get(one, ()) if other not in places]
        return places

    def word(self, frontier: list[int], part: str, variety: str) -> int:
        """The place that a word of a phrase leads to."""
        stem = part.endswith("*")
        key = syntax.key_of(part, variety)
        name = (key, stem, *frontier)
        if name not in self._shared:
            place = self._place()
            self._shared[name] = [place]
            pairs = (self._stems if stem else self._edges).setdefault(key, [])
            for before in frontier:
                pairs.extend((before, place))
            self._goes_on.update(frontier)
            if stem:
                self._lengths.add(len(key))
        return self._shared[name][0]

    def beside(self, frontier: list[int], gap: int) -> int:
        """One place that is reached together with any of the frontier."""
        name = (gap, *frontier)
        if name not in self._shared:
            place = self._place(gap)
            self._shared[name] = [place]
            for before in frontier:
                self._beside.setdefault(before, []).append(place)
        return self._shared[name][0]

    def ends_of(
        self, name: str, variety: str, frontier: list[int], lists: Mapping[str, Mapping[str, Sequence[str]]]
    ) -> list[int]:
        """Where the phrases of a list lead to."""
        self._kept[id(lists)] = lists  # as long as the book, so that no other is taken for them
        place = ("@", name, variety, id(lists), *frontier)
        if place not in self._shared:
            ends: list[int] = []
            for phrase in lists[name][variety]:
                ends += Builder(self, phrase, variety, lists).sequence(frontier, inside=False)
            self._shared[place] = list(dict.fromkeys(ends))
        return self._shared[place]

    def pack(self) -> str:
        """The book as JSON, to be looked up in and not to be added to."""
        return json.dumps(
            {
                "gaps": packed(self._gaps),
                "labels": self._labels,
                "ends": list(self._ends.items()),
                "beside": pack_rows([self._beside.get(place, ()) for place in range(len(self._gaps))]),
                "edges": pack_table(self._edges),
                "stems": pack_table(self._stems),
                "goes_on": packed(sorted(self._goes_on)),
                "lengths": sorted(self._lengths),
            },
            ensure_ascii=False,
        )

    @classmethod
    def unpack(cls, text: str) -> "PhraseBook":
        """The book that ``pack`` has made; its labels are strings, numbers and tuples of them."""
        said: dict[str, Any] = json.loads(text)
        book = cls()
        book._gaps, book._rows = unpacked(said["gaps"]), unpack_rows(said["beside"])
        book._edges, book._stems = unpack_table(said["edges"]), unpack_table(said["stems"])
        book._labels = [tuple(label) if isinstance(label, list) else label for label in said["labels"]]
        book._ends = dict(said["ends"])
        book._goes_on, book._lengths = set(unpacked(said["goes_on"])), set(said["lengths"])
        return book

    def find(self, tokens: Sequence[Token]) -> list[Hit]:
        """Every phrase of the book in the message, overlaps included, by where each ends."""
        hits: set[tuple[int, int, int, int]] = set()
        gaps, ends, goes_on = self._gaps, self._ends, self._goes_on
        # Most places wait for the very next word; the others are looked through apart. Those that a word leads to from
        # the start are the same for each message, and not copied.
        near: _Standing = {}
        waiting: _Standing = {}
        begun: Mapping[int, int] = {}
        for index, token in enumerate(tokens):
            if token.is_break:
                near, waiting, begun = {}, {}, {}
                continue
            starts, leads = self._leads(token.text)
            hits.update((index, index, cut, label) for label, cut in starts.ends)
            arrived: list[tuple[int, int, int]] = []
            for lead in leads:
                arrived += [(place, index - 1, begun[at]) for at in begun.keys() & lead.keys() for place in lead[at]]
                for standing in (near, waiting):
                    for before in standing.keys() & lead.keys():
                        for first, (cut, until) in standing[before].items():
                            if until >= index:
                                arrived += [(place, first, cut) for place in lead[before]]
            following: _Standing = {}
            for reached, first, cut in arrived:
                if reached in ends:
                    hits.update((index, first, cut, label) for label in ends[reached])
                if reached in goes_on:
                    gap = gaps[reached]
                    runs = (waiting if gap else following).setdefault(reached, {})
                    until = index + 1 + gap
                    if first not in runs:
                        runs[first] = cut, until
                    elif runs[first] != (cut, until):
                        runs[first] = min(runs[first][0], cut), max(runs[first][1], until)
            for reached, cut, gap in starts.waiting:
                waiting.setdefault(reached, {})[index] = cut, index + 1 + gap
            near, begun = following, starts.near
        return [Hit(self._labels[label], first, last, cut) for last, first, cut, label in sorted(hits)]

    def _look_up(self, word: str) -> tuple[_Starts, tuple[_Lead, ...]]:
        """What a word begins, and what it leads on from elsewhere."""
        starts: dict[int, int] = {}
        ends: dict[tuple[int, int], None] = {}
        leads: list[_Lead] = []
        for key, cut in words.keys(word):
            for stem, part in ((False, key), *((True, key[:size]) for size in self._sizes(key))):
                lead = self._lead_of(stem, part)
                for place in lead.get(_ROOT, ()):
                    ends.update(((label, cut), None) for label in self._ends.get(place, ()))
                    if place in self._goes_on:
                        starts[place] = min(cut, starts.get(place, cut))
                if len(lead) > (_ROOT in lead):
                    leads.append(lead)
        waiting = tuple((place, cut, self._gaps[place]) for place, cut in starts.items() if self._gaps[place])
        near = {place: cut for place, cut in starts.items() if not self._gaps[place]}
        return _Starts(tuple(ends), near, waiting), tuple(leads)

    def _sizes(self, key: str) -> list[int]:
        return [size for size in self._lengths if size <= len(key) and key[:size] in self._stems]

    def _lead(self, stem: bool, key: str) -> _Lead:
        pairs = (self._stems if stem else self._edges).get(key, [])
        reached: dict[int, dict[int, None]] = {}
        for before, place in zip(pairs[::2], pairs[1::2], strict=True):
            reached.setdefault(before, {}).update(dict.fromkeys(self._settled(place)))
        return {before: tuple(places) for before, places in reached.items()}
