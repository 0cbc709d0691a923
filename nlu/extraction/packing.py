"""Packing: rows of whole numbers in little room, as a compiled phrase book is kept and loaded.

A Python list of numbers takes nine times the room.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Packed = Mapping[str, npt.NDArray[Any]]
"""Arrays by name, as they stand in a file."""


class Rows:
    """Rows of numbers by their places 0, 1, 2, …, one after another.

    Args:
        packed: what ``pack_rows`` has made.
        name: under which name.
    """

    def __init__(self, packed: Packed, name: str):
        # Arrays of Python give Python's own numbers, which are the faster ones to reckon with one by one.
        self._ends, self._numbers = (array("i", packed[f"{name}.{part}"].tobytes()) for part in ("ends", "numbers"))

    def get(self, place: int) -> Sequence[int]:
        """The row at a place, which may be empty."""
        return self._numbers[self._ends[place - 1] if place else 0 : self._ends[place]]


class Table:
    """Rows of numbers by their names.

    Args:
        packed: what ``pack_table`` has made.
        name: under which name.
    """

    def __init__(self, packed: Packed, name: str):
        written = packed[f"{name}.names"].tobytes().decode()
        self._places = {each: place for place, each in enumerate(written.split("\n"))} if written else {}
        self._rows = Rows(packed, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def get(self, name: str) -> Sequence[int]:
        """The row of a name that is there."""
        return self._rows.get(self._places[name])


def pack_bytes(said: bytes | bytearray) -> npt.NDArray[np.uint8]:
    """Bytes, each a number."""
    return np.frombuffer(bytes(said), np.uint8)


def pack_rows(name: str, rows: Iterable[Sequence[int]]) -> Packed:
    """Rows, under a name."""
    kept = list(rows)
    ends = np.cumsum([len(row) for row in kept], dtype=np.int32)
    return {f"{name}.ends": ends, f"{name}.numbers": np.asarray([n for row in kept for n in row], np.int32)}


def pack_table(name: str, table: Mapping[str, Sequence[int]]) -> Packed:
    """Rows by their own names, which hold no line break, under a name."""
    return {f"{name}.names": pack_bytes("\n".join(table).encode()), **pack_rows(name, table.values())}
