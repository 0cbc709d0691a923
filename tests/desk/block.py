"""Blocks in memory."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from handoff.block import Block
from handoff.port import Refused
from tests.desk.memory import MemoryCases


class MemoryBlocks:
    """Blocks of the contacts of cases, one each."""

    def __init__(self, cases: MemoryCases, now: Callable[[], datetime]) -> None:
        self._cases, self._now = cases, now
        self.kept: dict[str, Block] = {}

    async def block(self, reference: str, by: str, days: int, reason: str) -> Refused | None:
        if await self._cases.entry(reference) is None:
            return Refused("gone")
        now = self._now()
        self.kept[reference] = Block(f"b{len(self.kept) + 1}", now, now + timedelta(days=days), by, reason)
        return None

    async def lift(self, id_: str, by: str) -> None:
        self.kept = {reference: block for reference, block in self.kept.items() if block.id != id_}

    async def blocks(self) -> Sequence[Block]:
        return [block for block in self.kept.values() if block.until > self._now()]
