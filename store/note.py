"""Notes: what a transaction tells the processes once it is committed (PostgreSQL's NOTIFY, within SQLite's process)."""

from sqlalchemy import Connection

OUTBOX = "outbox"
"""Something waits to be sent."""

HOOK = "hook"
"""Something waits to be told to other systems or by mail."""

CASE = "case "
"""Before a reference: this case changed."""

ALARM = "alarm "
"""Before a reference: every desk must look at this case now."""

_KEY = "m3ak_notes"


def note(connection: Connection, text: str) -> None:
    """Leaves a note, told after the commit or never: ``outbox``, ``hook``, ``case …``, ``alarm …`` or ``phone …``.

    Args:
        connection: the transaction.
        text: at most 7,900 bytes, and nothing that must not be read on the way.
    """
    connection.info.setdefault(_KEY, set()).add(text)


def take_notes(connection: Connection) -> set[str]:
    """The notes of this transaction so far, taken away."""
    notes: set[str] = connection.info.pop(_KEY, set())
    return notes
