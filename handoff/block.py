"""Blocking: a supervisor shuts a contact out for some days. Danger is answered with the numbers all the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handoff.port import Refused

DAYS = (1, 7, 30)
"""For how long; nobody is shut out for good."""
LONGEST_REASON = 500
"""Characters."""


@dataclass(frozen=True, slots=True)
class Block:
    """A contact that is shut out. Who it is, nobody is told.

    Args:
        id: its name, made at random.
        at: since when.
        until: until when.
        by: the supervisor.
        reason: why.
    """

    id: str
    at: datetime
    until: datetime
    by: str
    reason: str


class Blocks(Protocol):
    """Every call is one transaction, and leaves its line in the trail."""

    async def block(self, reference: str, by: str, days: int, reason: str) -> Refused | None:
        """Shuts out the contact of a case; a block that there is already is replaced.

        ``Refused("gone")`` where nothing leads from the case to a contact any more.
        """
        ...

    async def lift(self, id_: str, by: str) -> None:
        """Ends a block."""
        ...

    async def blocks(self) -> Sequence[Block]:
        """Those that last, the newest first."""
        ...
