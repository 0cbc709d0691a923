"""Counting grows with the cases and no faster, on both databases; the sealed content is never touched."""

from datetime import date
from time import process_time
from zoneinfo import ZoneInfo

from handoff.period import Period
from handoff.statistics import count, groups_of
from store.database import Database
from store.tally import StoredStatistics
from tests.bench.statistics import grow
from tests.desk.figures import invented

_YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
_ZONE = ZoneInfo("Africa/Casablanca")


async def test_what_the_database_counts_is_what_plain_counting_finds(database_url: str) -> None:
    tallies = invented(3_000)
    database = Database(database_url)
    await database.upgrade()
    await grow(database, 0, tallies)
    for channel in (None, "telegram"):
        here = [(tally, answer) for tally, answer in tallies if channel in (None, tally.channel)]
        kept = [(tally, answer) for tally, answer in here if tally.status != "withdrawn"]
        rows = [(*(getattr(tally, name) for name in tally.__dataclass_fields__), answer) for tally, answer in kept]
        expected = count(groups_of(rows), len(here) - len(kept), _ZONE)
        assert await StoredStatistics(database, _ZONE).counts(_YEAR, channel) == expected
    await database.close()


async def test_the_time_grows_with_the_cases_alone(database_url: str) -> None:
    database = Database(database_url)
    await database.upgrade()
    statistics, taken = StoredStatistics(database, _ZONE), []
    for start, tallies in ((0, invented(400)), (400, invented(3_600, seed=8))):
        await grow(database, start, tallies)
        rounds = []
        for _ in range(5):
            started = process_time()
            await statistics.counts(_YEAR)
            rounds.append(process_time() - started)
        taken.append(min(rounds))
    await database.close()
    # Ten times the cases; twice that leaves room for whatever else the machine does.
    assert taken[1] < 20 * taken[0]
