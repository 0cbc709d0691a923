"""Clauses: a long message often tells and asks at once, and what it asks must not drown in what it tells; nor must one
clause of danger in a story of something else."""

import re
from collections.abc import Iterator

LONG = 11
"""Words from which a message is read clause by clause too."""

STORY = 18
"""Words from which each part of a message is asked for danger by itself: in a shorter one the rest, which may deny it,
is needed. By what both do to messages of danger that were written to be overlooked, and to those without."""

_BREAK = re.compile(r"[.!?؟؛;،,:\n]+")
_WIDE, _STRIDE = 7, 3
_MOST = 12
"""Clauses that are read of one message, so that a long one stays quick."""
_TELLING = 4  # words of a part that tells something


def parts(text: str) -> list[str]:
    """What stands between the marks of a normalised text and is long enough to tell something."""
    found = [part.strip() for part in _BREAK.split(text)]
    return [part for part in found if len(part.split()) >= _TELLING][:_MOST]


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
