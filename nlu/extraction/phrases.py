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
from collections.abc import Hashable, Mapping, Sequence

import numpy as np

from nlu.extraction import syntax
from nlu.extraction.builder import Builder
from nlu.extraction.finder import ROOT, Finder, Hit
from nlu.extraction.packing import Packed, pack_bytes, pack_rows, pack_table
from nlu.extraction.syntax import PhraseError
from nlu.extraction.words import Token

__all__ = ["Hit", "PhraseBook", "PhraseError"]

_Pairs = list[int]
"""Places two by two: from where, and where to."""
_ARABIC = re.compile(r"[\u0600-\u06ff]")


class PhraseBook:
    """Phrases with labels, laid together.

    A place in the phrases is a number. Phrases that begin alike share their places, so that a message follows few
    of them at a time.
    """

    def __init__(self) -> None:
        self._gaps = bytearray(1)  # of each place, how many words may stand before the next word of its phrases
        self._goes_on = bytearray(1)  # of each place, whether a phrase goes on there
        self._labels: list[Hashable] = []
        self._ends: dict[int, list[int]] = {}  # of each place, the labels of the phrases that end there
        self._beside: dict[int, list[int]] = {}  # of each place, those reached with it without a further word
        self._edges: dict[str, _Pairs] = {}
        self._stems: dict[str, _Pairs] = {}
        self._shared: dict[tuple[Hashable, ...], list[int]] = {}
        self._order: dict[Hashable, int] = {}
        self._kept: dict[int, Mapping[str, Mapping[str, Sequence[str]]]] = {}
        self._finder: Finder | None = None  # of the phrases so far

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
                ends = builder.sequence([ROOT], inside=False)
                if builder.rest or any(ROOT in self._settled(end) for end in ends):
                    raise PhraseError(f"cannot read the phrase {phrase!r} ({variety})")
                for place in ends:
                    if named not in self._ends.setdefault(place, []):
                        self._ends[place].append(named)
        self._finder = None

    def _place(self, gap: int = 0) -> int:
        self._gaps.append(gap)
        self._goes_on.append(0)
        return len(self._gaps) - 1

    def _settled(self, place: int) -> list[int]:
        """The place and those that are reached with it."""
        places = [place]
        for one in places:
            places += [other for other in self._beside.get(one, ()) if other not in places]
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
                self._goes_on[before] = 1
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

    def find(self, tokens: Sequence[Token]) -> list[Hit]:
        """Every phrase of the book in the message, see ``Finder.find``."""
        if self._finder is None:
            self._finder = Finder(self.packed())
        return self._finder.find(tokens)

    def packed(self) -> Packed:
        """The book as ``Finder`` takes it: of each key what it leads to from where, with all that is reached there
        without a further word."""
        reached: dict[tuple[int, ...], int] = {}
        named: dict[tuple[int, ...], int] = {(): 0}
        ends = [named.setdefault(tuple(self._ends.get(place, ())), len(named)) for place in range(len(self._gaps))]
        return {
            "gaps": pack_bytes(self._gaps),
            "goes_on": pack_bytes(self._goes_on),
            "labels": pack_bytes(json.dumps(self._labels).encode()),
            "ends": np.asarray(ends, np.int32),
            **pack_table("edges", {key: self._leads(pairs, reached) for key, pairs in self._edges.items()}),
            **pack_table("stems", {key: self._leads(pairs, reached) for key, pairs in self._stems.items()}),
            **pack_rows("named", named),
            **pack_rows("reached", reached),
        }

    def _leads(self, pairs: _Pairs, reached: dict[tuple[int, ...], int]) -> list[int]:
        """From where, and the number of what is reached from there; two by two."""
        found: dict[int, dict[int, None]] = {}
        for before, place in zip(pairs[::2], pairs[1::2], strict=True):
            found.setdefault(before, {}).update(dict.fromkeys(self._settled(place)))
        return [
            number
            for before, places in found.items()
            for number in (before, reached.setdefault(tuple(places), len(reached)))
        ]
