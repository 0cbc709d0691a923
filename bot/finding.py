"""What ``m3ak doctor`` finds: one line each."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Args:
        state: ``ok``; ``note`` for what might be better; ``mend`` for what must be mended before children write.
        text: what it is, and the cure where it needs one.
    """

    state: Literal["ok", "note", "mend"]
    text: str


def ok(text: str) -> Finding:
    return Finding("ok", text)


def note(text: str) -> Finding:
    return Finding("note", text)


def mend(text: str) -> Finding:
    return Finding("mend", text)
