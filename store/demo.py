"""The mark of a training database: everything in it is invented."""

from sqlalchemy import Connection, select

from store import tables as t
from store.database import insert_new
from store.vault import Vault

_NAME = "demo"


def mark_demo(connection: Connection, vault: Vault) -> None:
    """Marks a database as one of invented cases; the mark cannot be taken off."""
    insert_new(connection, t.secret, {"name": _NAME, "value_sealed": vault.seal(_NAME)})


def is_demo(connection: Connection) -> bool:
    """Whether a database is marked so."""
    return connection.scalar(select(t.secret.c.name).where(t.secret.c.name == _NAME)) is not None


def in_use(connection: Connection) -> bool:
    """Whether anybody has written to the helpline of this database."""
    return connection.scalar(select(t.conversation.c.id).limit(1)) is not None or (
        connection.scalar(select(t.case.c.reference).limit(1)) is not None
    )
