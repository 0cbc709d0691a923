"""The short storm, on both databases; ``make chaos`` runs the long one."""

from pathlib import Path
from typing import Any

from tests.chaos.storm import Storm, Weather, scaled


async def test_nothing_is_lost_or_done_twice_on_sqlite(tmp_path: Path) -> None:
    verdict = await Storm(tmp_path, f"sqlite:///{tmp_path / 'm3ak.db'}", 1).blow(scaled(Weather(24, 4)))
    assert not verdict.broken, f"\n{verdict}"


async def test_nothing_is_lost_or_done_twice_on_postgresql_with_three_processes(
    tmp_path: Path, own_postgres: Any
) -> None:
    def restart() -> None:
        own_postgres.stop()
        own_postgres.ensure_postgres_running()

    storm = Storm(tmp_path, own_postgres.get_uri(), 3, restart)
    verdict = await storm.blow(scaled(Weather(24, 4, restarts=1)))
    assert not verdict.broken, f"\n{verdict}"
