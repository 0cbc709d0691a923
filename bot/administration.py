"""Administration: what the command line reads and changes in the database."""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.settings import Settings, load_settings
from handoff.case import Status
from handoff.desk.password import hash_password
from handoff.period import Period, period_of
from handoff.port import Act, Entry, Role, User
from handoff.statistics import Counts
from store.backfill import count_older
from store.cases import CaseFile
from store.conversations import Conversations
from store.database import Connection, Database
from store.desk import StoredCases
from store.keyring import Keyring
from store.ledger import Ledger
from store.people import StoredUsers
from store.pepper import load_pepper
from store.tally import StoredStatistics
from store.trail import StoredTrail, leave_trace
from store.vault import Vault, open_vault

_EVERY = 1_000_000
COMMAND_LINE = "m3ak"
"""Who acts, in the trail, when it is done on the command line."""


@dataclass(frozen=True, slots=True)
class Office:
    """The database as administration sees it."""

    settings: Settings
    database: Database
    vault: Vault


@asynccontextmanager
async def open_office(config: Path) -> AsyncIterator[Office]:
    """The database, open while the block lasts."""
    settings = load_settings(config)
    keys = settings.privacy.keys
    vault = open_vault(keys.get_secret_value() if keys else None, settings.privacy.key_file)
    database = Database(settings.storage.url)
    try:
        await database.check()
        await database.write(lambda c: load_pepper(c, vault))
        yield Office(settings, database, vault)
    finally:
        await database.close()


async def upgrade(config: Path) -> None:
    """Brings the tables to this version."""
    database = Database(load_settings(config).storage.url)
    try:
        await database.upgrade()
    finally:
        await database.close()


async def entries(config: Path, *, open_only: bool) -> Sequence[Entry]:
    """The cases, urgent first."""
    async with open_office(config) as office:
        return await StoredCases(office.database, office.vault).entries(open_only=open_only, limit=_EVERY)


async def show_case(config: Path, reference: str) -> dict[str, Any] | None:
    """One case as a document; a sealed one is empty but for its dates, as only a supervisor may read it."""
    async with open_office(config) as office:
        case = await StoredCases(office.database, office.vault).case(reference.upper())
        if case is None:
            return None
        await StoredTrail(office.database).note(Act(datetime.now(UTC), COMMAND_LINE, "read", case.reference))
        document = case.document()
        if case.status is Status.SEALED:
            shown = ("schema", "reference", "opened_at", "status", "withdrawn_at")
            document = {key: document[key] for key in shown}
        return document


async def add_user(config: Path, name: str, role: str) -> str:
    """Adds somebody to the desk.

    Returns:
        the password of the first login.

    Raises:
        ValueError: when the name is taken.
    """
    async with open_office(config) as office:
        return await first_password(StoredUsers(office.database, office.vault), name, Role(role))


async def first_password(users: StoredUsers, name: str, role: Role) -> str:
    """Adds somebody with a password that must be changed at the first login, and returns it."""
    password = secrets.token_urlsafe(12)
    await users.add_user(User(name, role, hash_password(password), must_change=True))
    return password


async def renewed_password(users: StoredUsers, name: str) -> str:
    """A new first password for somebody who has not logged in yet."""
    password = secrets.token_urlsafe(12)
    await users.reset_password(name, hash_password(password))
    return password


async def erase_case(config: Path, reference: str) -> bool:
    """Erases a case and its transcript; whether there was one."""

    def work(c: Connection) -> bool:
        keys, told = Keyring(c, office.vault), office.settings.handoff.told
        cases, conversations = CaseFile(c, keys, told), Conversations(c, keys)
        found = cases.get(reference.upper()) is not None
        stored = conversations.of_case(reference.upper())
        conversations.erase_lines(reference.upper())
        cases.erase(reference.upper(), datetime.now(UTC))
        if found:
            leave_trace(c, datetime.now(UTC), COMMAND_LINE, "erased", reference.upper())
        if stored:
            conversations.forget(stored.id)
        return found

    async with open_office(config) as office:
        found = await office.database.write(work)
        await Ledger(office.settings.privacy.key_backups).follow(office.database)
        return found


async def statistics(config: Path, first: str, last: str, channel: str | None) -> tuple[Counts, Period]:
    """What is counted in a period.

    Raises:
        WrongPeriod: when it is none.
    """
    async with open_office(config) as office:
        zone = office.settings.helpline.hours.hours().zone
        period = period_of(first, last, datetime.now(zone).date())
        await count_older(office.database, office.vault)
        return await StoredStatistics(office.database, zone).counts(period, channel), period
