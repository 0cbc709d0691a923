"""The turnstile: programs that write to one SQLite file go in one after the other, in the order in which they came.

SQLite lets in whoever asks in the right moment. Beside a server that is never idle, another program (a key rotation, a
command) waited in vain until its patience ended. Whoever waits for the file holds the turnstile meanwhile, so that who
has just written stands behind it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: without it SQLite's own lock keeps everything right, in any order.
    fcntl = None  # type: ignore[assignment]


class Turnstile:
    """The turnstile of one file: a lock on a small file beside it, which holds nothing and dies with its process.

    Args:
        file: the database file; None where there is none.
    """

    def __init__(self, file: Path | None):
        self._path = file.with_name(f"{file.name}-turn") if file else None
        self._open: int | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Holds it. Where it cannot be (a read-only folder), all go in at once, as SQLite lets them."""
        lock = self._lock()
        if lock is None:
            yield
            return
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)

    def _lock(self) -> int | None:
        if self._open is None and self._path and fcntl is not None:
            try:
                self._open = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError:
                return None
        return self._open

    def close(self) -> None:
        """Leaves it."""
        if self._open is not None:
            os.close(self._open)
            self._open = None
