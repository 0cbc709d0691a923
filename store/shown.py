"""What a child's phone shows: the messenger's ids of what was sent, where the messenger can take it back."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from store import tables as t
from store.database import insert_new
from store.keyring import Keyring

RECENT = timedelta(hours=48)
"""How long a message can be taken back (core.telegram.org/bots/api#deletemessages)."""


class Shown:
    """The messages on the phones, in one transaction.

    Args:
        connection: the transaction.
        keys: seal and open the ids.
    """

    def __init__(self, connection: Connection, keys: Keyring):
        self._c, self._keys = connection, keys

    def add(self, conversation_id: str, number: int, ids: tuple[str, ...], at: datetime) -> None:
        """A message was sent, in as many pieces as there are ids."""
        values = {"conversation_id": conversation_id, "number": number, "at": at,
                  "platform_ids_sealed": self._keys.seal(conversation_id, " ".join(ids))}  # fmt: skip
        insert_new(self._c, t.shown, values)

    def ids(self, conversation_id: str, before: int, at: datetime) -> list[str]:
        """The ids that can still be taken back, of the messages before one, oldest first."""
        mine = (t.shown.c.conversation_id == conversation_id, t.shown.c.number < before, t.shown.c.at > at - RECENT)
        rows = self._c.scalars(select(t.shown.c.platform_ids_sealed).where(*mine).order_by(t.shown.c.number))
        return [one for sealed in rows for one in self._keys.open(conversation_id, sealed).split()]

    def forget(self, conversation_id: str, before: int) -> None:
        """The messages before one are gone from the phone."""
        mine = (t.shown.c.conversation_id == conversation_id, t.shown.c.number < before)
        self._c.execute(delete(t.shown).where(*mine))

    def forget_old(self, at: datetime) -> None:
        """Erases the ids of messages that cannot be taken back any more."""
        self._c.execute(delete(t.shown).where(t.shown.c.at < at - RECENT))
