import functools
from datetime import timedelta
from typing import Any

import pytest

from store.outbox import Outbox, Parcel
from store.pace import Pace, Rate, pause
from tests.store.test_conversations import NOW, Shelf, _open, shelf

__all__ = ["shelf"]

LEASE = timedelta(minutes=1)


class Tray:
    """The outbox of a shelf, with one conversation."""

    def __init__(self, shelf: Shelf, stored: Any):
        self.shelf, self.stored = shelf, stored

    async def do(self, work: Any) -> Any:
        return await self.shelf.database.write(lambda c: work(Outbox(c, self.shelf.keys(c))))

    async def post(self, *numbers: int, stored: Any = None) -> None:
        for number in numbers:
            message = {"text": f"text {number}"}
            await self.do(functools.partial(_post, stored or self.stored, number, message))

    async def claim(self, at: Any = NOW, paces: Any = None, limit: int = 10) -> list[Parcel]:
        claim = await self.do(lambda o: o.claim(at, LEASE, limit, paces or {}))
        return list(claim.parcels)


def _post(stored: Any, number: int, message: Any, outbox: Outbox) -> None:
    outbox.post(stored, number, message, NOW)


def _sent(parcel: Parcel, outbox: Outbox) -> None:
    assert outbox.remove(parcel)


@pytest.fixture
async def tray(shelf: Shelf) -> Tray:
    return Tray(shelf, await shelf.do(_open))


async def test_it_gives_a_conversation_its_messages_in_order(tray: Tray) -> None:
    await tray.post(1, 2, 3)
    seen = []
    while parcels := await tray.claim():
        assert len(parcels) == 1
        assert parcels[0].message
        seen.append(parcels[0].message["text"])
        await tray.do(functools.partial(_sent, parcels[0]))
    assert seen == ["text 1", "text 2", "text 3"]


async def test_a_postponed_message_holds_back_those_behind_it_and_a_given_up_one_does_not(tray: Tray) -> None:
    await tray.post(1, 2)
    (parcel,) = await tray.claim()
    await tray.do(lambda o: o.postpone(parcel, NOW + LEASE))
    assert await tray.claim() == []
    (again,) = await tray.claim(NOW + LEASE)
    assert again.attempts == 1
    await tray.do(lambda o: o.give_up(again, "blocked"))
    (following,) = await tray.claim()
    assert following.number == 2


async def test_a_claimed_message_is_nobody_elses_until_its_lease_ends(tray: Tray) -> None:
    await tray.post(1)
    assert len(await tray.claim()) == 1
    assert await tray.claim() == []
    assert len(await tray.claim(NOW + LEASE)) == 1


async def test_a_clock_that_is_set_back_holds_up_nothing_new_and_nothing_old_for_long(tray: Tray) -> None:
    await tray.post(1)
    assert len(await tray.claim(NOW - timedelta(days=1))) == 1
    # That lease was given by a clock that was set back by a month afterwards.
    assert len(await tray.claim(NOW - timedelta(days=31))) == 1


async def test_a_damaged_message_stops_no_other(tray: Tray) -> None:
    other = await tray.shelf.do(lambda c: c.open("whatsapp", "+212600000001", "c2", tray.stored.state, NOW))
    await tray.post(1)
    await tray.post(1, stored=other)

    def damage(c: Any) -> None:
        c.exec_driver_sql("UPDATE outbox SET message_sealed = 'x' WHERE conversation_id = 'c1'")

    await tray.shelf.database.write(damage)
    parcels = {parcel.conversation_id: parcel.message for parcel in await tray.claim()}
    assert parcels == {"c1": None, "c2": {"text": "text 1"}}


