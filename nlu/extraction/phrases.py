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

import re
from collections.abc import Hashable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from nlu.extraction import syntax, words
from nlu.extraction.syntax import PhraseError
from nlu.extraction.words import Token

__all__ = ["Hit", "PhraseBook", "PhraseError"]

_ARABIC = re.compile(r"[\u0600-\u06ff]")
_FEW = 3  # more ends than these are joined in one node


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
    """A place in the phrases.

    Phrases that begin alike share their places, so that a message follows few of them at a time.

    Args:
        gap: how many words may stand between before the words that follow.
    """

    __slots__ = ("beside", "gap", "goes_on", "labels")

    def __init__(self, gap: int = 0) -> None:
        self.gap = gap
        self.goes_on = False
        self.labels: list[Hashable] = []
        self.beside: list[_Node] = []

    def settled(self) -> list["_Node"]:
        """Itself and the nodes that are reached with it, without a further word."""
        nodes = [self]
        for node in nodes:
            nodes += [other for other in node.beside if other not in nodes]
        return nodes


_Edges = dict[str, dict[_Node, list[_Node]]]
"""By the key of a word: the nodes that it leads on from, and where to."""
_Lead = dict[_Node, tuple[_Node, ...]]
"""The same for one key, with all that is reached there without a further word."""
_Standing = dict[_Node, dict[int, tuple[int, int]]]
"""Of each node: by where its phrases began, the characters they cut and the last word that they wait for."""


class PhraseBook:
    """Phrases with labels, compiled once."""

    def __init__(self) -> None:
        self._root = _Node()
        self._edges: _Edges = {}
        self._stems: _Edges = {}
        self._lengths: set[int] = set()
        self._shared: dict[tuple[Hashable, ...], list[_Node]] = {}
        self._order: dict[Hashable, int] = {}
        self._kept: dict[int, Mapping[str, Mapping[str, Sequence[str]]]] = {}
        self._leads = lru_cache(maxsize=16384)(self._look_up)
        self._settled = cache(self._lead)

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
        for one in varieties:
            for order in syntax.orders(phrase):
                builder = _Builder(self, order, one, lists or {})
                ends = builder.sequence([self._root], inside=False)
                if builder.rest or any(self._root in end.settled() for end in ends):
                    raise PhraseError(f"cannot read the phrase {phrase!r} ({variety})")
                for node in ends:
                    if label not in node.labels:
                        node.labels.append(label)
        self._order.setdefault(label, len(self._order))
        self._leads.cache_clear()
        self._settled.cache_clear()

    def word(self, frontier: list[_Node], part: str, variety: str) -> _Node:
        """The node that a word of a phrase leads to."""
        stem = part.endswith("*")
        key = syntax.key_of(part, variety)
        place = (key, stem, _named(frontier))
        if place not in self._shared:
            node = _Node()
            self._shared[place] = [node]
            leads = (self._stems if stem else self._edges).setdefault(key, {})
            for before in frontier:
                before.goes_on = True
                leads.setdefault(before, []).append(node)
            if stem:
                self._lengths.add(len(key))
        return self._shared[place][0]

    def beside(self, frontier: list[_Node], gap: int) -> _Node:
        """One node that is reached together with any of the frontier."""
        place = (gap, _named(frontier))
        if place not in self._shared:
            node = _Node(gap)
            self._shared[place] = [node]
            for before in frontier:
                before.beside.append(node)
        return self._shared[place][0]

    def ends_of(
        self, name: str, variety: str, frontier: list[_Node], lists: Mapping[str, Mapping[str, Sequence[str]]]
    ) -> list[_Node]:
        """Where the phrases of a list lead to."""
        self._kept[id(lists)] = lists  # as long as the book, so that no other is taken for them
        place = ("@", name, variety, id(lists), _named(frontier))
        if place not in self._shared:
            ends: list[_Node] = []
            for phrase in lists[name][variety]:
                ends += _Builder(self, phrase, variety, lists).sequence(frontier, inside=False)
            self._shared[place] = list(dict.fromkeys(ends))
        return self._shared[place]

    def find(self, tokens: Sequence[Token]) -> list[Hit]:
        """Every phrase of the book in the message, overlaps included, by where each ends."""
        hits: dict[Hit, None] = {}
        # Where the message stands: of each node, where its phrases began, what they cut, and how long they wait.
        # Most nodes wait for the very next word; the others are looked through apart.
        near: _Standing = {}
        waiting: _Standing = {}
        for index, token in enumerate(tokens):
            if token.is_break:
                near, waiting = {}, {}
                continue
            starts, leads = self._leads(token.text)
            following: _Standing = {}
            arrived: list[tuple[_Node, int, int]] = [(node, index, cut) for node, cut in starts]
            for lead in leads:
                for standing in (near, waiting):
                    for before in standing.keys() & lead.keys():
                        for first, (cut, until) in standing[before].items():
                            if until >= index:
                                arrived += [(node, first, cut) for node in lead[before]]
            for reached, first, cut in arrived:
                for label in reached.labels:
                    hits[Hit(label, first, index, cut)] = None
                if reached.goes_on:
                    runs = (waiting if reached.gap else following).setdefault(reached, {})
                    until = index + 1 + reached.gap
                    if first not in runs:
                        runs[first] = cut, until
                    elif runs[first] != (cut, until):
                        runs[first] = min(runs[first][0], cut), max(runs[first][1], until)
            near = following
        return sorted(hits, key=lambda hit: (hit.last, hit.first, hit.cut, self._order[hit.label]))

    def _look_up(self, word: str) -> tuple[tuple[tuple[_Node, int], ...], tuple[_Lead, ...]]:
        """The nodes that a word leads to from the start, each with the characters cut in front; and what it leads
        on from elsewhere."""
        starts: dict[tuple[_Node, int], None] = {}
        leads: list[_Lead] = []
        for key, cut in words.keys(word):
            for stem, part in ((False, key), *((True, key[:size]) for size in self._sizes(key))):
                lead = self._settled(stem, part)
                starts.update(((node, cut), None) for node in lead.get(self._root, ()))
                if len(lead) > (self._root in lead):
                    leads.append(lead)
        return tuple(starts), tuple(leads)

    def _sizes(self, key: str) -> list[int]:
        return [size for size in self._lengths if size <= len(key) and key[:size] in self._stems]

    def _lead(self, stem: bool, key: str) -> _Lead:
        """What a key leads on from, and all that is reached with it."""
        edges = (self._stems if stem else self._edges).get(key, {})
        return {
            before: tuple(dict.fromkeys(reached for node in nodes for reached in node.settled()))
            for before, nodes in edges.items()
        }


