"""Delivery: messages leave the outbox in order within a conversation, and are tried again until they are taken."""

import asyncio
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.channels.channel import Channel, Later, Never, Outbound, Sent
from store.conversations import Conversations, Parcel
from store.database import Connection, Database, Unreachable
from store.vault import Vault

log = structlog.get_logger()

_AT_ONCE = 20
_LONGEST_WAIT = 3600.0
_TRIES = 50
"""With the waits below about two days; then it is shown as undelivered."""
_LEASE = timedelta(seconds=90)
"""How long a message is one process's to send; longer than the messengers' time limits together."""
_IDLE = 1.0
"""Seconds between looks when nothing wakes the loop."""


class Delivery:
    """Sends what waits in the outbox.

    Args:
        database, vault: where it waits.
        channels: the messengers by name.
        now: the clock.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        channels: Mapping[str, Channel],
        now: Callable[[], datetime],
    ):
        self._database, self._vault, self._channels, self._now = database, vault, channels, now
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something was put into the outbox."""
        self._wake.set()

    async def run(self) -> None:
        """Sends until cancelled."""
        while True:
            self._wake.clear()
            try:
                sent = await self.once()
            except Unreachable as error:
                log.warning("outbox_unreachable", kind=type(error.__cause__).__name__)
                sent = 0
            except Exception as error:  # the loop outlives its bugs
                log.error("delivery_failed", kind=type(error).__name__)
                sent = 0
            if not sent:
                try:
                    await asyncio.wait_for(self._wake.wait(), _IDLE)
                except TimeoutError:
                    continue

    async def drain(self) -> None:
        """Sends until nothing is due."""
        while await self.once():
            pass

    async def once(self) -> int:
        """Tries the first waiting message of each conversation.

        Returns:
            how many were tried.
        """
        now = self._now()
        parcels = await self._database.write(lambda c: Conversations(c, self._vault).claim(now, now + _LEASE, _AT_ONCE))
        await asyncio.gather(*(self._send(parcel) for parcel in parcels))
        return len(parcels)

    async def _send(self, parcel: Parcel) -> None:
        channel = self._channels.get(parcel.channel)
        result: Sent | Later | Never
        if parcel.address is None:
            result = Never("no_address")
        elif channel is None:
            result = Later("channel_off", after=_LONGEST_WAIT)
        else:
            message = parcel.message
            outbound = Outbound(
                text=message["text"],
                choices=tuple((choice["id"], choice["title"]) for choice in message["choices"]),
                language=message["language"],
                source=message["from"],
                message_id=message["id"],
                expects=message["expects"],
            )
            try:
                result = await channel.send(parcel.address, outbound)
            except Exception as error:  # a bug with one message must not end the delivery of all others
                log.error("send_failed", channel=parcel.channel, kind=type(error).__name__)
                result = Later("bug")

        def work(connection: Connection) -> None:
            outbox = Conversations(connection, self._vault)
            if isinstance(result, Sent):
                outbox.sent(parcel)
            elif isinstance(result, Later) and parcel.attempts + 1 < _TRIES:
                outbox.postpone(parcel, self._now() + timedelta(seconds=_pause(parcel.attempts, result.after)))
            else:
                outbox.give_up(parcel, result.why)

        await self._database.write(work)


def _pause(attempts: int, asked: float | None) -> float:
    """Seconds until the next try: what the platform asks for, or doubling from half a second, with jitter."""
    wait = asked if asked is not None else min(0.5 * 2**attempts, _LONGEST_WAIT)
    return wait + random.uniform(0, min(wait / 4, 5.0))  # noqa: S311  # spreads retries, guards nothing
