import asyncio
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot import metrics
from bot.channels.channel import Failure, Later, Never, Outbound, Sent
from bot.courier import BETWEEN
from bot.delivery import Delivery
from tests.bot.house import CHILD, House


class Whimsical:
    """A messenger that fails in every way before it works."""

    name = "terminal"

    def __init__(self) -> None:
        self.faults: list[Any] = [RuntimeError("planted"), Later("429", after=0.0), Later("timeout", after=0.0)]
        self.taken: list[tuple[str, str]] = []

    async def send(self, address: str, message: Outbound) -> Sent | Later | Never:
        if address == CHILD and self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, Exception):
                raise fault
            assert isinstance(fault, Later)
            return fault
        await asyncio.sleep(0.02)
        self.taken.append((address, message.message_id))
        return Sent()

    async def close(self) -> None:
        """Nothing to end."""


async def test_what_fails_is_tried_again_in_order_and_holds_up_nobody_else(home: House) -> None:
    channel = Whimsical()
    delivery = Delivery(home.app.database, home.app.vault, {"terminal": channel})
    other = "+212600000009"
    await home.app.turns.accept([home.message("salam"), home.message("salam", address=other)])
    await home.app.timers.flush()
    task = asyncio.create_task(delivery.run())
    async with asyncio.timeout(30):
        while len(channel.taken) < 4:
            delivery.wake()
            await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [key for address, key in channel.taken if address == CHILD] == ["greeting.hello", "narrative.ask"]
    assert [address for address, _ in channel.taken][:2] == [other, other]


async def test_what_is_sent_at_about_the_same_time_is_noted_together(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = Whimsical()
    channel.faults = []
    delivery = Delivery(home.app.database, home.app.vault, {"terminal": channel})
    children = [f"+2126000000{number}" for number in range(10, 30)]
    await home.app.turns.accept([home.message("salam", address=child) for child in children])
    await home.app.timers.flush()
    looks: list[float] = []
    look = delivery._look

    async def counted(room: int) -> Any:
        looks.append(time.monotonic())
        return await look(room)

    monkeypatch.setattr(delivery, "_look", counted)
    task = asyncio.create_task(delivery.run())
    async with asyncio.timeout(30):
        while len(channel.taken) < 2 * len(children):
            await asyncio.sleep(0.005)
            delivery.wake()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert min(b - a for a, b in pairwise(looks[:-1])) >= BETWEEN / 2, "looks follow one another at once"
    assert len(looks) < len(channel.taken)


async def test_two_processes_send_each_message_once(house: House, tmp_path: Path) -> None:
    channel = Whimsical()
    channel.faults = []
    workers = [Delivery(house.app.database, house.app.vault, {"terminal": channel}) for _ in range(2)]
    children = [f"+21260000001{number}" for number in range(4)]
    await house.app.turns.accept([house.message("salam", address=child) for child in children])
    await house.app.timers.flush()
    await asyncio.gather(*(worker.drain() for worker in workers))
    await asyncio.gather(*(worker.drain() for worker in workers))
    assert sorted(channel.taken) == sorted((c, key) for c in children for key in ("greeting.hello", "narrative.ask"))


class Refusing(Whimsical):
    """A messenger on which the child has blocked us."""

    async def send(self, address: str, message: Outbound) -> Sent | Later | Never:
        return Never("blocked")


async def test_what_will_never_arrive_is_shown_in_the_case_and_told_to_the_desks(house: House) -> None:
    reference = await house.opened()
    told: list[str | None] = []
    house.app.database.follow(told.append)
    await house.app.turns.accept([house.message("bghit nhder m3a chi wa7d dyal bsse7")])
    await house.app.timers.flush()
    told.clear()
    before = metrics.UNDELIVERED.labels("terminal")._value.get()
    await Delivery(house.app.database, house.app.vault, {"terminal": Refusing()}).drain()
    case = await house.app.cases.case(reference)
    assert case
    marked = [line.undelivered for line in case.transcript if line.undelivered]
    assert marked and set(marked) == {"blocked"}
    assert metrics.UNDELIVERED.labels("terminal")._value.get() == before + len(marked)
    assert f"case {reference}" in told
    assert (await house.rows())["outbox"] == []


class Trusting(Whimsical):
    """A messenger that takes every message and gives it an id."""

    async def send(self, address: str, message: Outbound) -> Sent | Later | Never:
        self.taken.append((address, message.text))
        return Sent(f"wamid.{len(self.taken)}")


async def test_a_word_of_the_platform_reaches_the_case(house: House) -> None:
    channel = Trusting()
    reference = await house.opened()
    await house.app.turns.accept([house.message("bghit nhder m3a chi wa7d dyal bsse7")])
    await house.app.timers.flush()
    await Delivery(house.app.database, house.app.vault, {"terminal": channel}).drain()
    last = Failure("terminal", f"wamid.{len(channel.taken)}", "131047")
    await house.app.turns.accept([Failure("terminal", "wamid.unknown", "131026"), last, last])
    case = await house.app.cases.case(reference)
    assert case
    marked = [(line.text, line.undelivered) for line in case.transcript if line.undelivered]
    assert marked == [(channel.taken[-1][1], "131047")]
