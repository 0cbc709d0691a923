"""The panic word: what the messenger can take back goes from the phone, and nothing else is touched."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.channels.channel import Later, Never, Outbound, Sent
from bot.delivery import Delivery
from tests.bot.house import House, house_in


class Slate:
    """A messenger that can take back what it has shown."""

    name = "terminal"

    def __init__(self) -> None:
        self.shown: dict[str, str] = {}
        self.busy = 0
        self._next = 0

    async def send(self, address: str, message: Outbound) -> Sent:
        self._next += 1
        self.shown[str(self._next)] = message.message_id
        return Sent(shown=(str(self._next),))

    async def erase(self, address: str, shown: Sequence[str]) -> Sent | Later | Never:
        if self.busy:
            self.busy -= 1
            return Later("429", after=0.0)
        for one in shown:
            self.shown.pop(one, None)
        return Sent()

    async def close(self) -> None:
        """Nothing to end."""


class SlateHouse:
    """A house whose child has a phone that can be wiped."""

    def __init__(self, house: House):
        self.house, self.slate = house, Slate()
        self.delivery = Delivery(house.app.database, house.app.vault, {"terminal": self.slate})

    async def say(self, text: str) -> list[str]:
        """Says something; the keys of what the phone shows then."""
        await self.house.app.turns.accept([self.house.message(text)])
        await self.house.app.timers.flush()
        await self.delivery.drain()
        return list(self.slate.shown.values())


@pytest.fixture
async def phone(tmp_path: Path, database_url: str) -> AsyncIterator[SlateHouse]:
    async with house_in(tmp_path, database_url) as house:
        yield SlateHouse(house)


async def test_everything_the_bot_said_goes_and_the_case_stays(phone: SlateHouse) -> None:
    await phone.say("wa7d kayhddedni f whatsapp")
    assert len(await phone.say("wakha 9eydo")) > 3
    assert await phone.say("khebbi") == ["panic.done"]
    state = await phone.house.state()
    assert state.case
    case = await phone.house.app.cases.case(state.case)
    assert case
    assert case.categories
    assert (await phone.say("ana"))[1:] == ["age.ask"], "the thread goes on"


async def test_it_is_tried_again_while_the_messenger_is_busy_and_comes_before_the_next_word(phone: SlateHouse) -> None:
    await phone.say("wa7d kayhddedni f whatsapp")
    phone.slate.busy = 3
    shown = await phone.say("panique")
    while phone.slate.busy:
        await phone.delivery.drain()
        shown = list(phone.slate.shown.values())
        assert shown == ["panic.done"] or "panic.done" not in shown
    await phone.delivery.drain()
    assert list(phone.slate.shown.values()) == ["panic.done"]


async def test_what_was_not_sent_yet_is_never_sent(phone: SlateHouse) -> None:
    await phone.house.app.turns.accept([phone.house.message("salam")])
    await phone.house.app.timers.flush()
    assert await phone.say("خبي") == ["panic.done"]


async def test_the_ids_are_sealed_and_go_with_the_conversation(phone: SlateHouse) -> None:
    await phone.say("wa7d kayhddedni f whatsapp")
    rows = (await phone.house.rows())["shown"]
    assert rows
    assert all(str(row.number) not in str(row.platform_ids_sealed) for row in rows if row.number > 9)
    await phone.say("mse7")
    await phone.house.app.timers.tidy()


async def test_the_ids_of_old_messages_are_not_kept(phone: SlateHouse) -> None:
    from datetime import timedelta

    await phone.say("wa7d kayhddedni f whatsapp")
    phone.house.clock.move_to(phone.house.clock.now() + timedelta(hours=49))
    await phone.house.app.timers.tidy()
    assert (await phone.house.rows())["shown"] == []


async def test_the_panic_word_counts_while_a_counsellor_owns_the_chat(phone: SlateHouse) -> None:
    await phone.say("wa7d kayhddedni f whatsapp")
    await phone.say("wakha 9eydo")
    await phone.say("bghit nhder m3a chi wa7d dyal bsse7")
    reference = (await phone.house.state()).case
    assert reference
    await phone.house.app.relay.take(reference, "salma")
    await phone.house.app.relay.say(reference, "salma", "salam, ana Salma", "key-1")
    await phone.delivery.drain()
    assert await phone.say("khebbi") == ["panic.done"]
    assert (await phone.house.state()).owner == "counsellor"
