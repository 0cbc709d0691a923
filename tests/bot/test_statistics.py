"""What is counted of cases as they live: opened, answered, closed, rated, withdrawn, erased, and over in time."""

from datetime import timedelta

from sqlalchemy import delete

from handoff.period import period_of
from handoff.report.door import Door, Outcome
from handoff.statistics import Counts
from store import tables as t
from store.backfill import count_older
from tests.bot.house import House
from tests.bot.test_reports import agreed

OTHER = {"address": "+212600000002"}
THIRD = {"address": "+212600000003"}


async def counted(house: House, channel: str | None = None) -> Counts:
    today = house.clock.now().date()
    period = period_of((today - timedelta(days=200)).isoformat(), (today + timedelta(days=1)).isoformat(), today)
    return await house.app.statistics.counts(period, channel)


def shown(counts: Counts, figure: str) -> dict[str, int]:
    return {value: number for value, number in counts.table(figure).items() if number}


async def test_a_case_is_counted_as_it_goes_on(house: House) -> None:
    reference = await house.queued()
    counts = await counted(house)
    assert (counts.cases, counts.withdrawn) == (1, 0)
    assert shown(counts, "language") == {"ary-Latn": 1}
    assert shown(counts, "platform") == {"whatsapp": 1}
    assert shown(counts, "violence") == {"threats": 1}
    assert shown(counts, "meta_violence") == {"violence": 1}
    assert shown(counts, "age") == {"under_16": 1}
    assert shown(counts, "anonymous") == {"yes": 1}
    assert shown(counts, "reason") == {"asked_for_human": 1}
    assert shown(counts, "wait") == {"none": 1} == shown(counts, "answer")
    assert shown(counts, "channel") == {"terminal": 1}
    house.clock.move_to(house.clock.now() + timedelta(minutes=40))
    await house.app.relay.take(reference, "salma")
    house.clock.move_to(house.clock.now() + timedelta(hours=2))
    await house.app.relay.say(reference, "salma", "salam", "k1")
    house.clock.move_to(house.clock.now() + timedelta(days=2))
    await house.app.relay.say(reference, "salma", "labas?", "k2")
    await house.app.relay.close(reference, "salma", "helped")
    await house.read()
    await house.choose("feedback.4")
    counts = await counted(house)
    assert shown(counts, "wait") == {"1h": 1}
    assert shown(counts, "answer") == {"4h": 1}
    assert shown(counts, "disposition") == {"helped": 1}
    assert shown(counts, "feedback") == {"4": 1}
    # A database from before there were tallies gets the same ones.
    before = counts.tables
    await house.app.database.write(lambda c: c.execute(delete(t.tally)))
    assert (await counted(house)).cases == 0
    assert await count_older(house.app.database, house.app.vault) == 1
    assert (await counted(house)).tables == before
    # When its time is over it is still counted, and leads to no case.
    house.clock.move_to(house.clock.now() + timedelta(days=91))
    await house.app.timers.fire()
    rows = await house.rows()
    assert not rows["tally"]
    assert not rows["case_"]
    assert all(row.day.day == 1 for row in rows["sum_"])
    after = await counted(house, "terminal")
    assert (after.cases, {k: +v for k, v in after.tables.items()}) == (1, {k: +v for k, v in before.items()})
    assert (await counted(house, "telegram")).cases == 0
    assert await house.app.statistics.channels() == ["terminal"]


async def test_who_withdraws_is_counted_as_withdrawn_alone(house: House) -> None:
    await house.opened()
    await house.say("bghit ns7eb chikaya")
    await house.choose("withdraw.yes")
    counts = await counted(house)
    assert (counts.cases, counts.withdrawn) == (0, 1)
    assert not any(counts.tables.values())
    row = (await house.rows())["tally"][0]
    assert [value for name, value in row._mapping.items() if value and name not in ("case_reference", "hour")] == [
        "withdrawn"
    ]


async def test_reports_are_counted_by_door_and_outcome_also_when_their_case_is_over(house: House) -> None:
    reference = await agreed(house)
    for number, door in enumerate((Door.META, Door.META, Door.IWF)):
        await house.app.reports.send(reference, "salma", door, None, f"{number}" * 22)
    await house.app.reports.conclude(reference, "0" * 22, "salma", Outcome.REMOVED, house.clock.now().date(), "")
    expected = ({"meta": 2, "iwf": 1}, {"removed": 1, "none": 2})
    counts = await counted(house)
    assert (shown(counts, "report"), shown(counts, "outcome")) == expected
    await house.app.relay.take(reference, "salma")
    await house.app.relay.close(reference, "salma", "reported")
    house.clock.move_to(house.clock.now() + timedelta(days=91))
    await house.app.timers.fire()
    assert not (await house.rows())["report"]
    counts = await counted(house)
    assert (shown(counts, "report"), shown(counts, "outcome")) == expected


async def test_a_sealed_case_is_counted_as_withdrawn(house: House) -> None:
    await house.opened()
    await house.say("bghit nmout")
    assert shown(await counted(house), "danger") == {"self_harm": 1}
    await house.say("bghit ns7eb chikaya")
    await house.choose("withdraw.yes")
    counts = await counted(house)
    assert (counts.cases, counts.withdrawn) == (0, 1)
    assert not any(counts.tables.values())


async def test_what_is_erased_or_never_agreed_to_is_not_counted(house: House) -> None:
    await house.opened()
    await house.say("mse7")
    await house.send(house.message("wa7d kayhddedni", **OTHER))
    await house.send(house.message(choice="consent.no", **OTHER))
    # A chat with a human, without a record.
    await house.send(house.message("bghit nhder m3a chi wa7d", **OTHER))
    await house.send(house.message("wa7d kayhddedni", **THIRD))
    house.clock.move_to(house.clock.now() + timedelta(hours=25))
    await house.app.timers.fire()
    counts = await counted(house)
    assert (counts.cases, counts.withdrawn) == (0, 0)
    assert {k: +v for k, v in counts.tables.items() if +v} == {"dropped": {"refused": 1, "consent": 1}}
    assert not (await house.rows())["tally"]
