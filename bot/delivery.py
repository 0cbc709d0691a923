"""Delivery: messages leave the outbox in order within a conversation, and are tried again until they are taken."""

import asyncio
import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot import metrics
from bot.channels.channel import Channel, Eraser, Later, Never, Outbound, Sent
from bot.channels.pace import PACES
from store.database import Connection, Database, Unreachable, moment
from store.keyring import Keyring
from store.outbox import Claim, Outbox, Parcel
from store.pace import pause
from store.shown import Shown
from store.vault import Vault

log = structlog.get_logger()

WIPE = "wipe"
"""The mark of a parcel that is no message: it takes back what the phone shows."""
_AT_ONCE = 16
"""Messages on their way at the same time, from one process: enough for 60 a second at a quarter of a second each.
With more, httpx spends more on choosing a connection than on sending."""
_LONGEST_WAIT = 3600.0
_LONGEST_REST = 60.0
"""Seconds that a whole account rests at most before one message tries whether it is well again."""
_TRIES, _AGE = 20, timedelta(days=2)
"""After both, a message is shown as undelivered."""
_DEATHS = 2
"""Processes that may die with a message in hand before it is left and shown as perhaps undelivered."""
_IDLE = 1.0
"""Seconds between looks when nothing wakes the loop."""
_GRACE = 2.0
"""Seconds after the database was away in which the processes note what they have sent, before any takes more: what
another one still holds must not be sent twice because its lease has ended meanwhile."""
_FAREWELL = 10.0
"""Seconds that messages on their way have when the process ends."""


class Delivery:
    """Sends what waits in the outbox.

    Args:
        database, vault: where it waits.
        channels: the messengers by name.
        timeout: seconds that one sending may take; twice as long, a message is this process's to send.
    """

    def __init__(self, database: Database, vault: Vault, channels: Mapping[str, Channel], timeout: float = 20.0):
        self._database, self._vault, self._channels = database, vault, channels
        self._timeout, self._lease = timeout, timedelta(seconds=2 * timeout)
        self._wake = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._closing = False

    def _keys(self, connection: Connection) -> Keyring:
        return Keyring(connection, self._vault)

    def wake(self) -> None:
        """Something was put into the outbox."""
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
            await self._database.write(lambda c: Outbox(c, self._keys(c)).release())
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
        claim = await self._database.write(lambda c: self._claim(c, room))
        self._send_all(claim)
        return min(claim.wait or _IDLE, _IDLE)

    def _claim(self, connection: Connection, room: int) -> Claim:
        return Outbox(connection, self._keys(connection)).claim(moment(connection), self._lease, room, PACES)

    def _send_all(self, claim: Claim) -> None:
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
        result = await self._attempt(parcel)

        def settle(connection: Connection) -> None:
            self._settle(Outbox(connection, self._keys(connection)), connection, parcel, result, moment(connection))

        def settle_and_claim(connection: Connection) -> Claim:
            settle(connection)
            # What comes next goes with the same commit.
            return Claim(()) if self._closing else self._claim(connection, 1)

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

    async def _attempt(self, parcel: Parcel) -> Sent | Later | Never:
        channel, message = self._channels.get(parcel.channel), parcel.message
        if message is None:
            return Never("unreadable")
        if parcel.deaths >= _DEATHS:
            # It may well have arrived, twice; a third time would be for certain.
            return Never("uncertain")
        if parcel.address is None:
            return Never("no_address")
        if channel is None:
            return Later("channel_off", after=_LONGEST_WAIT)
        try:
            async with asyncio.timeout(self._timeout):
                if WIPE in message:
                    return await self._wipe(channel, parcel)
                return await channel.send(parcel.address, _outbound(message))
        except TimeoutError:
            return Later("timeout")
        except Unreachable:
            return Later("database")
        except Exception as error:  # a bug with one message must not end the delivery of all others
            log.error("send_failed", channel=parcel.channel, kind=type(error).__name__)
            return Later("bug")

    async def _wipe(self, channel: Channel, parcel: Parcel) -> Sent | Later | Never:
        """Takes back from the child's phone what went before, where the messenger can."""
        if not isinstance(channel, Eraser) or parcel.address is None:
            return Sent()
        number = parcel.number

        def ids(connection: Connection) -> list[str]:
            return Shown(connection, self._keys(connection)).ids(parcel.conversation_id, number, moment(connection))

        result = await channel.erase(parcel.address, await self._database.read(ids))
        if isinstance(result, Sent):
            await self._database.write(lambda c: Shown(c, self._keys(c)).forget(parcel.conversation_id, number))
        return result

    def _settle(
        self, outbox: Outbox, connection: Connection, parcel: Parcel, result: Sent | Later | Never, now: datetime
    ) -> None:
        if isinstance(result, Sent):
            there = outbox.remove(parcel)
            if there and result.shown:
                shown = Shown(connection, self._keys(connection))
                shown.add(parcel.conversation_id, parcel.number, result.shown, now)
            if there and result.platform_id and not outbox.expect(parcel, result.platform_id, now):
                metrics.UNDELIVERED.labels(parcel.channel).inc()
            return
        if isinstance(result, Later):
            if result.account and result.after:
                pause(connection, parcel.channel, now + timedelta(seconds=min(result.after, _LONGEST_REST)))
            if parcel.attempts < _TRIES or now - parcel.posted < _AGE:
                metrics.RETRIES.labels(parcel.channel).inc()
                outbox.postpone(parcel, now + timedelta(seconds=_wait(parcel.attempts, result)))
                return
        metrics.UNDELIVERED.labels(parcel.channel).inc()
        outbox.give_up(parcel, result.why)


def _outbound(message: dict[str, Any]) -> Outbound:
    return Outbound(
        text=message["text"],
        choices=tuple((choice["id"], choice["title"]) for choice in message["choices"]),
        language=message["language"],
        source=message["from"],
        message_id=message["id"],
        expects=message["expects"],
        template=message.get("template", False),
    )


def _wait(attempts: int, result: Later) -> float:
    """Seconds until the next try: what the platform asks for, or doubling from half a second, with jitter."""
    wait = result.after if result.after is not None else min(0.5 * 2 ** min(attempts, 16), _LONGEST_WAIT)
    if result.account:
        wait = min(wait, _LONGEST_REST)
    return wait + random.uniform(0, min(wait / 4, 5.0))  # noqa: S311  # spreads retries, guards nothing
