"""``m3ak doctor``: what is well with a deployment, and what to mend before children write to it."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from bot.finding import Finding, mend, note, ok
from bot.platform import platform_findings
from bot.secrecy import LONG_ENOUGH, weak_secret
from bot.settings import HoursSettings, PrivacySettings, Settings, load_settings
from dialogs.flow import BrokenFlow, load_flows
from dialogs.messages import BrokenCatalogue, load_messages
from handoff.desk.words import load_words
from handoff.port import Role
from nlu.model import Model, ModelMissing
from store.database import Database, Unreachable
from store.health import health, present
from store.people import StoredUsers
from store.vault import NoKeys, Vault, open_vault

_UNTOLD = 86_400.0
"""Seconds after which what nobody has taken must be seen to."""
_APART = 60.0
"""Seconds by which our clock may differ from the database's."""


async def examine(config: Path) -> AsyncIterator[Finding]:
    """Looks at everything that a deployment needs.

    Args:
        config: the configuration file.

    Raises:
        WrongSettings: when the settings cannot be read; nothing else can be looked at then.
    """
    settings = load_settings(config)
    yield ok(f"settings: {config} is read")
    vault = None
    try:
        keys = settings.privacy.keys
        vault = open_vault(keys.get_secret_value() if keys else None, settings.privacy.key_file)
        yield ok("keys: there are keys to seal with")
    except NoKeys as error:
        yield mend(f"keys: {error}")
    for finding in (*_key_file(settings.privacy), *_secrets(settings)):
        yield finding
    async for finding in _database(settings, vault):
        yield finding
    yield _model(settings)
    for finding in (_texts(settings), _hours(settings.helpline.hours)):
        yield finding
    async for finding in platform_findings(settings):
        yield finding


def _key_file(privacy: PrivacySettings) -> Iterator[Finding]:
    if privacy.keys or not privacy.key_file.exists():
        return
    if privacy.key_file.stat().st_mode & 0o077:
        yield mend(f"key file: others may read it; run: chmod 600 {privacy.key_file}")
    else:
        yield ok("key file: its owner alone may read it; keep a copy of it apart from the backups")


def _secrets(settings: Settings) -> Iterator[Finding]:
    telegram, whatsapp = settings.channels.telegram, settings.channels.whatsapp
    chosen: dict[str, SecretStr | None] = {
        "TELEGRAM__SECRET": telegram.secret, "WHATSAPP__VERIFY_TOKEN": whatsapp.verify_token,
    }  # fmt: skip
    short = [name for name, secret in chosen.items() if secret and len(secret.get_secret_value()) < LONG_ENOUGH]
    for name in short:
        yield note(f"secrets: M3AK_CHANNELS__{name} is short; {LONG_ENOUGH} random letters and digits are safe")


async def _database(settings: Settings, vault: Vault | None) -> AsyncIterator[Finding]:
    database = None
    try:
        database = Database(settings.storage.url)
        await database.check()
        yield ok("database: it answers and has this version's tables")
        if not database.embedded:
            theirs = await database.read(present)
            if (apart := abs((datetime.now(UTC) - theirs).total_seconds())) > _APART:
                yield mend(f"clock: it differs from the database's by {apart:.0f} s; run NTP on both machines")
            password = str(database.url.password or "")
            if password and weak_secret(password):
                yield mend("database: its password is one that anybody guesses; choose a long random one")
        for finding in _untold((await database.read(lambda c: health(c, datetime.now(UTC)))).hooks):
            yield finding
        if vault:
            people = await StoredUsers(database, vault).users()
            if any(user.active and user.role is Role.SUPERVISOR for user in people):
                yield ok("desk: there is a supervisor")
            else:
                yield note("desk: nobody supervises it; run: m3ak user add NAME --role supervisor")
    except Unreachable as error:
        yield mend(f"database: {error}")
    finally:
        if database:
            await database.close()


def _untold(hooks: Mapping[str, tuple[int, float]]) -> Iterator[Finding]:
    """Whether other systems and counsellors' mailboxes hear of what happens."""
    cures = {
        "webhook": "see that handoff.webhook.url is right and its receiver answers 2xx (docs/WEBHOOK.md)",
        "mail": "see that the settings handoff.mail are right and the mail server answers",
    }
    for channel, cure in cures.items():
        count, age = hooks[channel]
        if age > _UNTOLD:
            yield mend(f"{channel}: {count} wait to be told, the first for {age / 3600:.0f} hours;"
                       f" nothing is lost; {cure}")  # fmt: skip


def _model(settings: Settings) -> Finding:
    try:
        Model.load(settings.nlu.model)
    except ModelMissing as error:
        return mend(f"model: {error}")
    return ok("model: it is trained")


def _texts(settings: Settings) -> Finding:
    try:
        load_flows(load_messages(settings.constants()))
        load_words(settings.helpline.hours.hours().zone)
    except (BrokenCatalogue, BrokenFlow, ValueError) as error:
        return mend(f"catalogues: {error}")
    return ok("catalogues: every sentence is there in every language, and every flow can be run")


def _hours(settings: HoursSettings) -> Finding:
    hours, now = settings.hours(), datetime.now(UTC)
    if settings.opens >= settings.closes or not settings.days:
        return mend("hours: by config.yml no counsellor is ever there; check helpline.hours")
    if hours.open(now):
        return ok("hours: counsellors are there now, by config.yml")
    opening = hours.opening(now)
    if opening is None:
        return mend("hours: by config.yml no counsellor is ever there; check helpline.hours")
    return ok(f"hours: closed now, weekends and holidays reckoned; counsellors are back {opening:%Y-%m-%d %H:%M}")
