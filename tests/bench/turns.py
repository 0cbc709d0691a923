"""Durable turns a second: ``make bench``. One run, rounds interleaved, medians, and their ratios."""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import httpx

from bot.channels.pace import PACES
from bot.channels.whatsapp_events import CHANNEL
from bot.settings import load_settings
from dialogs.messages import load_messages
from nlu.interpretation import Language
from tests.bench import rasa
from tests.bench.bare import Bare
from tests.bench.load import Result, load
from tests.bench.sink import Sink
from tests.bot.serving import m3ak
from tests.chaos.children import Saying, script
from tests.chaos.fleet import Fleet, free_port
from tests.conftest import ROOT, postgres_in, settings_in
from tests.rasa.server import RasaServer, installed
from tests.standins.whatsapp import APP_SECRET, PHONE_ID, TOKEN, VERIFY_TOKEN

ROUNDS = 5
_CHILDREN = 64
_RASA = "Rasa 3.6, REST, SQLite"
_QUIET = 6.0
"""Seconds after the first messages until their bursts are over and answered."""


class Helpline:
    """Processes over one database, and the children that have written to them so far.

    Args:
        folder: where they keep everything.
        command, count: what runs, and how often.
        settings: by their names after ``M3AK_``.
        sink: the platform that takes their messages, if any does.
    """

    def __init__(self, folder: Path, command: str, count: int, settings: dict[str, str], sink: Sink | None = None):
        done = m3ak(folder, "db", "upgrade", **settings)
        assert done.returncode == 0, done.stderr
        self.fleet = Fleet(folder, command, count, **settings)
        self._sink = sink
        self._born = 0

    @property
    def urls(self) -> list[str]:
        return [f"http://127.0.0.1:{port}" for port in self.fleet.ports]

    def begin(self, sayings: list[Saying], count: int = _CHILDREN) -> list[str]:
        """New children say their first sentence and are answered; their addresses."""
        children = [f"2126{self._born + number:08d}" for number in range(count)]
        self._born += count
        asyncio.run(load(self.urls, children, sayings[:1], 0))
        time.sleep(_QUIET)
        return children

    def answers(self, sayings: list[Saying], rate: float | None = None) -> Result:
        """Their answers to all that the bot asks then."""
        children = self.begin(sayings)
        before = self.fleet.worked()
        result = asyncio.run(load(self.urls, children, sayings[1:], 1, rate))
        if self._sink:
            # The last messages wait for the messenger's pace, and sending them is work too.
            self._sink.rest()
        result.worked = self.fleet.worked() - before
        return result


def spoken(sayings: list[Saying]) -> list[Saying]:
    """The same with every button written out as a child would write it: each turn has something to read."""
    messages = load_messages(load_settings(ROOT / "config.yml").constants())
    return [
        Saying(messages.text(messages.title_key(saying.choice), Language.ARY_LATN)) if saying.choice else saying
        for saying in sayings
    ]


def whatsapp(url: str) -> dict[str, str]:
    """The settings of a helpline on WhatsApp."""
    return {
        "CHANNELS__WHATSAPP__API_BASE": url,
        "CHANNELS__WHATSAPP__TOKEN": TOKEN,
        "CHANNELS__WHATSAPP__PHONE_ID": PHONE_ID,
        "CHANNELS__WHATSAPP__APP_SECRET": APP_SECRET,
        "CHANNELS__WHATSAPP__VERIFY_TOKEN": VERIFY_TOKEN,
    }


