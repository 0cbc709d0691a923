"""The long storm: ``make chaos``. Prints what it counted on each database; fails when a promise was not kept."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.chaos.storm import Storm, Weather
from tests.chaos.verdict import Verdict
from tests.conftest import postgres_in


def main() -> None:
    """Blows one storm over each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=200)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--restarts", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--on", choices=("sqlite", "postgresql", "both"), default="both")
    given = parser.parse_args()
    weather = Weather(given.children, given.kills, given.restarts, seed=given.seed)
    verdicts: dict[str, Verdict] = {}
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        if given.on != "postgresql":
            folder = root / "sqlite"
            folder.mkdir()
            verdicts["SQLite, one process"] = asyncio.run(
                Storm(folder, f"sqlite:///{folder / 'm3ak.db'}", 1).blow(weather)
            )
            _print(verdicts)
        if given.on != "sqlite":
            folder = root / "postgresql"
            folder.mkdir()
            server = postgres_in(root / "server")

            def restart() -> None:
                server.stop()
                server.ensure_postgres_running()

            try:
                storm = Storm(folder, server.get_uri(), 3, restart)
                verdicts["PostgreSQL, three processes"] = asyncio.run(storm.blow(weather))
            finally:
                server.cleanup()
            _print(verdicts)
    sys.exit(any(verdict.broken for verdict in verdicts.values()))


def _print(verdicts: dict[str, Verdict]) -> None:
    title, verdict = list(verdicts.items())[-1]
    print(f"{title}\n{verdict}\n", flush=True)


if __name__ == "__main__":
    main()
