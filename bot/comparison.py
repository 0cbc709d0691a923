"""A comparison: what a story expected beside what came, line against line."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

_WIDTH = 46
"""Characters of each column in the terminal."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something came otherwise than the story says.

    Args:
        turn: where, and what was sent or compared there.
        expected, came: lists for messages, by the beginnings of their ids and by their ids; else any value.
        texts: the first words of each message that came, where messages are compared.
    """

    turn: str
    expected: Any
    came: Any
    texts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.turn}: expected {self.expected!r}, came {self.came!r}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a comparison: what was expected, what came (either may be missing), and whether they agree."""

    expected: str
    came: str
    agrees: bool
    text: str = ""


def rows(fault: Fault) -> Iterator[Row]:
    """The fault line by line; messages that agree stand beside each other, what is missing beside a gap."""
    if not (isinstance(fault.expected, list) and isinstance(fault.came, list)):
        yield Row(_shown(fault.expected), _shown(fault.came), agrees=False)
        return
    wanted, came = [str(key) for key in fault.expected], [str(key) for key in fault.came]
    texts = [*fault.texts, *[""] * len(came)]
    # A message is awaited by the beginning of its id: it is compared under the name that it is awaited by.
    names = [next((w for w in wanted if key.startswith(w)), key) for key in came]
    for _, left, left_end, right, right_end in SequenceMatcher(None, wanted, names, autojunk=False).get_opcodes():
        for at in range(max(left_end - left, right_end - right)):
            there = right + at < right_end
            before = wanted[left + at] if left + at < left_end else ""
            after = came[right + at] if there else ""
            agrees = bool(before) and after.startswith(before) and there
            yield Row(before, after, agrees, texts[right + at] if there else "")


def beside(fault: Fault) -> list[str]:
    """The fault in two columns, for the terminal."""
    lines = [fault.turn, f"  {'expected':<{_WIDTH}}  came"]
    for row in rows(fault):
        mark = " " if row.agrees else "-" if not row.came else "+" if not row.expected else "≠"
        lines.append(f"{mark} {_cut(row.expected):<{_WIDTH}}  {_cut(row.came) or '(nothing)'}")
        if row.text and not row.agrees:
            lines.append(f"  {'':<{_WIDTH}}  « {_cut(row.text)} »")
    return lines


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_shown(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value)) or "nothing"
    if value is None or isinstance(value, bool):
        return "nothing" if value is None else "yes" if value else "no"
    return str(value)


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
