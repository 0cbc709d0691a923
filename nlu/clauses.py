"""Clauses: a long message often tells and asks at once, and what it asks must not drown in what it tells."""

import re
from collections.abc import Iterator

LONG = 11
"""Words from which a message is read clause by clause too."""

_BREAK = re.compile(r"[.!?؟؛;،,\n]+")
_WIDE, _STRIDE = 7, 3
_MOST = 12
"""Clauses that are read of one message, so that a long one stays quick."""


def clauses(text: str) -> Iterator[str]:
    """The clauses of a normalised text: what stands between marks, in overlapping windows where it is long."""
    given = 0
    for part in _BREAK.split(text):
        words = part.split()
        for start in range(0, max(len(words) - _WIDE + _STRIDE, 1), _STRIDE):
            window = words[start : start + _WIDE]
            if len(window) < 3:
                continue
            yield " ".join(window)
            given += 1
            if given == _MOST:
                return