async def test_what_a_messenger_could_not_deliver_is_in_the_transcript(tray: Tray) -> None:
    def lines(c: Any) -> list[tuple[int, str | None]]:
        rows = c.exec_driver_sql("SELECT number, undelivered FROM line ORDER BY number")
        return [(row[0], row[1]) for row in rows]

    for number in (1, 2, 3):
        await tray.shelf.do(functools.partial(_write, tray.stored, number))
    await tray.post(1, 2, 3)
    (first,) = await tray.claim()
    await tray.do(lambda o: o.give_up(first, "blocked"))
    (second,) = await tray.claim()
    assert await tray.do(lambda o: o.remove(second) and o.expect(second, "wamid.2", NOW))
    assert await tray.do(lambda o: o.refused("whatsapp", "wamid.2", "131047", NOW))
    assert not await tray.do(lambda o: o.refused("whatsapp", "wamid.2", "131047", NOW))
    (third,) = await tray.claim()
    # The platform's word may come before the answer to our own call.
    await tray.do(lambda o: o.reached("whatsapp", "wamid.3", "delivered", NOW))
    assert not await tray.do(lambda o: o.refused("whatsapp", "wamid.3", "131026", NOW))
    assert await tray.do(lambda o: (o.remove(third), o.expect(third, "wamid.3", NOW))) == (True, False)
    assert await tray.shelf.database.read(lines) == [(1, "blocked"), (2, "131047"), (3, "131026")]
    await tray.do(lambda o: o.refused("whatsapp", "wamid.4", "131047", NOW))

    def receipts(c: Any) -> int:
        return int(c.exec_driver_sql("SELECT count(*) FROM receipt").scalar())

    assert await tray.shelf.database.read(receipts) == 3
    await tray.do(lambda o: o.forget_receipts(NOW - timedelta(days=1), NOW + timedelta(hours=1)))
    assert await tray.shelf.database.read(receipts) == 2
    await tray.do(lambda o: o.forget_receipts(NOW + timedelta(days=8), NOW))
    assert await tray.shelf.database.read(receipts) == 0


def _write(stored: Any, number: int, conversations: Any) -> None:
    conversations.write_line(stored, number, None, NOW, "bot", f"text {number}")


async def test_no_account_and_no_chat_is_sent_more_than_it_may(tray: Tray) -> None:
    paces = {"whatsapp": Pace(account=Rate(burst=3, every=0.5), chat=Rate(burst=1, every=6.0))}
    chats = [await tray.shelf.do(functools.partial(_conversation, tray.stored.state, number)) for number in range(2, 7)]
    await tray.post(1, 2)
    for chat in chats:
        await tray.post(1, stored=chat)
    taken = await tray.claim(paces=paces)
    assert [parcel.conversation_id for parcel in taken] == ["c1", "c2", "c3"]
    assert await tray.claim(paces=paces) == []
    for parcel in taken:
        await tray.do(functools.partial(_sent, parcel))
    later = await tray.claim(NOW + timedelta(seconds=1), paces)
    assert [parcel.conversation_id for parcel in later] == ["c4", "c5"]
    assert [p.conversation_id for p in await tray.claim(NOW + timedelta(seconds=5), paces)] == ["c6"]
    assert [(p.conversation_id, p.number) for p in await tray.claim(NOW + timedelta(seconds=6), paces)] == [("c1", 2)]


def _conversation(state: Any, number: int, conversations: Any) -> Any:
    return conversations.open("whatsapp", f"+21260000000{number}", f"c{number}", state, NOW)


async def test_an_account_rests_when_the_platform_asks_for_it(tray: Tray) -> None:
    paces = {"whatsapp": Pace(account=Rate(burst=1, every=1.0), chat=Rate(burst=9, every=1.0))}
    await tray.post(1)
    await tray.shelf.database.write(lambda c: pause(c, "whatsapp", NOW + timedelta(seconds=30)))
    assert await tray.claim(NOW + timedelta(seconds=29), paces) == []
    assert len(await tray.claim(NOW + timedelta(seconds=30), paces)) == 1


async def test_a_message_whose_sender_died_twice_says_so(tray: Tray) -> None:
    await tray.post(1)
    deaths = [(await tray.claim(NOW + n * LEASE))[0].deaths for n in range(3)]
    assert deaths == [0, 1, 2]


async def test_a_process_that_is_alone_takes_up_what_the_one_before_it_held(tray: Tray) -> None:
    await tray.post(1)
    await tray.claim()
    await tray.do(lambda o: o.release())
    assert [parcel.deaths for parcel in await tray.claim()] == [1]


async def test_a_conversation_may_be_erased_while_a_message_is_on_its_way(tray: Tray) -> None:
    await tray.post(1)
    (parcel,) = await tray.claim()
    await tray.shelf.do(lambda c: c.forget(tray.stored.id))
    assert not await tray.do(lambda o: o.remove(parcel))
