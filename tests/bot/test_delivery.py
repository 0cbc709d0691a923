import asyncio
from pathlib import Path
from typing import Any

from bot.channels.channel import Later, Outbound, Sent
from bot.delivery import Delivery
from tests.bot.house import CHILD, House


class Whimsical:
    """A messenger that fails in every way before it works."""

    name = "terminal"

    def __init__(self) -> None:
        self.faults: list[Any] = [RuntimeError("planted"), Later("429", after=0.0), Later("timeout", after=0.0)]
        self.taken: list[tuple[str, str]] = []

    async def send(self, address: str, message: Outbound) -> Sent | Later:
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
    delivery = Delivery(home.app.database, home.app.vault, {"terminal": channel}, home.app.clock.now)
    other = "+212600000009"
    await home.app.turns.accept([home.message("salam"), home.message("salam", address=other)])
    task = asyncio.create_task(delivery.run())
    async with asyncio.timeout(30):
        while len(channel.taken) < 4:
            delivery.wake()
            await asyncio.sleep(0.05)
    task.cancel()
    assert [key for address, key in channel.taken if address == CHILD] == ["greeting.hello", "narrative.ask"]
    assert [address for address, _ in channel.taken][:2] == [other, other]


async def test_two_processes_send_each_message_once(house: House, tmp_path: Path) -> None:
    channel = Whimsical()
    channel.faults = []
    workers = [
        Delivery(house.app.database, house.app.vault, {"terminal": channel}, house.app.clock.now) for _ in range(2)
    ]
    children = [f"+21260000001{number}" for number in range(4)]
    await house.app.turns.accept([house.message("salam", address=child) for child in children])
    await asyncio.gather(*(worker.drain() for worker in workers))
    await asyncio.gather(*(worker.drain() for worker in workers))
    assert sorted(channel.taken) == sorted((c, key) for c in children for key in ("greeting.hello", "narrative.ask"))
