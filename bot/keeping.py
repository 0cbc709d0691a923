"""``m3ak backup``, ``m3ak restore``, ``m3ak retention`` and ``m3ak access``."""

import asyncio
from pathlib import Path

import click

from bot.config_option import CONFIG


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@CONFIG
def backup(file: Path, config: Path) -> None:
    """Backs up the database into FILE, encrypted, while the helpline serves.

    The data keys go into the folder privacy.key_backups, apart from FILE; those older than privacy.key_backup_days
    are deleted. To read a backup takes FILE, a key backup and the main keys (m3ak keys): keep the three in different
    places.
    """
    from bot.custody import back_up_into

    counts = asyncio.run(back_up_into(config, file))
    click.echo(f"{sum(counts.values())} rows of {len(counts)} tables are in {file}.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--keys", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="A key backup; the newest in privacy.key_backups otherwise.")  # fmt: skip
@CONFIG
def restore(file: Path, keys: Path | None, config: Path) -> None:
    """Restores FILE into an empty database: the one that storage.url names.

    What was erased after the backup was made does not come back: keys that the ledger names are left out, and what no
    key opens is erased. What was waiting to be sent then is shown as uncertain and not sent again.
    """
    from bot.custody import restore_from

    done = asyncio.run(restore_from(config, file, keys))
    click.echo(f"Restored as of {done.made:%Y-%m-%d %H:%M} UTC: {sum(done.rows.values())} rows, {done.keys} data keys.")
    gone = ", ".join(f"{table.strip('_')} {count}" for table, count in sorted(done.gone.items()))
    click.echo(f"Erased since, and left out: {done.erased} data keys; {gone or 'no rows'}.")


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count what is over, by kind.")
@CONFIG
def retention(dry_run: bool, config: Path) -> None:
    """Erases what has been kept for as long as privacy.* says; the helpline does it each night by itself.

    A case that a supervisor holds back stays until the hold is ended. The key backups that are too old go with it.
    """
    from bot.custody import retain

    for kind, count in asyncio.run(retain(config, dry_run=dry_run)).items():
        click.echo(f"{kind}: {count}")


@click.command()
@click.argument("reference")
@click.option("--lang", type=click.Choice(["fr", "ar"]), default="fr", show_default=True)
@CONFIG
def access(reference: str, lang: str, config: Path) -> None:
    """Writes all that is kept of a case, for its child's request under the law 09-08.

    In the chat the child asks "what do you know about me?" itself. Make sure that it is the child who asks: whoever
    knows a reference is not yet the child. To correct: the desk. To erase: m3ak erase REFERENCE.
    """
    from bot.access import sheet

    found = asyncio.run(sheet(config, reference, lang))
    if found is None:
        raise click.ClickException(f"There is no case {reference}; m3ak case list --all shows those there are.")
    click.echo(found)
