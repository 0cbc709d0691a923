"""The desk under load: ``make bench-desk``. How soon a child's message is on the counsellor's screen, and how long a
page of the queue takes, on SQLite, with server, children and browsers on this one machine."""

import argparse
import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

import httpx
import uvicorn
from sqlalchemy import insert

from bot.app import App
from bot.channels.channel import Inbound
from bot.channels.terminal import TerminalChannel
from bot.clock import new_id
from bot.web import web_app
from handoff.case import Case
from handoff.port import Role, User
from store import tables as t
from tests.conftest import settings_in

_DAY = datetime.now(UTC)
_TOLD = ("wa7d kayhddedni f whatsapp, 3ndi 14 3am", None), (None, "consent.yes"), ("bghit nhder m3a chi wa7d", None)


async def _fill(app: App, cases: int) -> None:
    """So many closed cases."""
    sealed = app.vault.seal(Case(reference="AAAA-AAAA", opened_at=_DAY).model_dump_json(by_alias=True))
    rows = [
        {"reference": f"{n:09d}", "conversation_id": f"c{n}", "status": "closed", "urgency": 1, "priority": "high",
         "owner": "bot", "opened_at": _DAY - timedelta(minutes=n), "answered_line": 0, "ended_at": _DAY,
         "data_sealed": sealed} for n in range(cases)]  # fmt: skip
    await app.database.write(lambda c: c.execute(insert(t.case), rows))


async def _say(app: App, child: int, text: str | None, choice: str | None = None) -> None:
    inbound = Inbound(
        channel="terminal", address=f"child {child}", message_id=new_id(), at=app.clock.now(), text=text or "",
        choice=choice,
    )  # fmt: skip
    await app.turns.accept([inbound])


async def _staff(app: App, children: int, counsellors: int) -> dict[str, list[str]]:
    """Counsellors with the cases that they hold; the cases in the order of the children."""
    for child in range(children):
        for text, choice in _TOLD:
            await _say(app, child, text, choice)
            await app.timers.flush()
    entries = await app.cases.entries(limit=children)
    order = sorted(entries, key=lambda entry: entry.opened_at)
    held: dict[str, list[str]] = {}
    for n in range(counsellors):
        await app.users.add_user(User(f"c{n}", Role.COUNSELLOR, "x"))
        await app.users.open_session(f"c{n}", f"token {n}", app.clock.now() + timedelta(hours=1))
        held[f"c{n}"] = [entry.reference for entry in order[n::counsellors]]
        for reference in held[f"c{n}"]:
            await app.relay.take(reference, f"c{n}")
    return held


class Screen:
    """A browser with one case open and the queue beside it, as the page's script behaves.

    Args:
        address: the desk's.
        token: the session's.
        reference: the case.
    """

    def __init__(self, address: str, token: str, reference: str):
        self.client = httpx.AsyncClient(base_url=address, cookies={"m3ak_session": token}, timeout=30)
        self.reference, self.shown, self.changed = reference, "", asyncio.Event()

    async def follow_case(self) -> None:
        async with self.client.stream("GET", f"/desk/events?case={self.reference}") as events:
            async for line in events.aiter_lines():
                if line == "event: case":
                    self.shown = (await self.client.get(f"/desk/cases/{self.reference}/live")).text
                    self.changed.set()

    async def follow_queue(self) -> None:
        async with self.client.stream("GET", "/desk/events") as events:
            async for line in events.aiter_lines():
                if line == "event: queue":
                    await self.client.get("/desk/queue")

    async def shows(self, text: str) -> None:
        """Waits until a text is on the screen."""
        while text not in self.shown:
            self.changed.clear()
            await self.changed.wait()


async def _measure(folder: Path, children: int, counsellors: int, cases: int, messages: int, rate: float) -> None:
    app = App(settings_in(folder), {"terminal": TerminalChannel()})
    await app.open(upgrade=True)
    await _fill(app, cases)
    held = await _staff(app, children, counsellors)
    web = web_app(app, loopback=True)
    server = uvicorn.Server(uvicorn.Config(web, port=0, log_level="error", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    screens = [Screen(address, f"token {n}", held[f"c{n}"][0]) for n in range(counsellors)]
    following = [asyncio.create_task(follow) for s in screens for follow in (s.follow_case(), s.follow_queue())]
    await asyncio.sleep(2)

    async def seen(number: int) -> float:
        child, text = number % counsellors, f"message {number} end"
        began = time.perf_counter()
        await _say(app, child, text)
        await asyncio.wait_for(screens[child].shows(text), 30)
        return time.perf_counter() - began

    waiting = []
    for number in range(messages):
        waiting.append(asyncio.create_task(seen(number)))
        await asyncio.sleep(1 / rate)
    times = sorted(await asyncio.gather(*waiting))
    pages = []
    for path in ("/desk/", "/desk/?all=1") * 15:
        began = time.perf_counter()
        (await screens[0].client.get(path)).raise_for_status()
        pages.append(time.perf_counter() - began)
    print(f"{children} open conversations, {counsellors} counsellors, {cases:,} cases, {rate:g} messages a second")
    late = quantiles(times, n=100)[98]
    print(f"on the screen: median {median(times) * 1000:.0f} ms, 99th percentile {late * 1000:.0f} ms")
    print(f"a page of the queue: median {median(pages) * 1000:.0f} ms, slowest {max(pages) * 1000:.0f} ms")
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)
    for screen in screens:
        await screen.client.aclose()
    server.should_exit = True
    await serving


def main() -> None:
    """Reads the arguments and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("children", 200), ("counsellors", 20), ("cases", 10_000), ("messages", 200)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--rate", type=float, default=5.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder), **vars(options)))


if __name__ == "__main__":
    main()
