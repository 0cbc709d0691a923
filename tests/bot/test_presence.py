"""While a counsellor types, the child's messenger shows it: at once, seldom, and to the right child alone."""

from bot.channels.channel import Outbound, Sent
from bot.presence import Presence
from tests.bot.house import CHILD, House
from tests.bot.test_watch import taken


class Watching:
    """A messenger that can show it."""

    name = "terminal"
    typing_lasts = 60.0

    def __init__(self) -> None:
        self.shown: list[tuple[str, str | None]] = []
        self.broken = False

    async def typing(self, address: str, last: str | None) -> None:
        self.shown.append((address, last))
        if self.broken:
            raise RuntimeError("planted")

    async def send(self, address: str, message: Outbound) -> Sent:
        return Sent()

    async def close(self) -> None:
        """Nothing to end."""


async def test_the_child_sees_who_writes_to_it_and_not_too_often(house: House) -> None:
    reference = await taken(house)
    last = house.message("chokran")
    await house.send(last)
    channel = Watching()
    presence = Presence(house.app.database, house.app.vault, {"terminal": channel})
    await presence.typing(reference, "omar")
    await presence.typing("AAAA-AAAA", "salma")
    assert channel.shown == []
    for _ in range(3):
        await presence.typing(reference, "salma")
    assert channel.shown == [(CHILD, last.message_id)]
    channel.typing_lasts = 0.0
    presence = Presence(house.app.database, house.app.vault, {"terminal": channel})
    for _ in range(2):
        await presence.typing(reference, "salma")
    assert len(channel.shown) == 3
    await house.app.relay.close(reference, "salma", "helped")
    await presence.typing(reference, "salma")
    assert len(channel.shown) == 3


async def test_a_messenger_that_fails_or_cannot_costs_nobody_anything(home: House) -> None:
    reference = await taken(home)
    await home.app.relay.typing(reference, "salma")
    channel = Watching()
    channel.broken = True
    presence = Presence(home.app.database, home.app.vault, {"terminal": channel})
    await presence.typing(reference, "salma")
    assert len(channel.shown) == 1
