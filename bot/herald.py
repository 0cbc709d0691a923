"""The herald: other systems are told what happens, in order within a case, and counsellors are written to."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from bot import metrics
from bot.channels.channel import Later, Never, Sent
from bot.courier import LONGEST_REST, Courier, wait_for
from store.database import Connection, Database, moment
from store.hook import MAIL, Hook, Hooks
from store.lease import Claim
from store.pace import pause

_LONGEST_WAIT = 600.0
"""Seconds after which a receiver that was away for long is tried again at the latest."""


class Receiver(Protocol):
    """Where something is told."""

    async def send(self, hook: Hook) -> Sent | Later:
        """Tells it, so that a repeat can be known as one."""
        ...

    async def close(self) -> None:
        """Ends its connections."""
        ...


class Herald(Courier[Hook]):
    """Tells what waits to be told. It never gives up: what nobody takes stays, is counted, and ``m3ak doctor`` says so.

    Args:
        database: where it waits.
        receivers: by channel, ``webhook`` and ``mail``.
        rest: between two mails of one kind.
        timeout: seconds that one telling may take.
        clock: as for ``Courier``.
    """

    def __init__(
        self,
        database: Database,
        receivers: Mapping[str, Receiver],
        rest: timedelta,
        timeout: float = 20.0,
        clock: Callable[[Connection], datetime] = moment,
    ):
        super().__init__(database, timeout, clock)
        self._receivers, self._rest = receivers, rest

    def _claim(self, connection: Connection, now: datetime, room: int) -> Claim[Hook]:
        return Hooks(connection).claim(now, self._lease, room)

    def _free(self, connection: Connection) -> None:
        Hooks(connection).release()

    async def _attempt(self, parcel: Hook) -> Sent | Later | Never:
        receiver = self._receivers.get(parcel.channel)
        # Another process of this helpline may have the setting that this one lacks.
        return await receiver.send(parcel) if receiver else Later("off", after=_LONGEST_WAIT)

    def _settle(self, connection: Connection, parcel: Hook, result: Sent | Later | Never, now: datetime) -> None:
        why = "" if isinstance(result, Sent) else result.why
        metrics.SENDS.labels(parcel.channel, type(result).__name__.lower(), why).inc()
        hooks = Hooks(connection)
        if isinstance(result, Sent):
            hooks.remove(parcel)
            if parcel.channel == MAIL:
                pause(connection, parcel.stream, now + self._rest)
            return
        later = result if isinstance(result, Later) else Later(result.why)
        if later.account and later.after:
            pause(connection, parcel.channel, now + timedelta(seconds=min(later.after, LONGEST_REST)))
        wait = wait_for(parcel.attempts, later, _LONGEST_WAIT)
        hooks.postpone(parcel, now + timedelta(seconds=min(wait, 2 * _LONGEST_WAIT)), later.why)

    async def close(self) -> None:
        """Ends its connections."""
        for receiver in self._receivers.values():
            await receiver.close()
