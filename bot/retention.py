"""Retention: each night, what was kept for as long as it may be is erased, and the key backups with it."""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from functools import partial

import structlog

from bot.outcome import Transaction
from bot.settings import PrivacySettings
from store import retention
from store.database import Connection, Database
from store.ledger import Ledger
from store.vault import Vault

log = structlog.get_logger()


class Retention:
    """Erases what is over. Timers do most of it at its hour; this finds what they do not know of.

    Args:
        database, vault: where it lasts.
        transaction: a transaction's view of the store.
        now: the clock.
        zone: in which months are counted.
        privacy: how long things are kept.
        ledger: where keys are backed up, and what was erased is noted.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        transaction: Callable[[Connection], Transaction],
        now: Callable[[], datetime],
        zone: tzinfo,
        privacy: PrivacySettings,
        ledger: Ledger,
    ):
        self._database, self._vault, self._transaction = database, vault, transaction
        self._now, self._zone, self._privacy, self._ledger = now, zone, privacy, ledger
        self._erase: dict[str, Callable[[Transaction, str, datetime], None]] = {
            "sealed": self._unseal,
            "transcripts": self._shorten,
            "cases": self._retire,
            "addresses": self._drop,
            # Last, as a conversation whose cases are gone is one of them.
            "unfinished": self._forget,
        }

    async def count(self) -> dict[str, int]:
        """How many of each kind are over; nothing is changed."""
        limits, now = self._privacy.limits, self._now()
        return await self._database.read(lambda c: retention.count(c, limits, now))

    async def run(self) -> dict[str, int]:
        """Erases them, each in a transaction of its own; backs up the keys and deletes the old key backups.

        Returns:
            how many of each kind were erased.
        """
        limits, now = self._privacy.limits, self._now()
        done = {kind: await self._all(kind, now) for kind in self._erase}
        done |= await self._database.write(lambda c: retention.erase_old(c, limits, now))
        if any(done.values()):
            await self._database.vacuum()
        await self._database.read(lambda c: self._ledger.back_up(c, self._vault, now))
        done["key backups"] = self._ledger.forget(now - timedelta(days=self._privacy.key_backup_days))
        await self._ledger.follow(self._database)
        log.info("retention", **{kind.replace(" ", "_"): count for kind, count in done.items() if count})
        return done

    async def _all(self, kind: str, now: datetime) -> int:
        limits, done = self._privacy.limits, 0
        while found := await self._database.read(lambda c: retention.over(c, kind, limits, now)):
            erased = [await self._database.write(partial(self._one, kind, now, id_)) for id_ in found]
            done += sum(erased)
            if not any(erased):
                break
        return done

    def _one(self, kind: str, now: datetime, id_: str, connection: Connection) -> bool:
        tx = self._transaction(connection)
        # The conversation first, as every turn does; then it may be another matter.
        mine = id_ if kind in ("unfinished", "addresses") else tx.cases.conversation(id_)
        if mine:
            tx.conversations.get(mine)
        if not retention.over(connection, kind, self._privacy.limits, now, id_):
            return False
        self._erase[kind](tx, id_, now)
        return True

    @staticmethod
    def _forget(tx: Transaction, id_: str, _now: datetime) -> None:
        tx.conversations.forget(id_)

    @staticmethod
    def _unseal(tx: Transaction, reference: str, now: datetime) -> None:
        tx.conversations.erase_lines(reference)
        tx.cases.withdraw(reference, now)

    @staticmethod
    def _shorten(tx: Transaction, reference: str, _now: datetime) -> None:
        tx.conversations.erase_lines(reference)
        tx.cases.renew(reference)

    def _retire(self, tx: Transaction, reference: str, _now: datetime) -> None:
        tx.conversations.erase_lines(reference)
        tx.cases.retire(reference, self._zone)

    @staticmethod
    def _drop(tx: Transaction, id_: str, _now: datetime) -> None:
        tx.conversations.drop_address(id_)
