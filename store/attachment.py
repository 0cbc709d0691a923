"""Fetched media as they last: in pieces, each sealed with the case's key, so that none is ever whole on a disk."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from store import tables as t
from store.database import aware
from store.keyring import Keyring
from store.trail import leave_trace
from store.vault import Vault

PIECE = 192 * 1024
"""Bytes of a piece; a multiple of three, so that base64 needs no padding but at the end."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A medium that was fetched.

    Args:
        key: its name within its case, a keyed hash of the platform's id.
        media_type: what it is.
        shown_type: what is shown of it is; None where nothing is.
    """

    id: str
    key: str
    at: datetime
    by: str
    media_type: str
    shown_type: str | None
    size: int


class Attachments:
    """The attachments of one transaction.

    Args:
        connection: the transaction.
        vault: seals and opens.
    """

    def __init__(self, connection: Connection, vault: Vault):
        self._c, self._vault, self._keys = connection, vault, Keyring(connection, vault)

    def of_case(self, reference: str) -> Sequence[Attachment]:
        """What was fetched of a case."""
        rows = self._c.execute(select(t.attachment).where(t.attachment.c.case_reference == reference))
        return [_attachment(row) for row in rows]

    def get(self, reference: str, key: str) -> Attachment | None:
        query = select(t.attachment).where(t.attachment.c.case_reference == reference, t.attachment.c.ref_hash == key)
        row = self._c.execute(query).first()
        return _attachment(row) if row else None

    def keep(
        self, reference: str, key: str, at: datetime, by: str, original: tuple[str, bytes],
        shown: tuple[str, bytes] | None,
    ) -> None:  # fmt: skip
        """Keeps a medium, sealed, and what is shown of it; once."""
        if self.get(reference, key):
            return
        id_ = secrets.token_hex(16)
        values = {"id": id_, "case_reference": reference, "ref_hash": key, "at": at, "author": by,
                  "media_type": original[0], "shown_type": shown[0] if shown else None,
                  "size": len(original[1])}  # fmt: skip
        self._c.execute(insert(t.attachment).values(values))
        for part, content in ((False, original[1]), *(((True, shown[1]),) if shown else ())):
            for number, start in enumerate(range(0, len(content), PIECE)):
                text = base64.b64encode(content[start : start + PIECE]).decode()
                piece = {"attachment_id": id_, "shown": part, "case_reference": reference, "number": number,
                         "base64_sealed": self._keys.seal(reference, text)}  # fmt: skip
                self._c.execute(insert(t.piece).values(piece))
        leave_trace(self._c, at, by, "media_fetched", reference)

    def piece(self, reference: str, id_: str, number: int, *, shown: bool) -> bytes | None:
        """One piece; None behind the last.

        Raises:
            NoKeys: it is damaged, or its case was erased.
        """
        query = select(t.piece.c.base64_sealed).where(
            t.piece.c.attachment_id == id_, t.piece.c.shown == shown, t.piece.c.number == number
        )
        sealed = self._c.scalar(query)
        return base64.b64decode(self._keys.open(reference, sealed)) if sealed else None


def _attachment(row: Any) -> Attachment:
    return Attachment(row.id, row.ref_hash, aware(row.at), row.author, row.media_type, row.shown_type, row.size)
