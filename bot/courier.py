"""The courier: what waits in a table goes out in order within its lines, and is tried again until it is taken."""

import asyncio
import random
from abc import ABC, abstractmethod
from collections.abc import Callable
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
_AT_ONCE = 16
"""Messages on their way at the same time, from one process: enough for 60 a second at a quarter of a second each.
With more, httpx spends more on choosing a connection than on sending."""
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
        self._closing = False

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
                await self._pause(await self._round())
        finally:
            self._closing = True
            if self._sending:
                await asyncio.wait(self._sending, timeout=_FAREWELL)
            for task in self._sending:
                task.cancel()

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
            if not self._sending:
                return
            await asyncio.wait(self._sending)

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
            except Unreachable:
                continue
            await asyncio.sleep(_GRACE)
            return

    async def _take(self) -> float:
        room = _AT_ONCE - len(self._sending)
        if room <= 0:
            return _IDLE
        claim = await self._database.write(lambda c: self._claim(c, self._clock(c), room))
        self._send_all(claim)
        return min(claim.wait or _IDLE, _IDLE)

    def _send_all(self, claim: Claim[Parcel]) -> None:
        for parcel in claim.parcels:
            task = asyncio.create_task(self._send(parcel))
            self._sending.add(task)
            task.add_done_callback(self._sent)

    def _sent(self, task: "asyncio.Task[None]") -> None:
        self._sending.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("delivery_failed", kind=type(error).__name__)
        self._wake.set()

    async def _send(self, parcel: Parcel) -> None:
        result = await self._tried(parcel)

        def settle(connection: Connection) -> None:
            self._settle(connection, parcel, result, self._clock(connection))

        def settle_and_claim(connection: Connection) -> Claim[Parcel]:
            settle(connection)
            # What comes next goes with the same commit.
            return Claim(()) if self._closing else self._claim(connection, self._clock(connection), 1)

        while True:
            try:
                claim = await self._database.write(settle_and_claim)
            except Unreachable as error:
                # It may have been sent: this must be noted before anybody takes it again.
                log.warning("outbox_unreachable", kind=type(error.__cause__).__name__)
                await asyncio.sleep(random.uniform(0.1, 0.5))  # noqa: S311  # spreads retries, guards nothing
            except Exception as error:  # a bug with what comes next must not send this one again
                log.error("claim_failed", kind=type(error).__name__)
                await self._database.write(settle)
                return
            else:
                self._send_all(claim)
                return

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
