"""Counting a hundred thousand cases, on both databases: ``python -m tests.bench.statistics``.

The tallies are those that the statistics' tests invent; the page is drawn from them as the desk draws it.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert

from handoff.period import Period
from handoff.tally import Tally
from store import tables as t
from store.database import Database
from store.tally import StoredStatistics
from tests.conftest import postgres_in
from tests.desk.figures import invented

_BATCH = 5_000
_ROUNDS = 7
_NOW = datetime(2026, 11, 23, tzinfo=UTC)
_YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
_ZONE = ZoneInfo("Africa/Casablanca")


async def grow(database: Database, start: int, tallies: Sequence[tuple[Tally, str | None]]) -> None:
    """Stores cases with their tallies; the sealed content is as long as a usual one's."""

    def work(c: Connection, first: int) -> None:
        some = list(enumerate(tallies[first : first + _BATCH], start + first))
        cases = [
            {"reference": f"{n:09d}", "conversation_id": f"c{n}", "channel": tally.channel, "status": tally.status,
             "urgency": 1, "owner": "bot", "opened_at": _NOW - timedelta(minutes=n), "answered_line": 0,
             "data_sealed": bytes(3_000)}
            for n, (tally, _) in some
        ]  # fmt: skip
        c.execute(insert(t.case), cases)
        rows = [{**asdict(tally), "answer": answer, "case_reference": f"{n:09d}"} for n, (tally, answer) in some]
        c.execute(insert(t.tally), rows)

    for first in range(0, len(tallies), _BATCH):
        await database.write(lambda c, first=first: work(c, first))  # type: ignore[misc]


async def seconds(database: Database) -> float:
    """The median time of counting everything once."""
    statistics, taken = StoredStatistics(database, _ZONE), []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        await statistics.counts(_YEAR)
        taken.append(time.perf_counter() - started)
    return median(taken)


async def _measure(name: str, url: str, sizes: Sequence[int]) -> None:
    database = Database(url)
    await database.upgrade()
    had = 0
    for size in sizes:
        # Stored as they come, one after the other in time.
        await grow(database, had, sorted(invented(size - had, seed=size), key=lambda one: one[0].hour))
        had = size
        counted = (await StoredStatistics(database, _ZONE).counts(_YEAR)).cases
        print(f"{name:<12}{size:>10,} cases{counted:>10,} counted{await seconds(database):>10.3f} s", flush=True)
    await database.close()


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(_measure("SQLite", f"sqlite:///{name}/m3ak.db", sizes))
        server = postgres_in(Path(name) / "postgres")
        server.psql('CREATE DATABASE "bench"')
        asyncio.run(_measure("PostgreSQL", server.get_uri(database="bench"), sizes))
        server.cleanup()


if __name__ == "__main__":
    main()
