"""A message as the extractors read it: folded, split into words, and with every lexicon hit found."""

import unicodedata
from typing import Any, NamedTuple

from nlu.extraction import lexicon, words
from nlu.interpretation import Entity, EntityValue, Question
from nlu.normal import fold

BARE = "bare "


class Found(NamedTuple):
    """A lexicon value in the message.

    Args:
        value: as the lexicon names it.
        first: its first token.
        last: its last token.
        cut: characters attached in front of the first word.
    """

    value: Any
    first: int
    last: int
    cut: int


class Reading:
    """One message, read once for all extractors.

    Args:
        text: the message as received.
        question: what the bot has asked.
    """

    def __init__(self, text: str, question: Question) -> None:
        self.text = text
        self.question = question
        self.expects = question.expects
        self.folded = fold(text)
        self.tokens = words.split(self.folded)
        self._found: dict[str, list[Found]] = {}
        self._chosen: dict[tuple[str, bool], list[Found]] = {}
        self._ends: dict[str, dict[int, list[Found]]] = {}
        self._begins: dict[str, dict[int, list[Found]]] = {}
        for hit in lexicon.finder().find(self.tokens):
            if isinstance(hit.label, tuple):
                topic, value = hit.label
                self._found.setdefault(topic, []).append(Found(value, hit.first, hit.last, hit.cut))

    def found(self, topic: str, *, bare: bool = True) -> list[Found]:
        """The lexicon's hits of one topic without overlaps: the longer wins, then the earlier.

        Args:
            topic: the lexicon file.
            bare: whether to see the values that count only as an answer ("bare female").
        """
        if (topic, bare) not in self._chosen:
            taken: set[int] = set()
            kept: list[Found] = []
            hits = [f for f in self._found.get(topic, ()) if bare or not str(f.value).startswith(BARE)]
            for hit in sorted(hits, key=lambda f: (f.first - f.last, f.first, f.cut)):
                covered = range(hit.first, hit.last + 1)
                if taken.isdisjoint(covered):
                    taken.update(covered)
                    kept.append(hit)
            self._chosen[topic, bare] = sorted(kept, key=lambda f: f.first)
        return self._chosen[topic, bare]

    def all_found(self, topic: str) -> list[Found]:
        """The lexicon's hits of one topic, overlaps included."""
        return self._found.get(topic, [])

    def ending(self, topic: str, index: int) -> list[Found]:
        """Those of all hits of one topic that end at a token."""
        if topic not in self._ends:
            self._ends[topic] = {}
            for hit in self._found.get(topic, ()):
                self._ends[topic].setdefault(hit.last, []).append(hit)
        return self._ends[topic].get(index, [])

    def beginning(self, topic: str, index: int) -> list[Found]:
        """Those of all hits of one topic that begin at a token."""
        if topic not in self._begins:
            self._begins[topic] = {}
            for hit in self._found.get(topic, ()):
                self._begins[topic].setdefault(hit.first, []).append(hit)
        return self._begins[topic].get(index, [])

    def meant(self, hit: Found, topic: str) -> bool:
        """Whether no turn of speech of the topic, in which nothing of it is meant, covers a part of the hit."""
        return not any(
            other.value == lexicon.NEVER and other.first <= hit.last and other.last >= hit.first
            for other in self._found.get(topic, ())
        )

    def word(self, index: int) -> str:
        """A token's text, or "" outside the message."""
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def entity(self, name: str, value: EntityValue, first: int, last: int, cut: int = 0) -> Entity:
        """An entity that covers the tokens from first to last."""
        return self.place(name, value, self.tokens[first].start + cut, self.tokens[last].end)

    def place(self, name: str, value: EntityValue, start: int, end: int) -> Entity:
        """An entity at a place of the folded text, up to the vowel signs and hamza that folding leaves out."""
        first, last = self.folded.span(start, end)
        while last < len(self.text) and (self.text[last] == "ء" or unicodedata.combining(self.text[last])):
            last += 1
        return Entity(name, value, first, last)
