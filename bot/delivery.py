"""Delivery: messages leave the outbox in order within a conversation, and are tried again until they are taken."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot import metrics
from bot.channels.channel import Channel, Eraser, Later, Never, Outbound, Sent
from bot.channels.pace import PACES
from bot.courier import LONGEST_REST, LONGEST_WAIT, Courier, wait_for
from store.database import Connection, Database
from store.hook import NOBODY, Told
from store.keyring import Keyring
from store.lease import Claim
from store.outbox import Outbox, Parcel
from store.pace import pause
from store.shown import Shown
from store.vault import Vault

WIPE = "wipe"
"""The mark of a parcel that is no message: it takes back what the phone shows."""
_TRIES, _AGE = 20, timedelta(days=2)
"""After both, a message is shown as undelivered."""
_DEATHS = 2
"""Processes that may die with a message in hand before it is left and shown as perhaps undelivered."""


class Delivery(Courier[Parcel]):
    """Sends what waits in the outbox.

    Args:
        database, vault: where it waits.
        channels: the messengers by name.
        timeout: seconds that one sending may take; twice as long, a message is this process's to send.
        told: who is told of what a child did not get.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        channels: Mapping[str, Channel],
        timeout: float = 20.0,
        told: Told = NOBODY,
    ):
        super().__init__(database, timeout)
        self._vault, self._channels, self._told = vault, channels, told

    def _keys(self, connection: Connection) -> Keyring:
        return Keyring(connection, self._vault)

    def _claim(self, connection: Connection, now: datetime, room: int) -> Claim[Parcel]:
        return Outbox(connection, self._keys(connection)).claim(now, self._lease, room, PACES)

    def _free(self, connection: Connection) -> None:
        Outbox(connection, self._keys(connection)).release()

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
            return Later("channel_off", after=LONGEST_WAIT)
        if WIPE in message:
            return await self._wipe(channel, parcel)
        return await channel.send(parcel.address, _outbound(message))

    async def _wipe(self, channel: Channel, parcel: Parcel) -> Sent | Later | Never:
        """Takes back from the child's phone what went before, where the messenger can."""
        if not isinstance(channel, Eraser) or parcel.address is None:
            return Sent()
        number = parcel.number

        def ids(connection: Connection) -> list[str]:
            return Shown(connection, self._keys(connection)).ids(
                parcel.conversation_id, number, self._clock(connection)
            )

        result = await channel.erase(parcel.address, await self._database.read(ids))
        if isinstance(result, Sent):
            await self._database.write(lambda c: Shown(c, self._keys(c)).forget(parcel.conversation_id, number))
        return result

    def _settle(self, connection: Connection, parcel: Parcel, result: Sent | Later | Never, now: datetime) -> None:
        outbox = Outbox(connection, self._keys(connection), self._told)
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
                pause(connection, parcel.channel, now + timedelta(seconds=min(result.after, LONGEST_REST)))
            if parcel.attempts < _TRIES or now - parcel.posted < _AGE:
                metrics.RETRIES.labels(parcel.channel).inc()
                outbox.postpone(parcel, now + timedelta(seconds=wait_for(parcel.attempts, result)))
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
        quote=message.get("quote", ""),
        answers=message.get("answers"),
    )
