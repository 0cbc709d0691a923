"""Backup and restore: taken and put back while children write, on both databases, and from one to the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import Clock
from store.archive import BrokenArchive
from store.backup import NotEmpty, Restored, back_up, restore
from store.database import Database
from store.ledger import Ledger
from store.vault import NoKeys, open_vault
from tests.bot.house import House, house_in

CHILDREN = [f"+21260000030{n}" for n in range(3)]


@pytest.fixture
async def house(tmp_path: Path, database_url: str) -> AsyncIterator[House]:
    async with house_in(tmp_path, database_url) as house:
        yield house


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "key-backups")


@pytest.fixture
def elsewhere(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """An empty database of the same kind."""
    if database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'restored.db'}"
    name = "restored_" + tmp_path.name.replace("-", "_")[-30:]
    server = request.getfixturevalue("postgres")
    server.psql(f'CREATE DATABASE "{name}"')
    return str(server.get_uri(database=name))


async def _back_up(house: House, ledger: Ledger, file: Path) -> dict[str, int]:
    return await back_up(house.app.database, house.app.vault, ledger, file, Clock().now())


async def _restore(url: str, folder: Path, file: Path, ledger: Ledger, keys: Path | None = None) -> Restored:
    database = Database(url)
    await database.upgrade()
    try:
        return await restore(database, open_vault(None, folder / "keys"), ledger, file, keys)
    finally:
        await database.close()


@asynccontextmanager
async def _restored(url: str, folder: Path, file: Path, ledger: Ledger) -> AsyncIterator[tuple[House, Restored]]:
    done = await _restore(url, folder, file, ledger)
    async with house_in(folder, url) as house:
        yield house, done


async def test_nothing_is_lost_by_backing_up_and_restoring_while_children_write(
    house: House, ledger: Ledger, elsewhere: str, tmp_path: Path
) -> None:
    said: dict[str, list[str]] = {child: [] for child in CHILDREN}
    over = asyncio.Event()

    async def write(child: str) -> None:
        while not over.is_set():
            text = f"wa7d kayhddedni f whatsapp {child} {len(said[child])}"
            await house.app.turns.accept([house.message(text, address=child)])
            said[child].append(text)

    async def keep() -> None:
        while not all(said.values()):
            await asyncio.sleep(0.01)
        before = {child: list(texts) for child, texts in said.items()}
        try:
            await _back_up(house, ledger, tmp_path / "backup")
            async with _restored(elsewhere, tmp_path, tmp_path / "backup", ledger) as (second, done):
                lines = await second.lines()
                for texts in before.values():
                    assert set(texts) <= set(lines)
                # One moment for all: a conversation counts the lines it has, and no line is without its conversation.
                rows = await second.rows()
                for one in rows["conversation"]:
                    mine = [row.number for row in rows["line"] if row.conversation_id == one.id]
                    assert sorted(mine) == list(range(1, one.next_line))
                assert done.keys == len(rows["data_key"]) and not done.gone
                # It goes on where it stood.
                answered = await second.send(second.message("smiti Yassine w 3ndi 14 3am", address=CHILDREN[0]))
                assert answered and "failure.human" not in answered
        finally:
            over.set()

    await asyncio.gather(keep(), *map(write, CHILDREN))
    lines = await house.lines()
    assert all(text in lines for texts in said.values() for text in texts)


async def test_what_was_erased_does_not_come_back(house: House, ledger: Ledger, elsewhere: str, tmp_path: Path) -> None:
    reference = await house.opened()
    await house.send(house.message("wa7d kaysebni f tiktok planted-other", address=CHILDREN[0]))
    await house.send(house.message("wa7d kaysebni f tiktok planted-gone", address=CHILDREN[1]))
    counts = await _back_up(house, ledger, tmp_path / "backup")
    assert counts["case_"] == 1 and counts["conversation"] == 3
    await house.say("mse7")
    await house.say("ah")
    assert await house.app.cases.case(reference) is None
    house.clock.move_to(house.clock.now() + timedelta(hours=1))
    await house.send(house.message("mse7", address=CHILDREN[1]))
    await house.send(house.message("ah", address=CHILDREN[1]))
    assert await ledger.follow(house.app.database)
    assert await ledger.follow(house.app.database) == 0
    async with _restored(elsewhere, tmp_path, tmp_path / "backup", ledger) as (second, done):
        assert done.erased >= 2 and done.gone["case_"] == 1
        lines = await second.lines()
        assert any("planted-other" in line for line in lines) and not any("planted-gone" in line for line in lines)
        rows = await second.rows()
        assert not rows["case_"] and len({row.conversation_id for row in rows["line"]}) == 1
        assert reference not in str(rows)
        # What was erased is remembered there too.
        assert await Ledger(tmp_path / "other").follow(second.app.database) >= done.erased


async def test_without_the_ledger_a_key_that_is_in_no_key_backup_is_gone(
    house: House, ledger: Ledger, elsewhere: str, tmp_path: Path
) -> None:
    await house.opened()
    await _back_up(house, ledger, tmp_path / "old")
    await house.say("mse7")
    await house.say("ah")
    await _back_up(house, ledger, tmp_path / "new")
    (tmp_path / "key-backups" / "erased").unlink()
    now = Clock().now()
    assert ledger.forget(now - timedelta(days=14)) == 0
    old, new = ledger.backups()
    assert ledger.forget(now + timedelta(days=14)) == 2 and not ledger.backups()
    assert not old.exists() and not new.exists()
    with pytest.raises(BrokenArchive, match="key backup"):
        await _restore(elsewhere, tmp_path, tmp_path / "old", ledger)
    await _back_up(house, ledger, tmp_path / "newest")
    (tmp_path / "key-backups" / "erased").unlink()
    async with _restored(elsewhere, tmp_path, tmp_path / "old", ledger) as (second, done):
        assert done.gone["case_"] == 1 and done.erased == 0
        assert await second.lines() == []


async def test_what_waited_to_be_sent_is_shown_and_not_sent_again(
    house: House, ledger: Ledger, elsewhere: str, tmp_path: Path
) -> None:
    reference = await house.queued()
    assert await house.app.relay.take(reference, "salma") is None
    await house.read()
    assert await house.app.relay.say(reference, "salma", "Salam", "key") is None
    await _back_up(house, ledger, tmp_path / "backup")
    async with _restored(elsewhere, tmp_path, tmp_path / "backup", ledger) as (second, _):
        assert await second.read() == []
        case = await second.app.cases.case(reference)
        assert case and case.transcript[-1].undelivered == "uncertain"
        # The numbers that the database gives go on after those that came back.
        assert await second.app.relay.say(reference, "salma", "Salam", "other key") is None


async def test_a_backup_is_restored_by_those_who_may_alone(house: House, ledger: Ledger, tmp_path: Path) -> None:
    await house.say("wa7d kaysebni f tiktok planted-words")
    file = tmp_path / "backup"
    await _back_up(house, ledger, file)
    (keys,) = ledger.backups()
    for path in (file, keys):
        assert path.stat().st_mode & 0o077 == 0
    assert b"planted" not in file.read_bytes() and b"terminal" not in file.read_bytes()
    with pytest.raises(NotEmpty, match=r"storage\.url"):
        await restore(house.app.database, house.app.vault, ledger, file)
    url = f"sqlite:///{tmp_path / 'restored.db'}"
    (tmp_path / "stranger").mkdir()
    with pytest.raises(NoKeys, match="main key"):
        await _restore(url, tmp_path / "stranger", file, ledger)
    whole = file.read_bytes()
    for spoilt in (whole[:-40], whole[:200], whole[:-9] + bytes(9), b"x" + whole, whole + b"x"):
        file.write_bytes(spoilt)
        with pytest.raises(BrokenArchive):
            await _restore(url, tmp_path, file, ledger)
    file.write_bytes(whole)
    assert (await _restore(url, tmp_path, file, ledger)).rows["conversation"] == 1


async def test_a_helpline_moves_from_sqlite_to_postgresql_by_it(
    tmp_path: Path, ledger: Ledger, request: pytest.FixtureRequest
) -> None:
    server: Any = request.getfixturevalue("postgres")
    server.psql("CREATE DATABASE moved")
    async with house_in(tmp_path, f"sqlite:///{tmp_path / 'm3ak.db'}") as house:
        reference = await house.queued()
        await _back_up(house, ledger, tmp_path / "backup")
        before = await house.app.cases.case(reference)
    url = str(server.get_uri(database="moved"))
    async with _restored(url, tmp_path, tmp_path / "backup", ledger) as (second, _):
        assert await second.app.cases.case(reference) == before
        assert await second.app.relay.take(reference, "salma") is None


async def test_no_number_is_told_twice_after_a_restore(
    house: House, ledger: Ledger, elsewhere: str, tmp_path: Path
) -> None:
    reference = await house.opened()
    await house.app.database.write(lambda c: c.exec_driver_sql("UPDATE case_ SET told = 2"))
    await _back_up(house, ledger, tmp_path / "backup")
    async with _restored(elsewhere, tmp_path, tmp_path / "backup", ledger) as (again, _):
        (row,) = (await again.rows())["case_"]
        assert (row.reference, row.told) == (reference, 1_002)
