"""Backup and restore: the database in one snapshot and one encrypted file; from SQLite to PostgreSQL as well.

The data keys are not in it: they lie apart (``ledger.py``). A restore puts both together, leaves out the keys that
were destroyed since, and erases what no key opens any more, before anything is served.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, text, tuple_, update

from store import tables as t
from store.archive import BrokenArchive, read_archive, read_header, write_archive
from store.database import Database, newest_tables
from store.keyring import Keyring
from store.ledger import Ledger
from store.pepper import load_pepper
from store.sealed import SEALED, Sealed
from store.vault import NoKeys, Vault

LEFT_OUT = (t.data_key, t.session, t.attempt, t.invitation, t.pace)
"""Tables that are in no backup: the keys lie apart, and the others are of the moment."""
_FIRST = (t.quick_reply,)
"""Tables that a new database has filled itself."""
_AT_ONCE = 500
_TOLD_SINCE = 1_000
"""More events than one case can have had since its backup."""
_TABLES = {table.name: table for table in t.metadata.sorted_tables if table not in LEFT_OUT}


class NotEmpty(Exception):
    """The database holds something already. The message names the cure."""


@dataclass(slots=True)
class Restored:
    """What a restore did.

    Args:
        made: when the backup was made.
        rows: how many rows of each table were read.
        keys: data keys that were put back.
        erased: data keys that the ledger left out.
        gone: rows that were erased because no key opens them, by table.
    """

    made: datetime
    rows: dict[str, int] = field(default_factory=dict)
    keys: int = 0
    erased: int = 0
    gone: dict[str, int] = field(default_factory=dict)


async def back_up(database: Database, vault: Vault, ledger: Ledger, path: Path, now: datetime) -> dict[str, int]:
    """Backs up the database and, apart from it, the data keys; both as they were at one moment.

    Returns:
        how many rows of each table.

    Raises:
        OSError: when a file cannot be written.
    """

    def work(c: Connection) -> dict[str, int]:
        if c.dialect.name == "postgresql":
            c.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        ledger.back_up(c, vault, now)
        return write_archive(path, vault, newest_tables(), now, _pieces(c))

    counts = await database.read(work)
    await ledger.follow(database)
    return counts


def _pieces(c: Connection) -> Iterator[tuple[Table, Sequence[Any]]]:
    for table in _TABLES.values():
        rows = c.execute(select(table).execution_options(yield_per=_AT_ONCE))
        for part in rows.partitions():
            yield table, part


async def restore(
    database: Database, vault: Vault, ledger: Ledger, path: Path, keys: Path | None = None
) -> Restored:  # fmt: skip
    """Puts a backup into an empty database, all of it or nothing.

    Args:
        database: a new one, with its tables.
        vault: the main keys.
        ledger: the folder of the key backups.
        path: the backup.
        keys: a key backup; the newest of the folder when None.

    Raises:
        BrokenArchive, NoKeys, NotEmpty, OSError: each in one sentence with the cure.
    """
    header = read_header(path)
    if header.tables != newest_tables():
        raise BrokenArchive(f"{path} was made by a version with other tables ({header.tables}): restore it with that"
                            " version, then run m3ak db upgrade with this one.")  # fmt: skip
    if keys is None and not (backups := ledger.backups()):
        raise BrokenArchive("There is no key backup in the folder privacy.key_backups; copy it there, or name one"
                            " with --keys: without it the backup cannot be read.")  # fmt: skip
    work = partial(_restore, vault, ledger, path, keys or backups[-1], Restored(header.made))
    return await database.write(work)


def _restore(vault: Vault, ledger: Ledger, path: Path, keys: Path, done: Restored, c: Connection) -> Restored:
    for table in t.metadata.sorted_tables:
        if table not in _FIRST and c.execute(select(table).limit(1)).first():
            raise NotEmpty("The database holds something already; set storage.url to a new one, restore into that,"
                           " and put it in the place of the old one.")  # fmt: skip
    for table in _FIRST:
        c.execute(delete(table))
    for table, rows in read_archive(path, vault, _TABLES):
        c.execute(insert(table), rows)
        done.rows[table.name] = done.rows.get(table.name, 0) + len(rows)
    load_pepper(c, vault)
    erased = ledger.hashes()
    for table, rows in read_archive(keys, vault, {t.data_key.name: t.data_key}):
        kept = [row for row in rows if vault.hash("erased", row["id"]) not in erased]
        done.keys, done.erased = done.keys + len(kept), done.erased + len(rows) - len(kept)
        if kept:
            c.execute(insert(table), kept)
    known = set(c.scalars(select(t.erased.c.key_hash)))
    for digest in erased - known:
        c.execute(insert(t.erased).values(key_hash=digest, at=datetime.now(UTC)))
    for one in SEALED:
        _sweep(c, vault, one, done)
    _settle(c)
    return done


def _sweep(c: Connection, vault: Vault, one: Sealed, done: Restored) -> None:
    """Erases what no key opens: it was erased after the backup was made."""
    places, last = list(one.table.primary_key), None
    while True:
        query = one.rows().order_by(*places).limit(_AT_ONCE)
        rows = c.execute(query.where(tuple_(*places) > last) if last else query).all()
        ring = Keyring(c, vault)
        ring.load(*{row.owner for row in rows})
        for row in rows:
            try:
                ring.open(row.owner, row.sealed)
            except NoKeys:
                _erase(c, one, row)
                done.gone[one.table.name] = done.gone.get(one.table.name, 0) + 1
        if len(rows) < _AT_ONCE:
            return
        last = tuple(rows[-1][: len(places)])


def _erase(c: Connection, one: Sealed, row: Any) -> None:
    if one.column.nullable:
        c.execute(update(one.table).where(one.place(row)).values({one.column.name: None}))
    else:
        c.execute(delete(one.table).where(one.place(row)))


def _settle(c: Connection) -> None:
    """Ends what belonged to what is gone, and what was on its way."""
    conversations, cases = select(t.conversation.c.id), select(t.case.c.reference)
    line, timer = t.line.c, t.timer.c
    c.execute(delete(t.line).where(line.case_reference.is_not(None), line.case_reference.not_in(cases)))
    c.execute(delete(t.reply).where(t.reply.c.case_reference.not_in(cases)))
    c.execute(delete(t.timer).where(timer.conversation_id != "", timer.conversation_id.not_in(conversations),
                                    timer.case_reference.not_in(cases)))  # fmt: skip
    c.execute(delete(t.data_key).where(t.data_key.c.owner.not_in(conversations), t.data_key.c.owner.not_in(cases)))
    # What was waiting then has most likely gone out since: it is shown as uncertain, and never sent again.
    sent = select(t.outbox.c.conversation_id, t.outbox.c.number)
    uncertain = tuple_(line.conversation_id, line.number).in_(sent)
    c.execute(update(t.line).where(uncertain).values(undelivered="uncertain"))
    c.execute(delete(t.outbox))
    c.execute(delete(t.timer).where(timer.name == "remind"))
    # Others may have been told more since; a number that comes twice would be taken for a repeat.
    c.execute(update(t.case).where(t.case.c.told > 0).values(told=t.case.c.told + _TOLD_SINCE))
    if c.dialect.name == "postgresql":
        for table in _TABLES.values():
            if (number := table.autoincrement_column) is not None:
                sequence = func.pg_get_serial_sequence(table.name, number.name)
                most = select(func.coalesce(func.max(number), 0) + 1).scalar_subquery()
                c.execute(select(func.setval(sequence, most, False)))
