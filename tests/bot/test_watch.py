"""No child waits unseen: cases that are left alone, offers that nobody answers, long waits."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert

from handoff.port import Refused, Role, User
from store import tables as t
from store.database import Connection
from store.keyring import Keyring
from store.note import ALARM
from store.queue import Queue
from tests.bot.house import House

DAY = datetime(2027, 4, 13, 10, tzinfo=UTC)
"""A Tuesday in opening hours."""
NIGHT = datetime(2027, 4, 13, 22, tzinfo=UTC)


async def staffed(house: House, at: datetime = DAY) -> None:
    """Salma and Omar are counsellors and at the desk."""
    house.clock.move_to(at)
    for name in ("salma", "omar"):
        await house.app.users.add_user(User(name, Role.COUNSELLOR, "x"))
        await house.app.users.seen(name, house.clock.now())


async def later(house: House, *, minutes: float, there: str = "") -> None:
    """Time goes by, while somebody stays at the desk."""
    house.clock.move_to(house.clock.now() + timedelta(minutes=minutes))
    if there:
        await house.app.users.seen(there, house.clock.now())
    await house.app.watch.look()


async def owner(house: House, reference: str) -> tuple[str, str | None]:
    entry = await house.app.cases.entry(reference)
    assert entry
    return entry.owner, entry.taken_by


async def taken(house: House) -> str:
    await staffed(house)
    reference = await house.queued()
    await house.app.relay.take(reference, "salma")
    await house.read()
    return reference


@pytest.mark.parametrize(("there", "minutes"), [("salma", 15), ("", 5)])
async def test_a_counsellor_who_is_silent_or_gone_loses_the_case(house: House, there: str, minutes: int) -> None:
    reference = await taken(house)
    await later(house, minutes=minutes - 0.5, there=there)
    assert await owner(house, reference) == ("counsellor", "salma")
    await later(house, minutes=1, there=there)
    assert await owner(house, reference) == ("queue", None)
    (told,) = await house.read()
    assert (told.message_id, told.source) == ("handoff.released", "system")
    case = await house.app.cases.case(reference)
    assert case
    assert [(line.what, line.by) for line in case.timeline] == [("taken", "salma"), ("lapsed", "salma")]
    assert await house.app.relay.say(reference, "salma", "me voilà", "k") == Refused("not_yours")


async def test_who_has_answered_may_be_silent_until_the_child_writes_again(house: House) -> None:
    reference = await taken(house)
    await house.app.relay.say(reference, "salma", "Salam", "k")
    await later(house, minutes=60)
    assert await owner(house, reference) == ("counsellor", "salma")
    await house.say("chokran")
    await later(house, minutes=4)
    await house.say("wach kayn chi 7ed")
    await later(house, minutes=2)
    assert await owner(house, reference) == ("queue", None)


async def test_at_night_the_child_is_told_when_the_answer_comes(house: House) -> None:
    reference = await taken(house)
    house.clock.move_to(NIGHT)
    await house.app.watch.look()
    assert await owner(house, reference) == ("queue", None)
    assert [message.message_id for message in await house.read()] == ["human.already"]


async def test_an_offer_that_nobody_answers_changes_nothing(house: House) -> None:
    reference = await taken(house)
    assert await house.app.relay.offer(reference, "salma", "omar", "parle rifain") is None
    entry = await house.app.cases.entry(reference)
    assert entry
    assert (entry.offered_to, entry.offer, entry.taken_by) == ("omar", "parle rifain", "salma")
    await house.app.relay.say(reference, "salma", "Salam", "k")
    await later(house, minutes=5, there="salma")
    entry = await house.app.cases.entry(reference)
    assert entry
    assert (entry.offered_to, entry.offer, entry.taken_by) == (None, None, "salma")
    assert await house.app.relay.accept(reference, "omar") == Refused("not_offered")
    case = await house.app.cases.case(reference)
    assert case
    assert [line.what for line in case.timeline] == ["taken", "offered", "offer_lapsed"]


async def test_a_long_wait_is_rung_at_every_desk_until_somebody_takes_the_case(house: House) -> None:
    await staffed(house)
    rung: list[str] = []
    house.app.database.follow(lambda text: rung.append(text) if text and text.startswith(ALARM) else None)
    reference = await house.queued()
    await later(house, minutes=9)
    entry = await house.app.cases.entry(reference)
    assert entry
    assert not entry.alarmed
    assert rung == []
    await later(house, minutes=1)
    assert rung == [ALARM + reference]
    entry = await house.app.cases.entry(reference)
    assert entry
    assert entry.alarmed
    first = (await house.rows())["case_"][0].alarmed_at
    await later(house, minutes=5)
    assert (await house.rows())["case_"][0].alarmed_at == first
    await later(house, minutes=5)
    assert (await house.rows())["case_"][0].alarmed_at > first
    await house.app.relay.take(reference, "salma")
    entry = await house.app.cases.entry(reference)
    assert entry
    assert not entry.alarmed


async def test_by_night_only_danger_rings(house: House) -> None:
    await staffed(house, NIGHT)
    reference = await house.queued()
    await later(house, minutes=30)
    entry = await house.app.cases.entry(reference)
    assert entry
    assert not entry.alarmed
    await house.say("bghit nmout")
    await later(house, minutes=3)
    entry = await house.app.cases.entry(reference)
    assert entry
    assert entry.alarmed


async def test_the_usual_wait_is_told_once_it_is_known(house: House) -> None:
    await staffed(house)
    for number in range(5):
        await house.app.watch.look()
        address = f"+21260000010{number}"
        await house.send(house.message("wa7d kayhddedni f whatsapp, 3ndi 14 3am", address=address))
        await house.send(house.message(choice="consent.yes", address=address))
        told = await house.send(house.message("bghit nhder m3a chi wa7d dyal bsse7", address=address))
        assert "queue.minutes" not in told
        (entry,) = [e for e in await house.app.cases.entries() if e.owner == "queue"]
        await later(house, minutes=9, there="salma")
        await house.app.relay.take(entry.reference, "salma")
        await house.app.relay.close(entry.reference, "salma", "helped")
        await house.read()
    await house.app.watch.look()
    await house.opened()
    await house.app.turns.accept([house.message("bghit nhder m3a chi wa7d dyal bsse7")])
    (said,) = [message for message in await house.read() if message.message_id == "queue.minutes"]
    assert "15" in said.text


async def test_a_page_of_the_queue_asks_as_often_for_many_cases_as_for_one(house: House) -> None:
    asked: list[str] = []

    async def statements() -> int:
        def work(c: Connection) -> None:
            def note(*heard: Any) -> None:
                asked.append(heard[2])

            event.listen(c, "before_cursor_execute", note)
            Queue(c, Keyring(c, house.app.vault)).entries(open_only=True, limit=50)
            event.remove(c, "before_cursor_execute", note)

        asked.clear()
        await house.app.database.read(work)
        return len(asked)

    await house.opened()
    one = await statements()
    row = (await house.rows())["case_"][0]._asdict()
    more = [{**row, "reference": f"{n:09d}"} for n in range(60)]
    await house.app.database.write(lambda c: c.execute(insert(t.case), more))
    assert await statements() == one == 2
    assert not [statement for statement in asked if "data_sealed" in statement], "no case is unsealed for it"
    assert len(await house.app.cases.entries(limit=50)) == 50
    assert len(await house.app.cases.entries(limit=50, offset=50)) == 11
