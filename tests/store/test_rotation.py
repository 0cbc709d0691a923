"""Changing the main keys: while the helpline serves, interrupted, and with a key that is missing."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from store import tables as t
from store.database import Database
from store.key_file import add_key, read_keys, write_keys
from store.pepper import load_pepper
from store.rotation import Rotation
from store.vault import NoKeys, Vault, open_vault
from tests.bot.house import House, house_in


@pytest.fixture
async def house(tmp_path: Path, database_url: str) -> AsyncIterator[House]:
    async with house_in(tmp_path, database_url) as house:
        yield house


async def _beside(house: House, folder: Path) -> tuple[Database, Vault]:
    """Another process on the same database, that reads the same key file."""
    database, vault = Database(house.app.settings.storage.url), open_vault(None, folder / "keys")
    await database.read(lambda c: load_pepper(c, vault))
    return database, vault


async def test_the_main_key_is_changed_while_children_write_and_nothing_is_lost(house: House, tmp_path: Path) -> None:
    children = [f"+21260000010{n}" for n in range(4)]
    said: dict[str, list[str]] = {child: [] for child in children}
    rotated = asyncio.Event()

    async def write(child: str) -> None:
        number = 0
        while not rotated.is_set() or number < 3:
            text = f"wa7d kayhddedni f whatsapp {child} {number}"
            await house.app.turns.accept([house.message(text, address=child)])
            said[child].append(text)
            number += 1

    async def rotate() -> None:
        database, vault = await _beside(house, tmp_path)
        try:
            for _ in range(2):
                add_key(tmp_path / "keys")
                vault.refresh()
                await Rotation(database, vault).run()
                while (await Rotation(database, vault).run()).any:
                    await asyncio.sleep(0)
        finally:
            rotated.set()
            await database.close()

    await asyncio.gather(*map(write, children), rotate())
    # What was wrapped with the key before while the rotation ran is found by running it again.
    await Rotation(house.app.database, house.app.vault).run()
    keys = read_keys(None, tmp_path / "keys")
    assert len(keys) == 3
    write_keys(tmp_path / "keys", keys[:1])
    database, vault = await _beside(house, tmp_path)
    await database.close()
    assert len(vault.names) == 1
    lines = await house.lines()
    assert len(vault.names) == 1 and all(text in lines for texts in said.values() for text in texts)
    assert all(len(texts) >= 3 for texts in said.values())
    for child in children:
        assert (await house.state(child)).story
    assert not await Rotation(house.app.database, vault).pending()


async def test_a_rotation_that_was_interrupted_goes_on(house: House, tmp_path: Path) -> None:
    for n in range(3):
        await house.send(house.message("salam", address=f"+21260000020{n}"))
    vault, rotation = house.app.vault, Rotation(house.app.database, house.app.vault)
    assert not await rotation.pending()
    add_key(tmp_path / "keys")
    vault.refresh()
    assert await rotation.pending()
    # One of them was renewed before the machine stopped.
    (row, *_) = (await house.rows())["data_key"]
    from store.keyring import place_of

    key = vault.unwrap(row.main, row.key_sealed, place_of(row.owner, row.id))
    assert key
    main, wrap = vault.wrap(key, place_of(row.owner, row.id))
    change = t.data_key.update().where(t.data_key.c.owner == row.owner).values(main=main, key_sealed=wrap)
    await house.app.database.write(lambda c: c.execute(change))
    done = await rotation.run()
    assert (done.keys, done.house, done.left) == (2, 1, 0)
    assert not (await rotation.run()).any
    assert await rotation.counts() == {vault.names[0]: 3}


async def test_content_that_a_main_key_sealed_is_sealed_anew(house: House) -> None:
    await house.opened()
    before = await house.lines()
    state = await house.state()

    def age(c: Any) -> None:
        """As the version before left it."""
        from store.keyring import Keyring
        from store.sealed import SEALED

        keys = Keyring(c, house.app.vault)
        for one in SEALED:
            for row in c.execute(one.rows()).all():
                assert one.put(c, row, house.app.vault.seal(keys.open(row.owner, row.sealed)))
        c.execute(t.data_key.delete())

    await house.app.database.write(age)
    assert await house.lines() == before and await house.state() == state
    done = await Rotation(house.app.database, house.app.vault).run()
    assert done.content >= len(before) + 3 and done.left == 0
    assert all(row.text_sealed[:1] == b"\x01" for row in (await house.rows())["line"])
    assert await house.lines() == before and await house.state() == state


async def test_a_missing_main_key_stops_it_and_loses_nothing(house: House, tmp_path: Path) -> None:
    await house.say("wa7d kaysebni f tiktok")
    keys = read_keys(None, tmp_path / "keys")
    add_key(tmp_path / "keys")
    house.app.vault.refresh()
    write_keys(tmp_path / "keys", read_keys(None, tmp_path / "keys")[:1])
    house.app.vault.refresh()
    with pytest.raises(NoKeys, match="main key"):
        await Rotation(house.app.database, house.app.vault).run()
    write_keys(tmp_path / "keys", [*read_keys(None, tmp_path / "keys"), *keys])
    await Rotation(house.app.database, house.app.vault).run()
    assert (await house.state()).story
