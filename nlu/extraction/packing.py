"""Packing: many whole numbers in little room, as a compiled phrase book is kept and loaded.

A Python list of numbers takes nine times the room, and reading it from JSON most of the time of a start.
"""

from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, MutableSequence, Sequence

_KIND = "i"


class Rows:
    """Rows of numbers by their places 0, 1, 2, …, one after another.

    Args:
        ends: where each row ends.
        numbers: all rows.
    """

    def __init__(self, ends: "array[int]", numbers: "array[int]"):
        self._ends, self._numbers = ends, numbers

    def get(self, place: int, _none: Sequence[int] = ()) -> "array[int]":
        """The row at a place, which may be empty."""
        return self._numbers[self._ends[place - 1] if place else 0 : self._ends[place]]


def packed(numbers: Iterable[int]) -> str:
    """Numbers of up to 31 bits as text."""
    return b64encode(array(_KIND, numbers).tobytes()).decode()


def unpacked(text: str) -> "array[int]":
    """What ``packed`` has made."""
    numbers = array(_KIND)
    numbers.frombytes(b64decode(text))
    return numbers


def pack_rows(rows: Sequence[Sequence[int]]) -> list[str]:
    """Rows as texts."""
    ends, numbers = array(_KIND), array(_KIND)
    for row in rows:
        numbers.extend(row)
        ends.append(len(numbers))
    return [packed(ends), packed(numbers)]


def unpack_rows(texts: Sequence[str]) -> Rows:
    """What ``pack_rows`` has made."""
    ends, numbers = map(unpacked, texts)
    return Rows(ends, numbers)


def pack_table(table: Mapping[str, Sequence[int]]) -> list[str]:
    """Rows by their names, which hold no line break, as texts."""
    return ["\n".join(table), *pack_rows(list(table.values()))]


def unpack_table(texts: Sequence[str]) -> dict[str, MutableSequence[int]]:
    """What ``pack_table`` has made."""
    names, *rows = texts
    found = unpack_rows(rows)
    return {name: found.get(place) for place, name in enumerate(names.split("\n"))} if names else {}
