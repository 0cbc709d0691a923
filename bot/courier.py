"""The courier: what waits in a table goes out in order within its lines, and is tried again until it is taken."""

import asyncio
import random
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Generic

import structlog

from bot.channels.channel import Later, Never, Sent
from store.database import Connection, Database, Unreachable, moment
from store.lease import Claim, Parcel

log = structlog.get_logger()

LONGEST_WAIT = 3600.0
LONGEST_REST = 60.0
"""Seconds that a whole account rests at most before one message tries whether it is well again."""
_AT_ONCE = 20
"""Messages on their way at the same time, from one process: enough for 60 a second at a quarter of a second each."""
BETWEEN = 0.025
"""Seconds from one look to the next at least: what is sent and what waits meanwhile shares a commit."""
_IDLE = 1.0
"""Seconds between looks when nothing wakes the loop."""
_GRACE = 2.0
"""Seconds after the database was away in which the processes note what they have sent, before any takes more: what
another one still holds must not be sent twice because its lease has ended meanwhile."""
_FAREWELL = 10.0
"""Seconds that what is on its way has when the process ends."""


class Courier(ABC, Generic[Parcel]):
    """Sends what waits.

    Args:
        database: where it waits.
        timeout: seconds that one sending may take; twice as long, what was taken is this process's to send.
        clock: the time that leases and pauses go by.
    """

    def __init__(self, database: Database, timeout: float, clock: Callable[[Connection], datetime] = moment):
        self._database, self._timeout, self._clock = database, timeout, clock
        self._lease = timedelta(seconds=2 * timeout)
        self._wake = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._done: list[tuple[Parcel, Sent | Later | Never]] = []
        """What became of those that were tried, to be noted with the next look."""

    @abstractmethod
    def _claim(self, connection: Connection, now: datetime, room: int) -> Claim[Parcel]:
        """Takes what may be sent now, at most ``room``."""

    @abstractmethod
    def _free(self, connection: Connection) -> None:
        """Ends all leases."""

    @abstractmethod
    async def _attempt(self, parcel: Parcel) -> Sent | Later | Never:
        """Sends one."""

    @abstractmethod
    def _settle(self, connection: Connection, parcel: Parcel, result: Sent | Later | Never, now: datetime) -> None:
        """Notes what became of one."""

    def wake(self) -> None:
        """Something waits to be sent."""
        self._wake.set()

    async def run(self) -> None:
        """Sends until cancelled; then what is on its way still has some seconds."""
        released = not self._database.embedded
        try:
            while True:
                if not released:
                    released = await self._release()
                began = time.monotonic()
                await self._pause(await self._round())
                await asyncio.sleep(began + BETWEEN - time.monotonic())
        finally:
            if self._sending:
                await asyncio.wait(self._sending, timeout=_FAREWELL)
            for task in self._sending:
                task.cancel()
            with suppress(Unreachable):
                await self._look(0)

    async def _release(self) -> bool:
        """What a process before this one held is free: on SQLite there is no other."""
        try:
            await self._database.write(self._free)
        except Unreachable:
            return False
        return True

    async def drain(self) -> None:
        """Sends until nothing is due."""
        while True:
            await self._take()
            if self._sending:
                await asyncio.wait(self._sending, return_when=asyncio.FIRST_COMPLETED)
            elif not self._done:
                return

    async def _round(self) -> float:
        """Takes what may be sent; the seconds until the next look."""
        self._wake.clear()
        try:
            return await self._take()
        except Unreachable as error:
            log.warning("outbox_unreachable", kind=type(error.__cause__).__name__)
            await self._until_reached()
        except Exception as error:  # the loop outlives its bugs
            log.error("delivery_failed", kind=type(error).__name__)
        return _IDLE

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return

    async def _until_reached(self) -> None:
        while True:
            await asyncio.sleep(_IDLE)
            try:
                await self._database.read(lambda c: None)
                # What has been sent must be noted before anybody takes it again.
                await self._look(0)
            except Unreachable:
                continue
            await asyncio.sleep(_GRACE)
            return

    async def _take(self) -> float:
        claim = await self._look(_AT_ONCE - len(self._sending))
        for parcel in claim.parcels:
            task = asyncio.create_task(self._send(parcel))
            self._sending.add(task)
            task.add_done_callback(self._sent)
        return min(claim.wait or _IDLE, _IDLE)

    async def _look(self, room: int) -> Claim[Parcel]:
        """Notes what has become of those that were tried, and takes as many as there is room for, with one commit."""
        done, self._done = self._done, []
        try:
            if done or room:
                return await self._database.write(lambda c: self._settle_and_claim(c, done, room))
        except (Unreachable, asyncio.CancelledError):
            self._done = done + self._done
            raise
        except Exception as error:  # a bug with one must not send the others again
            log.error("claim_failed", kind=type(error).__name__)
            for parcel, result in done:
                await self._settle_alone(parcel, result)
        return Claim(())

    def _settle_and_claim(
        self, connection: Connection, done: list[tuple[Parcel, Sent | Later | Never]], room: int
    ) -> Claim[Parcel]:
        now = self._clock(connection)
        for parcel, result in done:
            self._settle(connection, parcel, result, now)
        return self._claim(connection, now, room) if room else Claim(())

    async def _settle_alone(self, parcel: Parcel, result: Sent | Later | Never) -> None:
        try:
            await self._database.write(lambda c: self._settle_and_claim(c, [(parcel, result)], 0))
        except Unreachable:
            self._done.append((parcel, result))
        except Exception as error:
            log.error("delivery_failed", kind=type(error).__name__)

    async def _send(self, parcel: Parcel) -> None:
        result = await self._tried(parcel)
        self._done.append((parcel, result))

    def _sent(self, task: "asyncio.Task[None]") -> None:
        self._sending.discard(task)
        self._wake.set()

    async def _tried(self, parcel: Parcel) -> Sent | Later | Never:
        try:
            async with asyncio.timeout(self._timeout):
                return await self._attempt(parcel)
        except TimeoutError:
            return Later("timeout")
        except Unreachable:
            return Later("database")
        except Exception as error:  # a bug with one must not end the delivery of all others
            log.error("send_failed", kind=type(error).__name__)
            return Later("bug")


def wait_for(attempts: int, result: Later, longest: float = LONGEST_WAIT) -> float:
    """Seconds until the next try: what the other side asks for, or doubling from half a second, with jitter.

    Args:
        attempts: how often it was tried before.
        result: why it must be tried again.
        longest: seconds, where nothing else was asked for.
    """
    wait = result.after if result.after is not None else min(0.5 * 2 ** min(attempts, 16), longest)
    if result.account:
        wait = min(wait, LONGEST_REST)
    return wait + random.uniform(0, min(wait / 4, 5.0))  # noqa: S311  # spreads retries, guards nothing
