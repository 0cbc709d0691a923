"""Rotation: what older main keys wrap or seal is wrapped and sealed anew, a few rows at a time, while all goes on."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Column, Connection, func, select, tuple_, update

from store import tables as t
from store.database import Database
from store.keyring import Keyring, place_of
from store.sealed import HOUSE, SEALED, Sealed
from store.vault import DataKey, NoKeys, Vault

_AT_ONCE = 100
"""Rows in one transaction: turns wait no longer than these take."""


@dataclass(slots=True)
class Renewed:
    """What a rotation did.

    Args:
        keys: data keys that another main key wraps now.
        house: values of the house that were sealed anew.
        content: rows that a main key had sealed before there were data keys.
        left: rows that no key opens.
    """

    keys: int = 0
    house: int = 0
    content: int = 0
    left: int = 0

    @property
    def any(self) -> bool:
        return bool(self.keys or self.house or self.content)


class Rotation:
    """Puts everything under the newest main key. It may be interrupted and begun again, and run twice at once.

    Args:
        database, vault: what is renewed, and with which keys.
    """

    def __init__(self, database: Database, vault: Vault):
        self._database, self._vault = database, vault

    async def pending(self) -> bool:
        """Whether an older main key is still needed: a rotation was interrupted, or has not begun."""
        return await self._database.read(self._pending)

    def _pending(self, c: Connection) -> bool:
        if c.execute(select(t.data_key.c.owner).where(t.data_key.c.main != self._vault.names[0]).limit(1)).first():
            return True
        values = [value for column in HOUSE for value in c.scalars(select(column).where(column.is_not(None)))]
        return not all(map(self._vault.newest, values)) or any(
            c.execute(one.rows().where(_old(one)).limit(1)).first() for one in SEALED
        )

    async def counts(self) -> dict[str, int]:
        """How many data keys each main key wraps, by its name."""
        query = select(t.data_key.c.main, func.count()).group_by(t.data_key.c.main)
        return {row[0]: row[1] for row in await self._database.read(lambda c: c.execute(query).all())}

    async def run(self) -> Renewed:
        """Renews everything once.

        Raises:
            NoKeys: when a main key is missing that something still needs.
        """
        done = Renewed()
        while some := await self._database.write(self._keys):
            done.keys += some
        for column in HOUSE:
            done.house += await self._database.write(partial(self._house, column))
        for one in SEALED:
            last: tuple[Any, ...] | None = ()
            while last is not None:
                last = await self._database.write(partial(self._content, one, last, done))
        return done

    def _keys(self, c: Connection) -> int:
        key = t.data_key.c
        rows = c.execute(select(t.data_key).where(key.main != self._vault.names[0]).limit(_AT_ONCE)).all()
        for row in rows:
            place = place_of(row.owner, row.id)
            data_key = self._vault.unwrap(row.main, row.key_sealed, place)
            # One that is damaged opens nothing: it is wrapped as it is, and counted by what it cannot open.
            main, wrap = self._vault.wrap(data_key, place) if data_key else (self._vault.names[0], row.key_sealed)
            c.execute(update(t.data_key).where(key.owner == row.owner, key.id == row.id, key.main == row.main)
                      .values(main=main, key_sealed=wrap))  # fmt: skip
        return len(rows)

    def _house(self, column: Column[Any], c: Connection) -> int:
        done = 0
        for value in c.scalars(select(column).where(column.is_not(None))).all():
            if not self._vault.newest(value):
                again = self._vault.seal(self._vault.open(value))
                c.execute(update(column.table).where(column == value).values({column.name: again}))
                done += 1
        return done

    def _content(self, one: Sealed, last: tuple[Any, ...], done: Renewed, c: Connection) -> tuple[Any, ...] | None:
        """Seals some rows anew after a place; the place of the last, or None when there are no more."""
        places = list(one.table.primary_key)
        query = one.rows().where(_old(one)).order_by(*places).limit(_AT_ONCE)
        rows = c.execute(query.where(tuple_(*places) > last) if last else query).all()
        keys = Keyring(c, self._vault)
        for row in rows:
            try:
                text = keys.open(row.owner, row.sealed)
            except NoKeys:
                done.left += 1
                continue
            done.content += one.put(c, row, keys.seal(row.owner, text))
        return tuple(rows[-1][: len(places)]) if len(rows) == _AT_ONCE else None


def _old(one: Sealed) -> Any:
    """What a main key sealed itself."""
    return func.substr(one.column, 1, 1) != DataKey.MARK
