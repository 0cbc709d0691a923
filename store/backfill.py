"""Tallies for cases that were there before there were any: migrations cannot open what is sealed."""

from sqlalchemy import Connection, func, select

from store import tables as t
from store.cases import CaseFile
from store.database import Database
from store.keyring import Keyring
from store.vault import Vault

_AT_ONCE = 200


async def count_older(database: Database, vault: Vault) -> int:
    """Gives every case without a tally its own; nothing is done where all have one.

    Returns:
        how many cases were looked at.
    """
    last, looked = "", 0
    while True:
        found = await database.read(lambda c, last=last: _missing(c, last))  # type: ignore[misc]
        if not found:
            return looked
        await database.write(lambda c, found=found: _count(c, vault, found))  # type: ignore[misc]
        last, looked = found[-1], looked + len(found)


def _missing(connection: Connection, after: str) -> list[str]:
    query = (
        select(t.case.c.reference)
        .outerjoin(t.tally, t.tally.c.case_reference == t.case.c.reference)
        .where(t.tally.c.case_reference.is_(None), t.case.c.reference > after)
        .order_by(t.case.c.reference)
        .limit(_AT_ONCE)
    )
    return list(connection.scalars(query))


def _count(connection: Connection, vault: Vault, references: list[str]) -> None:
    first = (
        select(t.line.c.case_reference, func.min(t.line.c.at))
        .where(t.line.c.case_reference.in_(references), t.line.c.sender == "counsellor")
        .group_by(t.line.c.case_reference)
    )
    answered = {row[0]: row[1] for row in connection.execute(first)}
    cases = CaseFile(connection, Keyring(connection, vault))
    for reference in references:
        cases.recount(reference, answered.get(reference))
