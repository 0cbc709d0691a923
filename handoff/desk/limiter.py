"""Slows down whoever guesses passwords."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

_FREE = 3
_LONGEST = timedelta(minutes=5)
_FORGOTTEN = timedelta(hours=1)
_NAMES = 10_000


@dataclass(slots=True)
class _Count:
    failures: int
    last: datetime
    free_at: datetime


class Limiter:
    """Counts the attempts to log in, by name; each failure after the third doubles the wait, to 5 minutes.

    It counts inside one process and forgets at a restart: with several processes a guesser has as many
    tries more, which argon2 still makes slow. A count that all processes share belongs in the store.
    """

    def __init__(self) -> None:
        self._counts: OrderedDict[str, _Count] = OrderedDict()

    def attempt(self, name: str, now: datetime) -> timedelta:
        """Counts an attempt before it is checked, so that many at once cannot slip through.

        Returns:
            Zero when it may be checked, otherwise how long to wait.
        """
        key = name.casefold()
        count = self._counts.get(key)
        if count is None or now - count.last > _FORGOTTEN:
            count = _Count(0, now, now)
        if now < count.free_at:
            return count.free_at - now
        count.failures += 1
        count.last = now
        if count.failures > _FREE:
            doublings = min(count.failures - _FREE, 16)
            count.free_at = now + min(timedelta(seconds=2**doublings), _LONGEST)
        self._counts[key] = count
        self._counts.move_to_end(key)
        if len(self._counts) > _NAMES:
            self._counts.popitem(last=False)
        return timedelta(0)

    def succeed(self, name: str) -> None:
        """Forgets the failures of a name."""
        self._counts.pop(name.casefold(), None)
