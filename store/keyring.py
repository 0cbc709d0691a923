"""The keyring: a key for every case and every conversation, in a row of its own, destroyed on erasure.

What a case holds is sealed with the case's key; what a conversation holds beside it (the way back to the child, what
waits to be sent, what was said before there was a case) with the conversation's. The main keys wrap these keys. A key
that is destroyed takes with it what it sealed, in every copy and backup of the database.
"""

import os
import secrets

from sqlalchemy import Connection, bindparam, delete, insert, select

from store import tables as t
from store.database import insert_new
from store.vault import DataKey, NoKeys, Vault

# Built once: building a statement takes longer than running it.
_OF = select(t.data_key).where(t.data_key.c.owner.in_(bindparam("owners", expanding=True)))
_DESTROY = (
    delete(t.data_key).where(t.data_key.c.owner.in_(bindparam("owners", expanding=True))).returning(t.data_key.c.id)
)
_ERASED = insert(t.erased)


class Keyring:
    """The keys that one transaction uses; they are read from the database each time, and forgotten with it.

    Args:
        connection: the transaction.
        vault: wraps and unwraps them.
    """

    def __init__(self, connection: Connection, vault: Vault):
        self._c, self._vault = connection, vault
        self._keys: dict[str, DataKey | None] = {}

    def hash(self, kind: str, *parts: str) -> str:
        """A keyed hash, as ``Vault.hash``."""
        return self._vault.hash(kind, *parts)

    def load(self, *owners: str | None) -> None:
        """Reads the keys of several owners at once.

        Args:
            owners: ids of conversations and references of cases; None is left out.

        Raises:
            NoKeys: when a main key is missing.
        """
        wanted = [owner for owner in owners if owner is not None and owner not in self._keys]
        if not wanted:
            return
        found = self._c.execute(_OF, {"owners": wanted}).all()
        self._keys.update(dict.fromkeys(wanted))
        for row in found:
            self._keys[row.owner] = self._vault.unwrap(row.main, row.key_sealed, place_of(row.owner, row.id))

    def seal(self, owner: str, text: str) -> bytes:
        """Encrypts a text with an owner's key, which is made if there is none.

        Args:
            owner: the id of a conversation, or the reference of a case.
        """
        self.load(owner)
        key = self._keys[owner] or self._make(owner)
        return key.seal(text)

    def open(self, owner: str, sealed: bytes) -> str:
        """Decrypts what was sealed for an owner, or by a main key before there were data keys.

        Raises:
            NoKeys: when the key was destroyed, or what it sealed is damaged.
        """
        if sealed[:1] != DataKey.MARK:
            return self._vault.open(sealed)
        self.load(owner)
        key = self._keys[owner]
        if key is None:
            raise NoKeys("The key of this case or conversation was destroyed.")
        return key.open(sealed)

    def _make(self, owner: str) -> DataKey:
        key, id_ = DataKey(os.urandom(32)), secrets.token_hex(16)
        main, wrap = self._vault.wrap(key, place_of(owner, id_))
        if insert_new(self._c, t.data_key, {"owner": owner, "id": id_, "main": main, "key_sealed": wrap}):
            self._keys[owner] = key
            return key
        # Another process was first; or the one there is damaged, and opens nothing any more.
        del self._keys[owner]
        self.load(owner)
        if found := self._keys[owner]:
            return found
        self.destroy(owner)
        return self._make(owner)

    def destroy(self, *owners: str) -> None:
        """Destroys keys, and notes in the ledger that they must not come back (``store.ledger``)."""
        for id_ in self._c.scalars(_DESTROY, {"owners": list(owners)}).all():
            self._c.execute(_ERASED, {"key_hash": self._vault.hash("erased", id_)})
        self._keys.update(dict.fromkeys(owners))


def place_of(owner: str, id_: str) -> str:
    """Whose key it is, for its wrap."""
    return f"{owner} {id_}"
