import asyncio
from datetime import timedelta

import pytest

from bot import administration
from handoff.port import Refused, Role, User
from tests.bot.house import House
from tests.bot.test_watch import DAY, owner, staffed, taken
from tests.conftest import ROOT


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
    assert await house.app.relay.close(reference, "omar", "helped") == Refused("not_yours", "salma")
    assert await house.app.relay.say(reference, "salma", "x" * 4001, "k") == Refused("too_long")
    assert await house.app.relay.say("AAAA-AAAA", "salma", "hi", "k") == Refused("gone")


async def test_a_released_case_waits_again_and_the_child_is_told(house: House) -> None:
    house.clock.move_to(DAY)
    reference = await house.queued()
    await house.app.relay.take(reference, "salma")
    await house.read()
    assert await house.app.relay.release(reference, "salma") is None
    assert [(m.message_id, m.source) for m in await house.read()] == [("handoff.released", "system")]
    entry = await house.app.cases.entry(reference)
    assert entry
    assert (entry.owner, entry.taken_by) == ("queue", None)
    assert await house.app.relay.take(reference, "omar") is None


async def test_a_closed_case_is_kept_for_its_time_and_then_erased(house: House) -> None:
    reference = await house.queued()
    await house.app.relay.take(reference, "salma")
    assert await house.app.relay.close(reference, "salma", "helped") is None
    assert [m.message_id for m in await house.read()][-2:] == ["handoff.ended", "feedback.ask"]
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
    kept = {"secret", "seen", "erased", "trail", "wait", "quick_reply", "sum_"}
    assert {name for name, found in (await house.rows()).items() if found} <= kept


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
    await house.app.relay.close(entry.reference, "salma", "helped")
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


async def test_a_case_that_is_still_with_the_bot_is_taken_and_given_back(house: House) -> None:
    await staffed(house)
    reference = await house.opened()
    assert await house.app.relay.take(reference, "salma") is None
    assert [m.message_id for m in await house.read()] == ["handoff.taken"]
    case = await house.app.cases.case(reference)
    assert case
    assert case.handoff
    assert (case.handoff.reason, case.handoff.taken_by) == ("taken_over", "salma")
    assert await house.say("chokran") == []
    assert await house.app.relay.resume(reference, "omar") == Refused("not_yours", "salma")
    assert await house.app.relay.resume(reference, "salma") is None
    told = await house.read()
    assert (told[0].message_id, told[0].source) == ("handoff.resumed", "system")
    assert len(told) == 2, "the bot goes on with its question"
    case = await house.app.cases.case(reference)
    assert case
    assert case.handoff is None
    assert await owner(house, reference) == ("bot", None)
    await house.say("bghit nhder m3a chi wa7d dyal bsse7")
    assert await owner(house, reference) == ("queue", None)


async def test_a_colleague_accepts_or_declines_what_is_offered(house: House) -> None:
    reference = await taken(house)
    relay = house.app.relay
    for nobody in ("salma", "nobody", "karim", "gone"):
        assert await relay.offer(reference, "salma", nobody, "") == Refused("nobody")
    assert await relay.accept(reference, "omar") == Refused("not_offered")
    assert await relay.offer(reference, "omar", "salma", "") == Refused("not_yours", "salma")
    await relay.offer(reference, "salma", "omar", "je finis à midi")
    assert await relay.decline(reference, "karim") == Refused("not_offered")
    assert await relay.decline(reference, "omar") is None
    assert await relay.accept(reference, "omar") == Refused("not_offered")
    await relay.offer(reference, "salma", "omar", "")
    assert await house.read() == []
    accepted = await asyncio.gather(*(relay.accept(reference, name) for name in ("omar", "omar", "karim")))
    assert accepted == [None, None, Refused("not_offered")]
    assert [(m.message_id, m.source) for m in await house.read()] == [("handoff.passed", "system")]
    assert await owner(house, reference) == ("counsellor", "omar")
    assert await relay.say(reference, "salma", "encore moi", "k") == Refused("not_yours", "omar")


