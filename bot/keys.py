"""``m3ak keys``: the main keys, how to change them and how to keep them."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.config_option import CONFIG

if TYPE_CHECKING:
    from bot.administration import Office
    from store.rotation import Renewed

_PAUSE = 1.0
"""Seconds after which the rotation looks again for what a process wrapped with the key before."""


@click.group()
def keys() -> None:
    """The main keys: where they are, changing them, keeping them.

    Every case and every conversation is sealed with a data key of its own, in the table data_key. The main keys wrap
    the data keys. They are never in the database: they come from M3AK_PRIVACY__KEYS (joined by commas, the newest
    first) or, where that is not set, from the file privacy.key_file (one a line, the newest first, read by its owner
    alone).

    Keep a copy of the main keys away from this machine and away from the backups, on paper or in a password safe:
    without them neither the database nor a backup can be read, by anybody.

    The data keys are backed up apart from the database, into the folder privacy.key_backups, and those backups are
    deleted after privacy.key_backup_days (14). Never keep them longer elsewhere: what was erased is out of reach
    when the last copy of its key is gone.
    """


@keys.command("list")
@CONFIG
def list_(config: Path) -> None:
    """The main keys by name, and how many data keys each wraps."""
    from store.rotation import Rotation

    async def work(place: "Office") -> tuple[list[str], dict[str, int]]:
        return place.vault.names, await Rotation(place.database, place.vault).counts()

    names, counts = _in(config, work)
    for name in names:
        click.echo(f"{name}  {counts.get(name, 0)} data keys{'  newest' if name == names[0] else ''}")
    if missing := sorted(set(counts) - set(names)):
        raise click.ClickException(f"Main keys are missing: {', '.join(missing)}. Put them back behind the others.")


@keys.command()
@CONFIG
def rotate(config: Path) -> None:
    """Puts everything under a new main key, while the helpline serves.

    With a key file a new key is written in front of the others, and every process on this machine notices. With
    M3AK_PRIVACY__KEYS: put the new key behind the old one, restart all processes; put it in front, restart them
    again; then run this. What was interrupted goes on when it is run again.
    """
    from store.key_file import add_key
    from store.rotation import Rotation

    async def work(place: "Office") -> "Renewed":
        rotation, privacy = Rotation(place.database, place.vault), place.settings.privacy
        if not privacy.keys and not (len(place.vault.names) > 1 and await rotation.pending()):
            add_key(privacy.key_file)
            place.vault.refresh()
        done = await rotation.run()
        while True:
            await asyncio.sleep(_PAUSE)
            again = await rotation.run()
            done.keys, done.house = done.keys + again.keys, done.house + again.house
            if not again.any:
                return done

    done = _in(config, work)
    click.echo(f"Under the newest main key now: {done.keys} data keys, {done.house} other values;"
               f" {done.content} rows sealed anew.")  # fmt: skip
    if done.left:
        click.echo(f"{done.left} rows are opened by no key; they are damaged or their key was removed.", err=True)
    click.echo("The database needs the older keys no more; backups that were made before this still do. When those"
               " are gone: m3ak keys drop", err=True)  # fmt: skip


@keys.command()
@CONFIG
def drop(config: Path) -> None:
    """Removes the older main keys from the key file, when the database needs them no more."""

    from bot.settings import load_settings
    from store.key_file import read_keys, write_keys
    from store.rotation import Rotation

    async def work(place: "Office") -> bool:
        return await Rotation(place.database, place.vault).pending()

    privacy = load_settings(config).privacy
    if privacy.keys:
        raise click.ClickException("The keys come from M3AK_PRIVACY__KEYS: remove the older ones there.")
    if _in(config, work):
        raise click.ClickException("The older keys are still needed; run m3ak keys rotate first.")
    found = read_keys(None, privacy.key_file)
    write_keys(privacy.key_file, found[:1])
    click.echo(f"{len(found) - 1} older keys are removed.")


def _in(config: Path, work: Any) -> Any:
    from bot.administration import open_office

    async def run() -> Any:
        async with open_office(config) as place:
            return await work(place)

    done: Coroutine[Any, Any, Any] = run()
    return asyncio.run(done)
