"""Custody: backups, restoring and retention, as the command line asks for them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.administration import open_office
from bot.outcome import Transaction
from bot.retention import Retention
from bot.settings import load_settings
from store.backup import Restored, back_up, restore
from store.database import Database
from store.ledger import Ledger
from store.vault import open_vault


async def back_up_into(config: Path, file: Path) -> dict[str, int]:
    """Backs up the database, and the data keys apart from it; how many rows of each table."""
    async with open_office(config) as office:
        privacy, now = office.settings.privacy, datetime.now(UTC)
        ledger = Ledger(privacy.key_backups)
        counts = await back_up(office.database, office.vault, ledger, file, now)
        ledger.forget(now - timedelta(days=privacy.key_backup_days))
        return counts


async def restore_from(config: Path, file: Path, keys: Path | None) -> Restored:
    """Restores a backup into the database that the settings name, which must be empty."""
    settings = load_settings(config)
    privacy, database = settings.privacy, Database(settings.storage.url)
    vault = open_vault(privacy.keys.get_secret_value() if privacy.keys else None, privacy.key_file)
    try:
        await database.upgrade()
        return await restore(database, vault, Ledger(privacy.key_backups), file, keys)
    finally:
        await database.close()


async def retain(config: Path, *, dry_run: bool) -> dict[str, int]:
    """Erases what is over, or only counts it; how many of each kind."""
    async with open_office(config) as office:
        settings = office.settings
        retention = Retention(
            office.database,
            office.vault,
            lambda c: Transaction.of(c, office.vault, settings.handoff.told),
            lambda: datetime.now(UTC),
            settings.helpline.hours.hours().zone,
            settings.privacy,
            Ledger(settings.privacy.key_backups),
        )
        return await (retention.count() if dry_run else retention.run())
