"""The trail: who looked at a case and who changed one. Triggers in the database keep it from being changed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select

from handoff.port import Act
from store import tables as t
from store.database import Database, aware


def leave_trace(
    connection: Connection, at: datetime, who: str, what: str, reference: str | None = None, about: str | None = None
) -> None:
    """Adds a line to the trail, in the transaction of what it tells."""
    values = {"at": at, "who": who, "what": what, "case_reference": reference, "about": about}
    connection.execute(insert(t.trail).values(values))


class StoredTrail:
    """``handoff.port.Trail`` on the database."""

    def __init__(self, database: Database):
        self._database = database

    async def note(self, act: Act) -> None:
        await self._database.write(lambda c: leave_trace(c, act.at, act.who, act.what, act.reference, act.about))

    async def acts(self, *, reference: str | None = None, limit: int = 100, offset: int = 0) -> Sequence[Act]:
        query = select(t.trail).order_by(t.trail.c.id.desc()).limit(limit).offset(offset)
        if reference is not None:
            query = query.where(t.trail.c.case_reference == reference)

        def work(c: Connection) -> list[Act]:
            return [Act(aware(r.at), r.who, r.what, r.case_reference, r.about) for r in c.execute(query)]

        return await self._database.read(work)
