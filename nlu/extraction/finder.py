"""Finder: every phrase of a book in a message at once, in time in proportion to the message."""

import json
from array import array
from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from nlu.extraction import words
from nlu.extraction.packing import Packed, Rows, Table
from nlu.extraction.words import Token

ROOT = 0
"""The place where every phrase begins."""

_Lead = dict[int, int]
"""Of each place, the number of what one key leads to from there."""
_Standing = dict[int, dict[int, tuple[int, int]]]
"""Of each place: by where its phrases began, the characters they cut and the last word that they wait for."""

_REMEMBERED = 3_072  # words, and keys of words


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


class Finder:
    """A book of phrases, to be looked up in.

    Args:
        packed: the book, see ``PhraseBook.packed``; its labels are strings, numbers and tuples of them.
    """

    def __init__(self, packed: Packed) -> None:
        self._gaps, self._goes_on = packed["gaps"].tobytes(), packed["goes_on"].tobytes()
        labels = json.loads(packed["labels"].tobytes())
        self._labels: list[Hashable] = [tuple(label) if isinstance(label, list) else label for label in labels]
        self._edges, self._stems = Table(packed, "edges"), Table(packed, "stems")
        self._sizes = sorted({len(key) for key in self._stems})
        self._reached, self._named = Rows(packed, "reached"), Rows(packed, "named")
        self._ends = array("i", packed["ends"].tobytes())
        self._leads = lru_cache(maxsize=_REMEMBERED)(self._look_up)
        self._lead_of = lru_cache(maxsize=_REMEMBERED)(self._lead)

    def find(self, tokens: Sequence[Token]) -> list[Hit]:
        """Every phrase of the book in the message, overlaps included, by where each ends."""
        hits: set[tuple[int, int, int, int]] = set()
        gaps, ends, goes_on, to = self._gaps, self._ends, self._goes_on, self._reached
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
                arrived += [
                    (place, index - 1, begun[at]) for at in begun.keys() & lead.keys() for place in to.get(lead[at])
                ]
                for standing in (near, waiting):
                    for before in standing.keys() & lead.keys():
                        for first, (cut, until) in standing[before].items():
                            if until >= index:
                                arrived += [(place, first, cut) for place in to.get(lead[before])]
            following: _Standing = {}
            for reached, first, cut in arrived:
                if ends[reached]:
                    hits.update((index, first, cut, label) for label in self._named.get(ends[reached]))
                if goes_on[reached]:
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
            known = [(self._edges, key), *((self._stems, key[:size]) for size in self._sizes if size <= len(key))]
            for table, part in known:
                if part not in table:
                    continue
                lead = self._lead_of(table, part)
                for place in self._reached.get(lead[ROOT]) if ROOT in lead else ():
                    ends.update(((label, cut), None) for label in self._named.get(self._ends[place]))
                    if self._goes_on[place]:
                        starts[place] = min(cut, starts.get(place, cut))
                if len(lead) > (ROOT in lead):
                    leads.append(lead)
        waiting = tuple((place, cut, self._gaps[place]) for place, cut in starts.items() if self._gaps[place])
        near = {place: cut for place, cut in starts.items() if not self._gaps[place]}
        return _Starts(tuple(ends), near, waiting), tuple(leads)

    def _lead(self, table: Table, key: str) -> _Lead:
        pairs = table.get(key)
        return dict(zip(pairs[::2], pairs[1::2], strict=True))
