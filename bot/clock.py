"""Time and ids, passed in everywhere so that tests and replays can fix them."""

import secrets
import uuid
from datetime import UTC, datetime, timedelta

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No letter that is easily taken for another when a reference is read aloud."""


class Clock:
    """The time. It can be moved forward, as the terminal's protocol does (``{"clock": …}``), and stopped."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._stopped: datetime | None = None

    def now(self) -> datetime:
        """The present moment in UTC."""
        return self._stopped or datetime.now(UTC) + self._ahead

    def move_to(self, moment: datetime) -> None:
        """Goes on from another moment; a clock that was stopped stands there."""
        if self._stopped:
            self.stop(moment)
        else:
            self._ahead = moment.astimezone(UTC) - datetime.now(UTC)

    def stop(self, moment: datetime) -> None:
        """Stands at a moment, so that only ``move_to`` lets time pass: what is recorded can be run back."""
        self._stopped = moment.astimezone(UTC)


def new_reference() -> str:
    """A case reference such as ``K7Q2-9MXD``: random, and short enough to be read aloud."""
    letters = [secrets.choice(_LETTERS) for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def reference_of(digest: str) -> str:
    """The one case reference that a keyed hash (hexadecimal digits) leads to, for what must open one case only."""
    number, letters = int(digest, 16), ""
    for _ in range(8):
        number, rest = divmod(number, len(_LETTERS))
        letters += _LETTERS[rest]
    return f"{letters[:4]}-{letters[4:]}"


def new_id() -> str:
    """A random id."""
    return uuid.uuid4().hex
