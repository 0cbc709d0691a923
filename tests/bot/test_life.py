"""Cases moved from reception to the end, on both databases."""

import asyncio
from datetime import date, timedelta

import pytest

from handoff.case import Status
from handoff.life import Move
from handoff.port import Refused, Role
from tests.bot.house import House

_S = Status
WAY = (
    Move(_S.RECEIVED, _S.ANALYSIS, "", ("law.threats", "rule.violence")),
    Move(_S.ANALYSIS, _S.TREAT, "Menaces claires"),
    Move(_S.TREAT, _S.REPORTED, "Signalé par téléphone"),
    Move(_S.REPORTED, _S.ACCOMPANIED, "", ("AUSIM",)),
)
DAYS = {_S.RECEIVED: 1, _S.ANALYSIS: 2, _S.TREAT: 2, _S.REPORTED: 14, _S.ACCOMPANIED: 30}


async def test_a_case_goes_through_its_whole_life(house: House) -> None:
    reference, life = await house.queued(), house.app.life
    await house.read()
    today = house.app.turns.day(house.clock.now())
    assert await due(house, reference) == today + timedelta(days=1)
    for move in WAY:
        assert await life.move(reference, "salma", Role.COUNSELLOR, move) is None
        assert await due(house, reference) == today + timedelta(days=DAYS[move.to])
        assert await house.read() == []
    await house.app.relay.take(reference, "salma")
    assert await house.app.relay.close(reference, "salma", "lost") == Refused("disposition")
    assert await house.app.relay.close(reference, "salma", "oriented", "Suivie par l'association") is None
    case = await house.app.cases.case(reference)
    assert case
    assert (case.status, case.disposition, case.timeline[-1].why) == ("closed", "oriented", "Suivie par l'association")
    told = [(line.what, line.was, line.by) for line in case.timeline if line.was]
    assert told == [
        ("moved.analysis", "received", "salma"), ("moved.treat", "analysis", "salma"),
        ("moved.reported", "treat", "salma"), ("moved.accompanied", "reported", "salma"),
        ("closed", "accompanied", "salma"),
    ]  # fmt: skip
    acts = [act.what for act in await house.app.trail.acts(reference=reference)]
    assert acts == ["closed", "taken", "moved", "moved", "moved", "moved"]
    assert await life.move(reference, "salma", Role.SUPERVISOR, WAY[0]) == Refused("closed")


async def test_two_counsellors_move_at_once_and_one_wins(house: House) -> None:
    reference, life = await house.queued(), house.app.life
    assert await life.move(reference, "salma", Role.COUNSELLOR, WAY[0]) is None
    treat, archive = Move(_S.ANALYSIS, _S.TREAT, "oui"), Move(_S.ANALYSIS, _S.ARCHIVE, "non")
    results = await asyncio.gather(
        life.move(reference, "salma", Role.COUNSELLOR, treat), life.move(reference, "omar", Role.COUNSELLOR, archive)
    )
    (lost,) = [found for found in results if found]
    case = await house.app.cases.case(reference)
    assert case
    assert lost == Refused("moved", case.status)
    assert [line.what for line in case.timeline].count(f"moved.{case.status}") == 1
    assert len(case.timeline) == 2


async def test_what_a_colleague_holds_is_moved_by_a_supervisor_alone(house: House) -> None:
    reference, life = await house.queued(), house.app.life
    await house.app.relay.take(reference, "omar")
    assert await life.move(reference, "salma", Role.COUNSELLOR, WAY[0]) == Refused("not_yours", "omar")
    assert await life.set_due(reference, "salma", Role.COUNSELLOR, None) == Refused("not_yours", "omar")
    assert await life.move(reference, "hind", Role.SUPERVISOR, WAY[0]) is None
    assert await life.move(reference, "omar", Role.COUNSELLOR, WAY[1]) is None
    again = Move(_S.TREAT, _S.ANALYSIS, "Nouvelles preuves", ("law.other",))
    assert await life.move(reference, "omar", Role.COUNSELLOR, again) == Refused("no_step")
    assert await life.move(reference, "hind", Role.SUPERVISOR, again) is None


async def test_a_move_and_the_childs_words_do_not_undo_each_other(house: House) -> None:
    reference = await house.opened()
    assert await house.app.life.move(reference, "salma", Role.COUNSELLOR, WAY[0]) is None
    await house.say("ana f Rabat, hadi 3 chhour")
    case = await house.app.cases.case(reference)
    assert case
    assert (case.status, case.city, len(case.timeline)) == ("analysis", "Rabat", 1)


@pytest.mark.parametrize("wish", ["bghit nss7eb chikaya", "mse7"])
async def test_a_child_withdraws_at_any_step(house: House, wish: str) -> None:
    reference = await house.queued()
    for move in WAY[:3]:
        assert await house.app.life.move(reference, "salma", Role.COUNSELLOR, move) is None
    await house.say(wish)
    state = await house.state()
    if state.question:
        await house.choose(f"{state.question.slot}.yes")
    case = await house.app.cases.case(reference)
    assert case is None or (case.status, case.timeline) == ("withdrawn", ())
    refused = await house.app.life.move(reference, "salma", Role.COUNSELLOR, WAY[3])
    assert refused
    assert refused.why in ("closed", "gone")
    assert await house.app.cases.how_many_late(date(2099, 1, 1)) == 0


async def test_the_overdue_list_knows_the_day_in_the_helplines_zone(house: House) -> None:
    reference, cases = await house.queued(), house.app.cases
    today = house.app.turns.day(house.clock.now())
    assert await house.app.life.set_due(reference, "salma", Role.COUNSELLOR, today) is None
    assert await cases.how_many_late(today) == 0
    assert [entry.reference for entry in await cases.overdue(today + timedelta(days=1))] == [reference]
    case = await cases.case(reference)
    assert case
    line = case.timeline[-1]
    assert (line.what, line.was, line.chosen, line.by) == (
        "due", (today + timedelta(days=1)).isoformat(), (today.isoformat(),), "salma",
    )  # fmt: skip
    assert await house.app.life.set_due(reference, "salma", Role.COUNSELLOR, None) is None
    assert await cases.overdue(today + timedelta(days=400)) == []
    assert await due(house, reference) is None


async def due(house: House, reference: str) -> date | None:
    entry = await house.app.cases.entry(reference)
    assert entry
    return entry.due
