"""``make fuzz``: throws a number of bodies and forms within a time, and says what was answered.

``python -m tests.fuzz --thrown 200000 --seconds 1800 --seed 1``
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from tests.bot.street import street_in
from tests.fuzz.thrower import PEOPLE, Thrower, dumped, failed_turns

_HOUSE = 20_000
"""Bodies that one house takes before a fresh one stands there: how a database grows is measured elsewhere."""
_ROUND = 500
"""Bodies between two looks at the database."""


async def fuzz(thrown: int, seconds: float, seed: int) -> None:
    """Throws until the number or the time is reached.

    Of ten, five are signed bodies, two bodies that nobody signed, and three forms of the desk.
    """
    start, total = time.monotonic(), 0
    while total < thrown and time.monotonic() - start < seconds:
        with tempfile.TemporaryDirectory() as folder:
            async with street_in(Path(folder)) as street:
                thrower = Thrower(street, seed + total)
                await thrower.settle()
                failed = failed_turns()
                most = min(_HOUSE, thrown - total)
                while thrower.thrown < most and time.monotonic() - start < seconds:
                    await _round(thrower)
                assert failed_turns() == failed, f"a turn failed: {thrower.report()}"
                total += thrower.thrown
                print(f"{time.monotonic() - start:6.0f} s  {total:7}  {thrower.report()}", flush=True)
    print(f"{total} thrown in {time.monotonic() - start:.0f} s: no 5xx, no traceback, nothing changed by a stranger")


async def _round(thrower: Thrower) -> None:
    for _ in range(_ROUND // 2):
        await thrower.body(signed=True)
    for _ in range(_ROUND // 5):
        await thrower.form(thrower.random.choice(tuple(PEOPLE)))
    before = dumped(await thrower.street.rows(), "attempt")
    for _ in range(_ROUND // 5):
        await thrower.body(signed=False)
    for _ in range(_ROUND // 10):
        await thrower.form(None)
    assert dumped(await thrower.street.rows(), "attempt") == before, "a stranger changed something"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--thrown", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    asyncio.run(fuzz(given.thrown, given.seconds, given.seed))
