"""Blocks as they last: ``handoff.block.Blocks`` on the database. A row holds the contact's keyed hash alone."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from handoff.block import Block
from handoff.port import Refused
from store import tables as t
from store.database import Database, aware, upsert
from store.trail import leave_trace
from store.vault import NoKeys, Vault


class StoredBlocks:
    """Blocks in the database.

    Args:
        database, vault: where they last.
        now: the clock.
    """

    def __init__(self, database: Database, vault: Vault, now: Callable[[], datetime]):
        self._database, self._vault, self._now = database, vault, now

    async def block(self, reference: str, by: str, days: int, reason: str) -> Refused | None:
        contact = (
            select(t.conversation.c.contact_hash)
            .join(t.case, t.case.c.conversation_id == t.conversation.c.id)
            .where(t.case.c.reference == reference)
        )

        def work(c: Connection) -> Refused | None:
            now, digest = self._now(), c.scalar(contact)
            if digest is None:
                return Refused("gone")
            values = {"contact_hash": digest, "id": secrets.token_hex(8), "at": now, "author": by,
                      "until": now + timedelta(days=days), "reason_sealed": self._vault.seal(reason)}  # fmt: skip
            upsert(c, t.block, values)
            leave_trace(c, now, by, "blocked", reference)
            return None

        return await self._database.write(work)

    async def lift(self, id_: str, by: str) -> None:
        def work(c: Connection) -> None:
            if c.execute(delete(t.block).where(t.block.c.id == id_).returning(t.block.c.id)).first():
                leave_trace(c, self._now(), by, "unblocked")

        await self._database.write(work)

    async def blocks(self) -> Sequence[Block]:
        query = select(t.block).where(t.block.c.until > self._now()).order_by(t.block.c.at.desc())
        rows = await self._database.read(lambda c: c.execute(query).all())
        return [Block(r.id, aware(r.at), aware(r.until), r.author, self._reason(r.reason_sealed)) for r in rows]

    def _reason(self, sealed: bytes) -> str:
        try:
            return self._vault.open(sealed)
        except NoKeys:
            return "\ufffd"


def forget_blocks(connection: Connection, at: datetime) -> None:
    """Erases the blocks that are over."""
    connection.execute(delete(t.block).where(t.block.c.until <= at))
