"""Retention: everything has an end, and a hold moves it, but not before the child's own word."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from handoff.port import Refused
from store import tables as t
from tests.bot.house import CHILD, House

DAY = timedelta(days=1)
OTHER = "+212600000009"


async def _closed(house: House) -> str:
    reference = await house.queued()
    await house.app.relay.take(reference, "salma")
    await house.app.relay.say(reference, "salma", "Salam", "key")
    await house.read()
    assert await house.app.relay.close(reference, "salma", "helped") is None
    await house.read()
    return reference


def _later(house: House, days: int) -> None:
    house.clock.move_to(house.clock.now() + days * DAY)


async def _run(house: House) -> dict[str, int]:
    """What is over, which is what is erased."""
    over = await house.app.retention.count()
    done = await house.app.retention.run()
    # What was erased this minute is old already by a clock that was moved; a conversation may follow its case; waits
    # are counted in opening hours alone.
    for kind in set(over) & set(done) - {"ledger", "unfinished"}:
        assert done[kind] == over[kind]
    again = await house.app.retention.count()
    assert not any(count for kind, count in again.items() if kind not in ("held back", "ledger"))
    return {kind: count for kind, count in done.items() if count and kind not in ("ledger", "waits")}


async def test_everything_ends_in_its_time_even_where_no_timer_knows_of_it(house: House) -> None:
    reference = await _closed(house)
    await house.send(house.message("wa7d kaysebni f tiktok", address=OTHER))
    await house.app.database.write(lambda c: c.execute(t.timer.delete()))
    assert await _run(house) == {}
    _later(house, 1)
    assert await _run(house) == {"unfinished": 1}
    _later(house, 29)
    assert await _run(house) == {"addresses": 1, "key backups": 2}
    assert (await house.rows())["conversation"][0].address_sealed is None
    _later(house, 30)
    assert await _run(house) == {"transcripts": 1, "key backups": 1}
    case = await house.app.cases.case(reference)
    assert case and case.narrative and not case.transcript
    _later(house, 30)
    assert await _run(house) == {"cases": 1, "unfinished": 1, "key backups": 1}
    rows = await house.rows()
    assert not rows["case_"] and not rows["conversation"] and not rows["data_key"] and not rows["line"]
    assert rows["trail"] and rows["sum_"], "who did what, and the sums, stay"


async def test_a_hold_keeps_a_case_and_ends(house: House) -> None:
    reference = await _closed(house)
    casework = house.app.casework
    assert await casework.hold(reference, "hind", "Enquête") is None
    held = (await casework.work(reference)).hold
    assert held and (held.by, held.reason) == ("hind", "Enquête")
    _later(house, 400)
    await house.app.timers.fire()
    assert (await house.app.retention.count())["held back"] == 1
    assert "cases" not in await _run(house)
    case = await house.app.cases.case(reference)
    assert case and case.transcript
    assert (await house.rows())["conversation"][0].address_sealed is None, "the way back is not held"
    assert await casework.let_go(reference, "hind") is None
    assert (await _run(house))["cases"] == 1
    acts = [act.what for act in await house.app.trail.acts(reference=reference)]
    assert acts[:2] == ["hold_ended", "hold"]


async def test_no_hold_goes_before_the_childs_own_word(house: House) -> None:
    reference = await house.opened()
    assert await house.app.casework.hold(reference, "hind", "Enquête") is None
    await house.say("mse7")
    await house.say("ah")
    assert await house.app.cases.case(reference) is None
    assert not (await house.rows())["hold"]
    assert await house.app.casework.hold(reference, "hind", "Enquête") == Refused("gone")


async def test_a_sealed_case_takes_no_hold(home: House) -> None:
    reference = await home.opened()
    await home.say("bghit nmout")
    await home.say("mse7")
    await home.say("ah")
    case = await home.app.cases.case(reference)
    assert case and case.status == "sealed"
    assert await home.app.casework.hold(reference, "hind", "Enquête") == Refused("gone")
    await home.app.database.write(lambda c: c.execute(t.timer.delete()))
    _later(home, 3)
    assert (await _run(home))["sealed"] == 1
    case = await home.app.cases.case(reference)
    assert case and case.status == "withdrawn"


async def test_the_trail_ends_too_and_not_before_its_time(house: House) -> None:
    now = house.clock.now()
    old = {"at": now - 1200 * DAY, "who": "salma", "what": "read"}
    young = {"at": now - 300 * DAY, "who": "salma", "what": "read"}
    await house.app.database.write(lambda c: c.execute(insert(t.trail), [old, young]))
    assert await _run(house) == {"trail": 1}

    def erase(c: Any) -> None:
        c.execute(t.trail.delete())

    with pytest.raises(Exception, match="never changed"):
        await house.app.database.write(erase)
    assert len((await house.rows())["trail"]) == 1


async def test_the_night_is_one_process_s(house: House) -> None:
    timers = house.app.timers
    assert [await timers.night() for _ in range(2)] == [False, False]
    _later(house, 1)
    assert [await timers.night() for _ in range(2)] == [True, False]
    assert await timers.fire() == 0
    _later(house, 1)
    assert await timers.night()
    assert CHILD not in str(await house.rows())
