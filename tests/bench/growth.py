"""Growth: ``make growth``. How a turn's time and a process's memory go with what is stored and what has been done."""

import argparse
import asyncio
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
from sqlalchemy import insert

from bot.app import App
from bot.channels.channel import Inbound
from bot.clock import new_id
from dialogs.state import State
from handoff.case import Case
from nlu import examples
from nlu.interpretation import Language
from store import tables as t
from store.database import Connection
from tests.bench.load import CONNECTIONS, load
from tests.bench.sink import Sink
from tests.bench.turns import Helpline, whatsapp
from tests.bot.serving import M3AK
from tests.chaos.children import Saying, body
from tests.conftest import ROOT, settings_in
from tests.standins.whatsapp import signature

_NOW = datetime.now(UTC)
_BATCH = 5_000
_LINES = 6
_TURNS = 400
_EACH = 10  # messages of one child
_TEXTS = ("wa7d kayhddedni f whatsapp", "salam", "ana 3ndi 14 3am", "chno ndir?", "bghit nsewwel 3la chikaya dyali")


def _address(number: int) -> str:
    return f"2126{number:08d}"


def _rows(app: App, numbers: range) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """So many conversations, each with its transcript, case, timer and the hashes of its messages."""
    vault, language = app.vault, Language.ARY_LATN
    state = vault.seal(State(language=language, settled=True, ended=True).model_dump_json())
    text, address = vault.seal("wa7d kayhddedni f whatsapp"), vault.seal(_address(0))
    case = vault.seal(Case(reference="AAAA-AAAA", opened_at=_NOW).model_dump_json(by_alias=True))
    yield t.conversation, [
        {"id": f"c{n}", "channel": "whatsapp", "contact_hash": vault.hash("contact", "whatsapp", _address(n)),
         "address_sealed": address, "state_sealed": state, "case_reference": None, "next_line": _LINES + 1,
         "updated_at": _NOW} for n in numbers]  # fmt: skip
    yield t.line, [
        {"conversation_id": f"c{n}", "number": k, "case_reference": f"{n:09d}", "at": _NOW, "sender": "child",
         "text_sealed": text} for n in numbers for k in range(1, _LINES + 1)]  # fmt: skip
    yield t.seen, [
        {"message_hash": f"{n:032d}{k}"[-32:], "at": _NOW} for n in numbers for k in range(2)]  # fmt: skip
    yield t.case, [
        {"reference": f"{n:09d}", "conversation_id": f"c{n}", "status": "closed", "urgency": 1, "owner": "bot",
         "opened_at": _NOW, "requested_at": _NOW, "answered_line": 0, "ended_at": _NOW, "data_sealed": case}
        for n in numbers]  # fmt: skip
    yield t.timer, [
        {"conversation_id": f"c{n}", "name": "retire", "case_reference": f"{n:09d}",
         "due_at": _NOW + timedelta(days=30, seconds=n)} for n in numbers]  # fmt: skip


async def _grow(app: App, start: int, end: int) -> None:
    for first in range(start, end, _BATCH):
        numbers = range(first, min(first + _BATCH, end))

        def work(c: Connection, numbers: range = numbers) -> None:
            for table, rows in _rows(app, numbers):
                c.execute(insert(table), rows)

        await app.database.write(work)


async def _turns(app: App, stored: int, count: int) -> list[float]:
    """So many messages, half of them from children that are stored, half from new ones; the seconds of each."""
    dice, taken = random.Random(7), []
    for _ in range(count):
        address = _address(dice.randrange(stored)) if dice.random() < 0.5 else new_id()
        inbound = Inbound("whatsapp", address, new_id(), app.clock.now(), dice.choice(_TEXTS))
        started = time.perf_counter()
        await app.turns.accept([inbound])
        taken.append(time.perf_counter() - started)
    return taken


async def _latency(folder: Path, sizes: list[int]) -> None:
    app = App(settings_in(folder))
    await app.open(upgrade=True)
    print(f"{'stored conversations':>22}{'p50 ms':>9}{'p99 ms':>9}{'to the first':>14}")
    had, first = 0, 0.0
    for size in sizes:
        await _grow(app, had, size)
        had = size
        await _turns(app, size, 50)
        taken = await _turns(app, size, _TURNS)
        middle = median(taken)
        first = first or middle
        cut = quantiles(taken, n=100)[98]
        print(f"{size:>22,}{1000 * middle:>9.2f}{1000 * cut:>9.2f}{middle / first:>14.2f}", flush=True)
    await app.database.close()


async def _talks(url: str, sayings: Sequence[Saying], first: int) -> None:
    """A child for each connection, all with other sentences."""
    each = len(sayings) // CONNECTIONS
    parts = (sayings[number * each : (number + 1) * each] for number in range(CONNECTIONS))
    await asyncio.gather(*(load([url], [_address(first + n)], part, 0) for n, part in enumerate(parts)))


def _memory(folder: Path, count: int) -> None:
    """What a whole process holds: all training sentences come, so that what it remembers of words fills up."""
    texts = [example.text for example in examples.read(ROOT / "nlu" / "data")]
    random.Random(7).shuffle(texts)
    sayings, at_once, done = [Saying(text) for text in texts], CONNECTIONS * _EACH, 0
    with Sink() as sink:
        helpline = Helpline(folder, "run", 1, whatsapp(sink.url), sink)
        helpline.fleet.start_all()
        for target in (count // 4, count // 2, 3 * count // 4, count):
            while done < target:
                start = done % (len(sayings) - at_once)
                asyncio.run(_talks(helpline.urls[0], sayings[start : start + at_once], done // _EACH))
                done += at_once
            print(f"{done:>10,} turns: {helpline.fleet.held()[0]:.0f} MB", flush=True)
        helpline.fleet.stop()


def _start(folder: Path) -> float:
    """Seconds from the start of ``m3ak run`` to the first answered webhook."""
    helpline = Helpline(folder, "run", 1, whatsapp("http://127.0.0.1:9"))
    raw = body([Saying("salam").message(_address(1), 1)])
    started = time.monotonic()
    helpline.fleet.start(0)
    while True:
        try:
            answer = httpx.post(
                f"{helpline.urls[0]}/whatsapp/webhook", content=raw, headers={"X-Hub-Signature-256": signature(raw)},
                trust_env=False,
            )  # fmt: skip
            assert answer.status_code == 200
            break
        except httpx.TransportError:
            assert time.monotonic() - started < 60, helpline.fleet.log()
            time.sleep(0.02)
    taken = time.monotonic() - started
    helpline.fleet.stop()
    return taken


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,100000,1000000", help="stored conversations")
    parser.add_argument("--turns", type=int, default=100_000, help="turns after which memory is measured; 0 for none")
    given = parser.parse_args()
    subprocess.run([M3AK, "--help"], stdout=subprocess.DEVNULL, check=True)
    with tempfile.TemporaryDirectory() as name:
        starts = []
        for number in range(3):
            folder = Path(name) / f"start-{number}"
            folder.mkdir()
            starts.append(_start(folder))
        print(f"start to the first answered webhook: {median(starts):.2f} s (median of {len(starts)})", flush=True)
        folder = Path(name) / "latency"
        folder.mkdir()
        asyncio.run(_latency(folder, [int(size) for size in given.sizes.split(",")]))
        if given.turns:
            folder = Path(name) / "memory"
            folder.mkdir()
            _memory(folder, given.turns)


if __name__ == "__main__":
    main()