async def test_a_case_is_handed_to_a_colleague_who_then_has_time(house: House) -> None:
    reference = await taken(house)
    await house.app.users.add_user(User("karim", Role.TRAINER, "x"))
    await house.app.users.add_user(User("gone", Role.COUNSELLOR, "x", active=False))
    for nobody in ("karim", "gone"):
        assert await house.app.relay.hand(reference, "salma", nobody) == Refused("nobody")
    house.clock.move_to(house.clock.now() + timedelta(minutes=14))
    assert await house.app.relay.hand(reference, "salma", "omar") is None
    await house.app.users.seen("omar", house.clock.now())
    await house.app.watch.look()
    assert await owner(house, reference) == ("counsellor", "omar")
    assert [m.message_id for m in await house.read()] == ["handoff.passed"]


async def test_an_offer_ends_with_the_case(house: House) -> None:
    reference = await taken(house)
    await house.app.relay.offer(reference, "salma", "omar", "")
    await house.say("bghit ns7eb chikaya dyali")
    await house.choose("withdraw.yes")
    assert await house.app.relay.accept(reference, "omar") == Refused("closed")


async def test_every_act_leaves_its_trace_and_a_refused_one_none(house: House) -> None:
    reference = await taken(house)
    relay = house.app.relay
    await relay.say(reference, "omar", "x", "k")
    await relay.say(reference, "salma", "Salam", "k")
    await relay.say(reference, "salma", "Salam", "k")
    await relay.hand(reference, "salma", "omar")
    await relay.offer(reference, "omar", "salma", "")
    await relay.decline(reference, "salma")
    await relay.release(reference, "omar")
    await relay.take(reference, "omar")
    await relay.take(reference, "salma")
    await relay.close(reference, "omar", "helped")
    acts = await house.app.trail.acts(reference=reference)
    assert [(act.who, act.what, act.about) for act in reversed(acts)] == [
        ("salma", "taken", None), ("salma", "replied", None), ("salma", "handed", "omar"),
        ("omar", "offered", "salma"), ("salma", "declined", "salma"), ("omar", "released", None),
        ("omar", "taken", None), ("omar", "closed", None),
    ]  # fmt: skip


async def test_what_the_command_line_reads_and_erases_stands_in_the_trail(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = await home.opened()
    monkeypatch.setenv("M3AK_STORAGE__URL", str(home.app.database.url))
    monkeypatch.setenv("M3AK_PRIVACY__KEY_FILE", str(home.app.settings.privacy.key_file))
    monkeypatch.setenv("M3AK_PRIVACY__KEY_BACKUPS", str(home.app.settings.privacy.key_backups))
    config = ROOT / "config.yml"
    assert await administration.show_case(config, reference)
    assert await administration.erase_case(config, reference)
    assert await administration.show_case(config, reference) is None
    acts = await home.app.trail.acts()
    assert [(act.who, act.what, act.reference) for act in reversed(acts)] == [
        ("m3ak", "read", reference), ("m3ak", "erased", reference),
    ]  # fmt: skip


async def test_a_reply_answers_a_message_of_the_child_by_the_messengers_own_id(house: House) -> None:
    reference = await taken(house)
    told = "chokran bzaf a khti, " * 9
    message = house.message(told)
    await house.send(message)
    case = await house.app.cases.case(reference)
    assert case
    place = len(case.transcript) - 1
    assert await house.app.relay.say(reference, "salma", "Ana m3ak", "k1", place) is None
    (sent,) = await house.read()
    assert (sent.text, sent.answers) == ("Ana m3ak", message.message_id)
    assert told.startswith(sent.quote.removesuffix("…"))
    assert len(sent.quote) <= 80
    case = await house.app.cases.case(reference)
    assert case
    assert case.transcript[-1].text == sent.whole
    for wrong in (len(case.transcript) - 1, 9_999):
        assert await house.app.relay.say(reference, "salma", "Ana m3ak", "k2", wrong) == Refused("no_line")
    assert await house.read() == []
    stored = repr((await house.rows())["line"])
    assert message.message_id not in stored


async def test_the_ids_of_what_a_child_wrote_go_with_the_way_back(house: House) -> None:
    reference = await taken(house)
    assert [row for row in (await house.rows())["line"] if row.id_sealed]
    await house.app.relay.close(reference, "salma", "helped")
    house.clock.move_to(house.clock.now() + timedelta(days=31))
    await house.app.timers.fire()
    rows = await house.rows()
    assert [row.address_sealed for row in rows["conversation"]] == [None]
    assert rows["line"]
    assert not [row for row in rows["line"] if row.id_sealed]