def _named(frontier: list[_Node]) -> int | tuple[int, ...]:
    """What tells one set of nodes from another."""
    return id(frontier[0]) if len(frontier) == 1 else tuple(sorted(map(id, frontier)))


class _Builder:
    """Reads one phrase and lays its nodes, or finds those that another phrase has laid."""

    def __init__(
        self, book: PhraseBook, phrase: str, variety: str, lists: Mapping[str, Mapping[str, Sequence[str]]]
    ) -> None:
        self.book, self.phrase, self.variety, self.lists = book, phrase, variety, lists
        self.rest = list(syntax.parts(phrase, variety))

    def sequence(self, frontier: list[_Node], *, inside: bool) -> list[_Node]:
        while self.rest and self.rest[-1] != ")" and not (inside and self.rest[-1] == "|"):
            if self.rest[-1] in syntax.GAPS:
                frontier = [self.book.beside(frontier, syntax.GAPS[self.rest.pop()])]
                continue
            ends = self._item(frontier)
            optional = self._skip("?")
            while not inside and self._skip("|"):
                ends = ends + self._item(frontier)
                optional = self._skip("?") or optional
            if optional:
                ends = frontier + ends
            frontier = list(dict.fromkeys(ends))
            if len(frontier) > _FEW:
                frontier = [self.book.beside(frontier, 0)]
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
        if part in ")|?" or part in syntax.GAPS:
            raise PhraseError(f"cannot read the phrase {self.phrase!r} at {part!r}")
        return [self.book.word(frontier, part, self.variety)]

    def _group(self, frontier: list[_Node]) -> list[_Node]:
        ends: list[_Node] = []
        while True:
            ends = ends + self.sequence(frontier, inside=True)
            if not self.rest:
                raise PhraseError(f"a bracket stays open in {self.phrase!r}")
            if self.rest.pop() == ")":
                return ends

    def _list(self, frontier: list[_Node], name: str) -> list[_Node]:
        if not self.lists.get(name, {}).get(self.variety):
            raise PhraseError(f"{self.phrase!r} names the list {name!r}, which {self.variety} does not have")
        return self.book.ends_of(name, self.variety, frontier, self.lists)
