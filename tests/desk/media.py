"""Files of cases in memory: one picture, which a click fetches."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from handoff.case import Case
from handoff.media import Medium
from handoff.port import Refused

KEY = "0123456789abcdef0123456789abcdef"
BYTES = b"\xff\xd8\xff\xd9"


class MemoryMedia:
    """The files of every case with evidence."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.medium = Medium(KEY, "image")
        self.refused: Refused | None = None

    async def media(self, case: Case) -> Sequence[Medium]:
        return [self.medium] if case.evidence else []

    async def fetch(self, reference: str, key: str, by: str) -> Refused | None:
        if key != KEY:
            return Refused("gone")
        if self.refused is None:
            self.medium = replace(self.medium, at=self._now(), by=by, media_type="image/jpeg", shown=True, size=12_345)
        return self.refused

    async def content(self, reference: str, key: str, *, shown: bool) -> tuple[str, AsyncIterator[bytes]] | None:
        async def pieces() -> AsyncIterator[bytes]:
            yield BYTES

        return ("image/jpeg", pieces()) if key == KEY and self.medium.at else None
