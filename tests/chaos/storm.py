"""A storm: children write, platforms repeat and fail, processes die, the database restarts; then all is counted."""

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from tests.bot.serving import m3ak
from tests.chaos.children import Saying, body, disordered, script, titles
from tests.chaos.fleet import Fleet
from tests.chaos.platform import MoodyWhatsApp
from tests.chaos.verdict import Verdict, judge, kept_in
from tests.conftest import settings_in
from tests.standins.whatsapp import APP_SECRET, PHONE_ID, TOKEN, VERIFY_TOKEN, signature

_PATIENCE = 1200.0


@dataclass(frozen=True, slots=True)
class Weather:
    """How bad a storm is.

    Args:
        children: how many write at once.
        kills: how many processes are killed.
        restarts: how often the database is restarted.
        failing: the share of sends that the platform fails.
        swapped: the share of messages that come before the one they follow.
        seed: of everything that is random.
    """

    children: int
    kills: int
    restarts: int = 0
    failing: float = 0.1
    swapped: float = 0.1
    seed: int = 1


class Storm:
    """One storm over one database.

    Args:
        folder: where everything is kept.
        url: the database; tables are made.
        processes: how many serve it (one on SQLite).
        restart: restarts the database.
    """

    def __init__(self, folder: Path, url: str, processes: int, restart: Callable[[], None] | None = None):
        self._folder, self._url, self._count, self._restart = folder, url, processes, restart
        self._webhooks = self._refused = self._done = self._all = 0

    async def blow(self, weather: Weather) -> Verdict:
        """Runs it to its end and counts."""
        dice = random.Random(weather.seed)
        with tempfile.TemporaryDirectory() as apart:
            sayings = await script(settings_in(Path(apart)), Path(apart))
            names = titles(sayings, settings_in(Path(apart)))
        children = [f"2126{number:08d}" for number in range(weather.children)]
        self._all = len(children) * len(sayings)
        restarts = weather.restarts if self._restart else 0
        with MoodyWhatsApp(weather.failing, weather.seed) as platform:
            settings = {
                "STORAGE__URL": self._url,
                "CHANNELS__TIMEOUT": "8",
                "CHANNELS__WHATSAPP__API_BASE": platform.url,
                "CHANNELS__WHATSAPP__TOKEN": TOKEN,
                "CHANNELS__WHATSAPP__PHONE_ID": PHONE_ID,
                "CHANNELS__WHATSAPP__APP_SECRET": APP_SECRET,
                "CHANNELS__WHATSAPP__VERIFY_TOKEN": VERIFY_TOKEN,
            }
            done = await asyncio.to_thread(m3ak, self._folder, "db", "upgrade", **settings)
            assert done.returncode == 0, done.stderr
            fleet = Fleet(self._folder, "run" if self._count == 1 else "serve", self._count, **settings)
            await asyncio.to_thread(fleet.start_all)
            try:
                harm = asyncio.create_task(self._harm(fleet, weather, restarts))
                limits = httpx.Limits(max_connections=24, max_keepalive_connections=0)
                async with httpx.AsyncClient(timeout=10, limits=limits, trust_env=False) as client:
                    talks = (self._talk(client, fleet, child, sayings, dice, weather) for child in children)
                    await asyncio.wait_for(asyncio.gather(*talks), _PATIENCE)
                await harm
                await self._calm(platform, fleet, children)
            finally:
                codes = await asyncio.to_thread(fleet.stop)
            assert codes == [0] * self._count, fleet.log()
            assert "Traceback" not in fleet.log(), fleet.log()
            counts = {"webhooks": self._webhooks, "refused": self._refused, "restarts": restarts,
                      "faults": platform.failed}  # fmt: skip
            kills = [at for _, at in fleet.kills]
            kept = await kept_in(self._url, self._folder)
            wanted = [saying.text or saying.choice for saying in sayings]
            return judge(kept, wanted, names, children, platform.received(), kills, counts)

    async def _talk(
        self, client: httpx.AsyncClient, fleet: Fleet, child: str, sayings: list[Saying], dice: random.Random,
        weather: Weather,
    ) -> None:  # fmt: skip
        order = disordered(len(sayings), dice, weather.swapped)
        while order:
            size = dice.choice((1, 1, 1, 2))
            now, order = order[:size], order[size:]
            raw = body([sayings[number].message(child, number) for number in now])
            copies = (self._deliver(client, fleet, raw, dice) for _ in range(dice.choice((1, 1, 2, 3))))
            await asyncio.gather(*copies)
            self._done += len(now)

    async def _deliver(self, client: httpx.AsyncClient, fleet: Fleet, raw: bytes, dice: random.Random) -> None:
        """As the platforms do: again and again until it is answered 200."""
        while True:
            self._webhooks += 1
            try:
                headers = {"X-Hub-Signature-256": signature(raw)}
                answer = await client.post(f"{fleet.url(dice)}/whatsapp/webhook", content=raw, headers=headers)
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code == 200:
                return
            assert answer is None or answer.status_code == 503, (answer.status_code, fleet.log())
            self._refused += 1
            await asyncio.sleep(dice.uniform(0.3, 0.9))

    async def _harm(self, fleet: Fleet, weather: Weather, restarts: int) -> None:
        """Spreads the kills and restarts over the storm, by how much of it has been said."""
        dice = random.Random(weather.seed + 1)
        blows = ["kill"] * weather.kills + ["restart"] * restarts
        dice.shuffle(blows)
        for number, blow in enumerate(blows):
            while self._done < self._all * (number + dice.random()) / (len(blows) + 1):
                await asyncio.sleep(0.01)
            if blow == "kill":
                await asyncio.to_thread(fleet.wait)
                await asyncio.to_thread(fleet.kill, dice)
            else:
                assert self._restart
                await asyncio.to_thread(self._restart)

    async def _calm(self, platform: MoodyWhatsApp, fleet: Fleet, children: list[str]) -> None:
        """Waits until everything has been sent."""
        await asyncio.to_thread(fleet.wait)
        until = time.monotonic() + _PATIENCE
        while await _waiting(self._url):
            assert time.monotonic() < until, f"the outbox is not emptied\n{fleet.log()}"
            await asyncio.sleep(0.2)


async def _waiting(url: str) -> int:
    from sqlalchemy import func, select

    from store import tables as t
    from store.database import Database

    database = Database(url)
    try:
        return await database.read(lambda c: c.scalar(select(func.count()).select_from(t.outbox)) or 0)
    finally:
        await database.close()


def scaled(weather: Weather) -> Weather:
    """The same storm with another seed, where the environment names one (``CHAOS_SEED``)."""
    return replace(weather, seed=int(os.environ.get("CHAOS_SEED", weather.seed)))
