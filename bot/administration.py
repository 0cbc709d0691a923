"""Administration: what the command line reads and changes in the database."""

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
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
from store.database import Connection, Database, Unreachable
from store.desk import StoredCases
from store.health import health
from store.keyring import Keyring
from store.people import StoredUsers
from store.pepper import load_pepper
from store.tally import StoredStatistics
from store.trail import StoredTrail, leave_trace
from store.vault import NoKeys, Vault, open_vault

_EVERY = 1_000_000
_UNTOLD = 86_400.0
"""Seconds after which what nobody has taken must be seen to."""
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
        return await office.database.write(work)


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


def _untold(hooks: Mapping[str, tuple[int, float]]) -> list[tuple[bool, str]]:
    """Whether other systems and counsellors' mailboxes hear of what happens."""
    cures = {
        "webhook": "see that handoff.webhook.url is right and its receiver answers 2xx (docs/WEBHOOK.md)",
        "mail": "see that the settings handoff.mail are right and the mail server answers",
    }
    return [
        (False, f"{channel}: {hooks[channel][0]} wait to be told, the first for {hooks[channel][1] / 3600:.0f} hours;"
                f" nothing is lost; {cure}")
        for channel, cure in cures.items()
        if hooks[channel][1] > _UNTOLD
    ]  # fmt: skip


async def check(config: Path) -> list[tuple[bool, str]]:
    """What ``m3ak doctor`` finds: whether each thing is well, and what to mend."""
    settings = load_settings(config)
    findings = [(True, f"settings: {config} is read")]
    keys = settings.privacy.keys
    try:
        open_vault(keys.get_secret_value() if keys else None, settings.privacy.key_file)
        findings.append((True, "keys: there are keys to seal with"))
    except NoKeys as error:
        findings.append((False, f"keys: {error}"))
    if not keys and settings.privacy.key_file.exists():
        private = settings.privacy.key_file.stat().st_mode & 0o077 == 0
        findings.append((private, f"key file: only its owner may read it; run chmod 600 {settings.privacy.key_file}"))
    database = None
    try:
        database = Database(settings.storage.url)
        await database.check()
        findings.append((True, "database: it answers and has this version's tables"))
        findings += _untold((await database.read(lambda c: health(c, datetime.now(UTC)))).hooks)
    except Unreachable as error:
        findings.append((False, f"database: {error}"))
    finally:
        if database:
            await database.close()
    model = settings.nlu.model.exists()
    findings.append((model, "model: it is trained" if model else "model: run m3ak train"))
    channels = [
        name
        for name, token in (
            ("Telegram", settings.channels.telegram.token),
            ("WhatsApp", settings.channels.whatsapp.token),
        )
        if token
    ]
    findings.append((True, f"channels: {', '.join(channels) or 'none but the simulator; set a token to add one'}"))
    return findings
