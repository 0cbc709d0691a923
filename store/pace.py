"""Pace: how fast a messenger may be sent to, kept in rows that all processes share.

Each row holds the moment at which its allowance would be full again (the generic cell rate algorithm): sending is
allowed while that moment is less than a burst ahead.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update

from store import tables as t
from store.database import aware, insert_new

_LOCKED = (
    select(t.pace).where(t.pace.c.id.in_(bindparam("keys", expanding=True))).order_by(t.pace.c.id).with_for_update()
)
_MOVE = update(t.pace).where(t.pace.c.id == bindparam("key")).values(full_at=bindparam("full"))


@dataclass(frozen=True, slots=True)
class Rate:
    """So many messages at once, and then one each so many seconds.

    Args:
        burst: messages at once.
        every: seconds a message.
    """

    burst: int
    every: float

    def spend(self, full: datetime | None, at: datetime) -> tuple[datetime, float]:
        """Takes one message out of the allowance.

        Args:
            full: when the allowance is full again; None for one that is full.
            at: now.

        Returns:
            when it is full again then, and how many seconds too early this message is (0 when it may go).
        """
        full = max(full or at, at)
        early = (full - at).total_seconds() - (self.burst - 1) * self.every
        return full + timedelta(seconds=self.every), max(early, 0.0)


@dataclass(frozen=True, slots=True)
class Pace:
    """What a messenger allows: to the whole account, and to one chat."""

    account: Rate
    chat: Rate


class Allowance:
    """What may be sent now, within one transaction. Rows of accounts are locked until it ends.

    Args:
        connection: the transaction.
        paces: the messengers' limits by name; those that are not named have none.
        at: now.
    """

    def __init__(self, connection: Connection, paces: Mapping[str, Pace], at: datetime):
        self._c, self._paces, self._at = connection, paces, at
        self._full: dict[str, datetime] = {}
        self._changed: set[str] = set()
        self._stored: set[str] = set()

    def prepare(self, places: Iterable[tuple[str, str]]) -> None:
        """Reads what ``spend`` will ask for.

        Args:
            places: conversation and channel of each message.
        """
        limited = [(chat, channel) for chat, channel in places if channel in self._paces]
        accounts = sorted({channel for _, channel in limited})
        keys = sorted({*accounts, *(chat for chat, _ in limited)})
        if not keys:
            return
        self._read(keys)
        if new := [channel for channel in accounts if channel not in self._full]:
            for channel in new:
                insert_new(self._c, t.pace, {"id": channel, "full_at": self._at})
            # Another process may have been first: what is stored counts.
            self._read(keys)

    def _read(self, keys: list[str]) -> None:
        rows = self._c.execute(_LOCKED, {"keys": keys})
        self._full = {row.id: aware(row.full_at) for row in rows}
        self._stored = set(self._full)

    def spend(self, chat: str, channel: str) -> tuple[float, float]:
        """Takes one message of a chat, if both it and the account may send.

        Returns:
            the seconds by which it is too early for the account, and for the chat; both 0 when it was taken.
        """
        pace = self._paces.get(channel)
        if pace is None:
            return 0.0, 0.0
        account, account_early = pace.account.spend(self._full.get(channel), self._at)
        own, chat_early = pace.chat.spend(self._full.get(chat), self._at)
        if not account_early and not chat_early:
            self._full[channel], self._full[chat] = account, own
            self._changed |= {channel, chat}
        return account_early, chat_early

    def store(self) -> None:
        """Writes what was taken."""
        changed = [{"id": key, "full_at": self._full[key]} for key in sorted(self._changed)]
        if new := [row for row in changed if row["id"] not in self._stored]:
            self._c.execute(t.pace.insert(), new)
        if old := [{"key": row["id"], "full": row["full_at"]} for row in changed if row["id"] in self._stored]:
            self._c.execute(_MOVE, old)


def pause(connection: Connection, channel: str, until: datetime) -> None:
    """Lets a whole account rest: the platform asked for it."""
    if not insert_new(connection, t.pace, {"id": channel, "full_at": until}):
        slower = update(t.pace).where(t.pace.c.id == channel, t.pace.c.full_at < until)
        connection.execute(slower.values(full_at=until))


def forget_full(connection: Connection, before: datetime) -> None:
    """Removes the rows that say no more than that their allowance is full."""
    connection.execute(delete(t.pace).where(t.pace.c.full_at < before))