@contextmanager
def _floor(folder: Path, *platform: str) -> Iterator[str]:
    port = free_port()
    database = f"sqlite:///{folder / f'floor-{port}.db'}"
    command = [sys.executable, "-m", "tests.bench.floor", database, str(port), *platform]
    process = subprocess.Popen(command, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 30
        while True:
            try:
                httpx.get(f"{address}/healthz", trust_env=False)
                break
            except httpx.TransportError:
                assert time.monotonic() < until
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def _rasa(folder: Path, questions: int) -> Iterator[RasaServer]:
    folder.mkdir()
    print("training Rasa's form", flush=True)
    rasa.train(folder, questions)
    with rasa.served(folder) as server:
        yield server


def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        root = Path(name)
        root.chmod(0o755)
        sayings = spoken(asyncio.run(script(settings_in(root), root)))
        server = postgres_in(root / "postgres")
        stack.callback(server.cleanup)
        sink = stack.enter_context(Sink())
        bare = Bare(root, sayings)
        floor = stack.enter_context(_floor(root))
        sending = stack.enter_context(_floor(root, sink.url))
        helplines = {}
        for title, kind, count in (("SQLite, 1 process", "sqlite", 1), ("PostgreSQL, 1 process", "one", 1),
                                   ("PostgreSQL, 2 processes", "two", 2)):  # fmt: skip
            folder = root / kind
            folder.mkdir()
            settings = whatsapp(sink.url)
            if kind != "sqlite":
                server.psql(f"CREATE DATABASE {kind}")
                settings["STORAGE__URL"] = server.get_uri(database=kind)
            helpline = Helpline(folder, "run" if kind == "sqlite" else "serve", count, settings, sink)
            helpline.fleet.start_all()
            stack.callback(helpline.fleet.stop)
            helplines[title] = helpline
        other = stack.enter_context(_rasa(root / "rasa", len(sayings) - 1)) if installed() else None
        found: dict[str, list[Result]] = {}
        for number in range(ROUNDS):
            found.setdefault("bare loop", []).append(bare.answers(_CHILDREN))
            found.setdefault("verify and insert", []).append(_insert(floor, sayings, number))
            found.setdefault("verify, insert and send", []).append(_insert(sending, sayings, number))
            for title, helpline in helplines.items():
                found.setdefault(title, []).append(helpline.answers(sayings))
            if other:
                asked = rasa.answers(other.url, number * _CHILDREN, _CHILDREN, sayings)
                found.setdefault(_RASA, []).append(asked)
            said = ", ".join(f"{title} {results[-1].rate:.0f}" for title, results in found.items())
            print(f"round {number + 1}, turns/s: {said}", flush=True)
        _print(found)
        half = median(result.rate for result in found["SQLite, 1 process"]) / 2
        paced = 1 / PACES[CHANNEL].account.every / 2
        loads = (("half of that", half), ("half of what one number may say, at a message a turn", paced))
        for number, (which, rate) in enumerate(loads, ROUNDS):
            print(f"\n{which}: {rate:.0f} turns/s")
            # What the disk and the machine take anyway, by the same load.
            _latencies("verify and insert", _insert(floor, sayings, number, rate))
            _latencies("a turn", helplines["SQLite, 1 process"].answers(sayings, rate))
        at_ease, at_once = bare.answers(8, half), bare.answers(8)
        slower = at_ease.worked / at_ease.turns / (at_once.worked / at_once.turns)
        print(f"what the machine does to code that rests between turns: the bare loop takes {slower:.1f} times the CPU")


def _insert(floor: str, sayings: list[Saying], number: int, rate: float | None = None) -> Result:
    children = [f"2127{number:02d}{child:06d}" for child in range(_CHILDREN)]
    return asyncio.run(load([floor], children, sayings[1:], 1, rate))


def _print(found: dict[str, list[Result]]) -> None:
    rates = {title: median(result.rate for result in results) for title, results in found.items()}
    costs = {title: 1000 * median(r.worked / r.turns for r in results) for title, results in found.items()}
    bare, cost = rates["bare loop"], costs["bare loop"]
    heading = f"medians of {ROUNDS} rounds"
    print(f"\n{heading:<26}{'turns/s':>9}{'of the bare loop':>18}{'CPU ms/turn':>13}{'of it':>7}")
    for title, rate in rates.items():
        worked = f"{costs[title]:>13.2f}{cost / costs[title]:>7.2f}" if costs[title] else ""
        print(f"{title:<26}{rate:>9.0f}{rate / bare:>18.2f}{worked}")
    if _RASA in rates:
        print(f"\nSQLite, 1 process, to Rasa: {rates['SQLite, 1 process'] / rates[_RASA]:.1f}")
    else:
        print("\nRasa: not installed; make rasa installs it.")
    two = rates["PostgreSQL, 2 processes"] / rates["PostgreSQL, 1 process"]
    print(f"two processes to one on PostgreSQL: {two:.2f}")
    print(f"answered 503 and sent again: {sum(r.refused for results in found.values() for r in results)}")


def _latencies(title: str, result: Result) -> None:
    cuts = ", ".join(f"p{share * 100:g} {1000 * result.quantile(share):.1f} ms" for share in (0.5, 0.9, 0.99))
    print(f"{title:<46}{cuts}")


if __name__ == "__main__":
    main()
