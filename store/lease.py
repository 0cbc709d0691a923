"""Leases: rows that wait to be sent, in order within a line, each held by one process at a time.

A row is there until it is taken. Whoever sends it holds it by a lease; a process that dies gives it back when the lease
ends, so that it goes out at least once, and twice only across such a death.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Table, bindparam, delete, exists, or_, tuple_, update

from store.pace import Allowance, Pace

Parcel = TypeVar("Parcel")

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""When a new row is due: a clock that is set back must not hold it up."""
LONGEST = timedelta(hours=2)
"""No lease and no pause is as long: what is due later was put there by a clock that has been set back since."""


@dataclass(frozen=True, slots=True)
class Claim(Generic[Parcel]):
    """What a process may send now.

    Args:
        parcels: the rows, one a line.
        wait: seconds after which the pace allows more, or None when nothing was held back.
    """

    parcels: Sequence[Parcel]
    wait: float | None = None


class Leases:
    """A table of such rows: ``due_at``, ``attempts`` and ``claims`` beside a key of two columns, a line and a number.

    Args:
        table: the table.
    """

    def __init__(self, table: Table):
        self._table = table
        self._line, self._number = table.primary_key
        earlier = table.alias()
        self.due: tuple[ColumnElement[bool], ...] = (
            or_(table.c.due_at <= bindparam("now"), table.c.due_at > bindparam("far")),
            ~exists().where(earlier.c[self._line.name] == self._line, earlier.c[self._number.name] < self._number),
        )
        """The first rows of their lines that are due, by the parameters ``now`` and ``far``."""
        # Built once: building a statement takes longer than running it.
        place = (self._line == bindparam("line_"), self._number == bindparam("number_"))
        self._remove = delete(table).where(*place).returning(self._number)
        self._postpone = update(table).where(*place)

    def claim(
        self,
        connection: Connection,
        rows: Sequence[Row[Any]],
        at: datetime,
        lease: timedelta,
        paces: Mapping[str, Pace],
    ) -> Claim[Row[Any]]:
        """Holds the rows that the pace allows; the others are put off.

        Args:
            connection: the transaction in which the rows were read and locked.
            rows: rows of this table, with a ``channel``, by which the pace is kept.
            at: now.
            lease: for how long no other process may take them.
            paces: what each channel allows, by its name.
        """
        if not rows:
            return Claim(())
        allowance = Allowance(connection, paces, at)
        allowance.prepare((self._place(row)[0], row.channel) for row in rows)
        taken: list[Row[Any]] = []
        waits: list[float] = []
        for row in rows:
            place = self._place(row)
            account_early, line_early = allowance.spend(place[0], row.channel)
            if line_early:
                self.put(connection, place, due_at=at + timedelta(seconds=line_early))
            if early := max(account_early, line_early):
                waits.append(early)
            else:
                taken.append(row)
        allowance.store()
        if taken:
            mine = tuple_(self._line, self._number).in_([self._place(row) for row in taken])
            held = {"due_at": at + lease, "claims": self._table.c.claims + 1}
            connection.execute(update(self._table).where(mine).values(held))
        return Claim(taken, min(waits) if waits else None)

    def _place(self, row: Row[Any]) -> tuple[str, int]:
        return getattr(row, self._line.name), getattr(row, self._number.name)

    def put(self, connection: Connection, place: tuple[str, int], **values: object) -> None:
        """Writes into one row, if it is still there."""
        connection.execute(self._postpone.values(**values), {"line_": place[0], "number_": place[1]})

    def remove(self, connection: Connection, place: tuple[str, int]) -> bool:
        """Takes one row away; whether it was still there."""
        found = connection.execute(self._remove, {"line_": place[0], "number_": place[1]})
        return found.first() is not None

    def release(self, connection: Connection) -> None:
        """Ends all leases: where one process alone works on a database, at its start nobody holds any."""
        connection.execute(update(self._table).where(self._table.c.claims > 0).values(due_at=AT_ONCE))
