"""Slows down whoever guesses passwords: each failure after the third doubles the wait, to 5 minutes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_FREE = 3
_LONGEST = timedelta(minutes=5)
FORGOTTEN = timedelta(hours=1)
"""After this without an attempt, a name begins anew."""


@dataclass(frozen=True, slots=True)
class Count:
    """The attempts to log in as one name that did not succeed.

    Args:
        failures: how many.
        last_at: when the last one was.
        free_at: until when the next one must wait.
    """

    failures: int
    last_at: datetime
    free_at: datetime


def counted(count: Count | None, now: datetime) -> tuple[Count | None, timedelta]:
    """The count after one more attempt.

    Returns:
        the new count, and zero; or None and how long to wait, when it comes too soon and does not count.
    """
    if count is None or now - count.last_at > FORGOTTEN:
        count = Count(0, now, now)
    if now < count.free_at:
        return None, count.free_at - now
    failures = count.failures + 1
    doublings = min(max(failures - _FREE, 0), 16)
    wait = min(timedelta(seconds=2**doublings), _LONGEST) if doublings else timedelta()
    return Count(failures, now, now + wait), timedelta()
