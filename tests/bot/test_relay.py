import asyncio
from datetime import timedelta

from handoff.port import Refused
from tests.bot.house import House


async def test_two_counsellors_take_at_once_and_one_wins(house: House) -> None:
    reference = await house.queued()
    results = await asyncio.gather(house.app.relay.take(reference, "salma"), house.app.relay.take(reference, "omar"))
    won = [r for r in results if r is None]
    (lost,) = [r for r in results if r is not None]
    assert len(won) == 1
    assert lost.why == "taken"
    entry = await house.app.cases.entry(reference)
    assert entry
    assert entry.taken_by == lost.by
    assert [m.message_id for m in await house.read()] == ["handoff.taken"]


async def test_a_reply_sent_twice_arrives_once_and_no_flow_answers(house: House) -> None:
    reference = await house.queued()
    await house.app.relay.take(reference, "salma")
    await house.read()
    for _ in range(2):
        assert await house.app.relay.say(reference, "salma", "Salam, ana Salma", "key-1") is None
    (message,) = await house.read()
    assert (message.text, message.source) == ("Salam, ana Salma", "counsellor")
    assert await house.say("chokran bzaf a khti") == []
    entry = await house.app.cases.entry(reference)
    assert entry
    assert entry.unread == 1


async def test_only_the_holder_writes_releases_and_closes(house: House) -> None:
    reference = await house.queued()
    assert await house.app.relay.say(reference, "salma", "hi", "k") == Refused("not_yours", None)
    await house.app.relay.take(reference, "salma")
    assert await house.app.relay.say(reference, "omar", "hi", "k") == Refused("not_yours", "salma")
    assert await house.app.relay.close(reference, "omar") == Refused("not_yours", "salma")
    assert await house.app.relay.say(reference, "salma", "x" * 4001, "k") == Refused("too_long")
    assert await house.app.relay.say("AAAA-AAAA", "salma", "hi", "k") == Refused("gone")


async def test_a_released_case_waits_again_and_the_child_is_told(house: House) -> None:
    reference = await house.queued()
    await house.app.relay.take(reference, "salma")
    await house.read()
    assert await house.app.relay.release(reference, "salma") is None
    assert [m.message_id for m in await house.read()] == ["handoff.released"]
    entry = await house.app.cases.entry(reference)
    assert entry
    assert (entry.owner, entry.taken_by) == ("queue", None)
    assert await house.app.relay.take(reference, "omar") is None


async def test_a_closed_case_is_kept_for_its_time_and_then_erased(house: House) -> None:
    reference = await house.queued()
    await house.app.relay.take(reference, "salma")
    assert await house.app.relay.close(reference, "salma") is None
    assert [m.message_id for m in await house.read()][-1] == "handoff.ended"
    case = await house.app.cases.case(reference)
    assert case
    assert case.status == "closed"
    assert [line.what for line in case.timeline] == ["taken", "closed"]
    assert await house.app.relay.say(reference, "salma", "hi", "k") == Refused("closed")
    house.clock.move_to(house.clock.now() + timedelta(days=31))
    await house.app.timers.fire()
    assert (await house.rows())["conversation"][0].address_sealed is None
    assert await house.app.cases.case(reference)
    house.clock.move_to(house.clock.now() + timedelta(days=60))
    await house.app.timers.fire()
    assert await house.app.cases.case(reference) is None
    assert {name for name, found in (await house.rows()).items() if found} <= {"secret", "seen", "reply"}


async def test_a_chat_without_a_record_is_erased_when_it_ends(house: House) -> None:
    await house.say("wa7d kayhddedni f whatsapp")
    await house.choose("consent.no")
    await house.say("bghit nhder m3a chi wa7d dyal bsse7")
    (entry,) = await house.app.cases.entries()
    case = await house.app.cases.case(entry.reference)
    assert case
    assert case.narrative is None
    assert all("kayhddedni" not in line.text for line in case.transcript)
    await house.app.relay.take(entry.reference, "salma")
    await house.app.relay.close(entry.reference, "salma")
    assert await house.app.cases.case(entry.reference) is None


async def test_a_withdrawal_while_a_counsellor_holds_the_case_ends_it_for_both(house: House) -> None:
    reference = await house.queued()
    await house.app.relay.take(reference, "salma")
    await house.read()
    assert await house.say("bghit ns7eb chikaya dyali") == ["withdraw.ask"]
    assert await house.choose("withdraw.yes") == ["withdraw.done"]
    assert (await house.app.relay.say(reference, "salma", "hi", "k")) == Refused("closed")


async def test_a_supervisor_gives_back_what_a_colleague_left(house: House) -> None:
    reference = await house.queued()
    await house.app.relay.take(reference, "salma")
    assert await house.app.relay.release(reference, "nadia") == Refused("not_yours", "salma")
    assert await house.app.relay.release(reference, "nadia", over=True) is None
    entry = await house.app.cases.entry(reference)
    assert entry
    assert (entry.owner, entry.taken_by) == ("queue", None)
    case = await house.app.cases.case(reference)
    assert case
    assert [line.by for line in case.timeline] == ["salma", "nadia"]
