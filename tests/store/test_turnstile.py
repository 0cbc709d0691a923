"""Two programs that write to one SQLite file: each gets its turn, however busy the other is."""

import asyncio
import time
from pathlib import Path

from sqlalchemy import Connection, text

from store.database import Database

_BUSY = 0.005


async def test_who_waits_for_a_busy_file_goes_in_next(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/m3ak.db"
    busy, other = Database(url), Database(url)
    await busy.write(lambda c: c.execute(text("CREATE TABLE said (who TEXT)")))
    ended = False

    def work(c: Connection) -> None:
        c.execute(text("INSERT INTO said VALUES ('busy')"))
        time.sleep(_BUSY)

    async def keep_busy() -> None:
        while not ended:
            await busy.write(work)

    tasks = [asyncio.create_task(keep_busy()) for _ in range(8)]
    await asyncio.sleep(10 * _BUSY)
    between = []
    for _ in range(10):
        before = await other.read(lambda c: c.scalar(text("SELECT count(*) FROM said")) or 0)
        await other.write(lambda c: c.execute(text("INSERT INTO said VALUES ('other')")))
        between.append((await other.read(lambda c: c.scalar(text("SELECT max(rowid) FROM said")) or 0)) - before)
    ended = True
    await asyncio.gather(*tasks)
    for database in (busy, other):
        await database.close()
    # Eight wait at the busy program and share a commit: what was begun, and the next, pass before and after.
    assert sorted(between)[5] <= 4 * 8, between


async def test_without_a_turnstile_the_file_is_written_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "m3ak.db-turn").mkdir()
    database = Database(f"sqlite:///{tmp_path}/m3ak.db")
    await database.write(lambda c: c.execute(text("CREATE TABLE said (who TEXT)")))
    await database.write(lambda c: c.execute(text("INSERT INTO said VALUES ('one')")))
    assert await database.read(lambda c: c.scalar(text("SELECT count(*) FROM said"))) == 1
    await database.close()
