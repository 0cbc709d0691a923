"""What the desk reads: ``handoff.port.Cases`` on the database."""

from collections.abc import Sequence
from datetime import date

from handoff.case import Case
from handoff.port import Entry
from store.cases import CaseFile
from store.database import Database
from store.keyring import Keyring
from store.queue import Queue
from store.vault import Vault


class StoredCases:
    """``handoff.port.Cases`` on the database."""

    def __init__(self, database: Database, vault: Vault):
        self._database, self._vault = database, vault

    async def entries(self, *, open_only: bool = True, limit: int = 200, offset: int = 0) -> Sequence[Entry]:
        return await self._database.read(
            lambda c: Queue(c, Keyring(c, self._vault)).entries(open_only=open_only, limit=limit, offset=offset)
        )

    async def entry(self, reference: str) -> Entry | None:
        return await self._database.read(lambda c: Queue(c, Keyring(c, self._vault)).entry(reference))

    async def overdue(self, today: date, *, limit: int = 200, offset: int = 0) -> Sequence[Entry]:
        return await self._database.read(lambda c: Queue(c, Keyring(c, self._vault)).overdue(today, limit, offset))

    async def how_many_late(self, today: date) -> int:
        return await self._database.read(lambda c: Queue(c, Keyring(c, self._vault)).how_many_late(today))

    async def case(self, reference: str) -> Case | None:
        return await self._database.read(lambda c: CaseFile(c, Keyring(c, self._vault)).case(reference))
