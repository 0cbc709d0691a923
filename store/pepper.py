"""The pepper: the secret of the keyed hashes, made once and kept sealed in the database."""

from sqlalchemy import Connection, select

from store import tables as t
from store.database import insert_new
from store.vault import Vault

_NAME = "pepper"


def load_pepper(connection: Connection, vault: Vault) -> None:
    """Gives the vault the pepper of this database, made on the first start."""
    query = select(t.secret.c.value_sealed).where(t.secret.c.name == _NAME)
    stored = connection.scalar(query)
    if stored is None:
        insert_new(connection, t.secret, {"name": _NAME, "value_sealed": vault.pepper(None)})
        # Another process may have been first: what is stored counts.
        stored = connection.scalar(query)
    vault.pepper(stored)
