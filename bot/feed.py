"""The feed: tells the desks and the simulator of this process that something changed."""

import asyncio
from collections.abc import AsyncIterator


class Feed:
    """``handoff.port.Changes`` within one process."""

    def __init__(self) -> None:
        self._followers: set[asyncio.Queue[str]] = set()

    def tell(self, reference: str) -> None:
        """A case changed; an empty string for something else."""
        for follower in self._followers:
            follower.put_nowait(reference)

    async def follow(self) -> AsyncIterator[str]:
        """The references of changed cases, as they change."""
        follower: asyncio.Queue[str] = asyncio.Queue()
        self._followers.add(follower)
        try:
            while True:
                yield await follower.get()
        finally:
            self._followers.discard(follower)
