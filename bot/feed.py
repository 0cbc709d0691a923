"""The feed: tells the desks that are open in this process that something changed."""

import asyncio
from collections.abc import AsyncIterator

from handoff.port import Change


class Feed:
    """``handoff.port.Changes`` within one process."""

    def __init__(self) -> None:
        self._followers: set[asyncio.Queue[Change]] = set()

    def tell(self, change: Change) -> None:
        """Something changed."""
        for follower in self._followers:
            follower.put_nowait(change)

    async def follow(self) -> AsyncIterator[Change]:
        """What changes, as it changes."""
        follower: asyncio.Queue[Change] = asyncio.Queue()
        self._followers.add(follower)
        try:
            while True:
                yield await follower.get()
        finally:
            self._followers.discard(follower)
