"""Builder: how one phrase is laid into a phrase book."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from nlu.extraction import syntax
from nlu.extraction.syntax import PhraseError

if TYPE_CHECKING:
    from nlu.extraction.phrases import PhraseBook

_FEW = 3  # more ends than these are joined in one place


class Builder:
    """Reads one phrase and lays its nodes, or finds those that another phrase has laid."""

    def __init__(
        self, book: "PhraseBook", phrase: str, variety: str, lists: Mapping[str, Mapping[str, Sequence[str]]]
    ) -> None:
        self.book, self.phrase, self.variety, self.lists = book, phrase, variety, lists
        self.rest = list(syntax.parts(phrase, variety))

    def sequence(self, frontier: list[int], *, inside: bool) -> list[int]:
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

    def _item(self, frontier: list[int]) -> list[int]:
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

    def _group(self, frontier: list[int]) -> list[int]:
        ends: list[int] = []
        while True:
            ends = ends + self.sequence(frontier, inside=True)
            if not self.rest:
                raise PhraseError(f"a bracket stays open in {self.phrase!r}")
            if self.rest.pop() == ")":
                return ends

    def _list(self, frontier: list[int], name: str) -> list[int]:
        if not self.lists.get(name, {}).get(self.variety):
            raise PhraseError(f"{self.phrase!r} names the list {name!r}, which {self.variety} does not have")
        return self.book.ends_of(name, self.variety, frontier, self.lists)
