import asyncio
from datetime import timedelta

import pytest

from bot.channels.inbox import NotStored
from dialogs.talk import Talk
from tests.bot.house import CHILD, House


async def test_the_same_message_three_times_gives_one_reply(house: House) -> None:
    message = house.message("salam")
    first = await house.send(message)
    assert first == ["greeting.hello", "narrative.ask"]
    assert await house.send(message, message) == []
    lines = (await house.rows())["line"]
    assert sum(line.sender == "child" for line in lines) == 1


async def test_the_same_message_at_once_gives_one_reply(house: House) -> None:
    message = house.message("salam")
    await asyncio.gather(*(house.app.turns.accept([message]) for _ in range(5)))
    assert len(await house.read()) == 2


async def test_a_batch_of_three_messages_is_three_turns_in_order(house: House) -> None:
    texts = ["wa7d kayhddedni", "f whatsapp", "3ndi 14 3am"]
    await house.send(*(house.message(text) for text in texts))
    await house.choose("consent.yes")
    reference = (await house.state()).case
    assert reference
    case = await house.app.cases.case(reference)
    assert case
    assert [line.text for line in case.transcript if line.from_ == "child"][:3] == texts
    assert (case.age, case.platforms) == (14, ("whatsapp",))


async def test_two_children_do_not_meet(house: House) -> None:
    await asyncio.gather(
        house.app.turns.accept([house.message("wa7d kayhddedni f whatsapp")]),
        house.app.turns.accept([house.message("salut on se moque de moi sur insta", address="+212600000002")]),
    )
    await house.read()
    assert (await house.state()).slots["platform"] == ("whatsapp",)
    assert (await house.state("+212600000002")).slots["platform"] == ("instagram",)


async def test_before_consent_nothing_is_at_the_desk(house: House) -> None:
    await house.say("wa7d kayhddedni f whatsapp")
    assert await house.app.cases.entries() == []


async def test_a_refusal_leaves_no_word_and_no_case(house: House) -> None:
    await house.say("wa7d kayhddedni f whatsapp planted-word")
    await house.choose("consent.no")
    rows = await house.rows()
    assert rows["case_"] == []
    state = await house.state()
    assert state.story == ()
    opened = await house.lines()
    assert not any("planted" in text for text in opened)
    assert {line.sender for line in rows["line"]} == {"bot"}


async def test_a_conversation_without_consent_is_forgotten_after_a_day(house: House) -> None:
    await house.say("wa7d kayhddedni f whatsapp")
    house.clock.move_to(house.clock.now() + timedelta(hours=23))
    await house.app.timers.fire()
    assert (await house.rows())["conversation"]
    house.clock.move_to(house.clock.now() + timedelta(hours=2))
    await house.app.timers.fire()
    left = {name for name, found in (await house.rows()).items() if found}
    assert left == {"secret", "seen", "erased", "quick_reply", "sum_"}
    assert [(row.figure, row.value, row.number) for row in (await house.rows())["sum_"]] == [("dropped", "consent", 1)]


async def test_danger_opens_a_minimal_case_at_once(house: House) -> None:
    came = await house.say("bghit nmout")
    assert came[0] == "danger.self_harm.now"
    (entry,) = await house.app.cases.entries()
    assert (entry.priority, entry.owner, entry.reason) == ("urgent", "queue", "danger")
    case = await house.app.cases.case(entry.reference)
    assert case
    assert case.basis == "vital_interest"
    assert [line.text for line in case.transcript if line.from_ == "child"] == ["bghit nmout"]


async def test_withdrawal_empties_the_case_and_the_transcript(house: House) -> None:
    reference = await house.opened()
    await house.say("bghit ns7eb chikaya")
    assert "withdraw.done" in await house.choose("withdraw.yes")
    case = await house.app.cases.case(reference)
    assert case
    kept = {key: value for key, value in case.document().items() if value not in (None, [], {})}
    assert set(kept) == {"schema", "reference", "opened_at", "status", "withdrawn_at"}
    assert not [line for line in (await house.rows())["line"] if line.case_reference]


async def test_an_urgent_case_is_sealed_for_three_days_and_then_emptied(house: House) -> None:
    reference = await house.opened()
    await house.say("bghit nmout")
    await house.say("bghit ns7eb chikaya")
    assert "withdraw.sealed" in await house.choose("withdraw.yes")
    case = await house.app.cases.case(reference)
    assert case
    assert case.status == "sealed"
    assert case.narrative
    house.clock.move_to(house.clock.now() + timedelta(hours=73))
    await house.app.timers.fire()
    case = await house.app.cases.case(reference)
    assert case
    assert case.status == "withdrawn"
    assert case.narrative is None
    assert case.transcript == ()


async def test_the_erase_word_erases_everything(house: House) -> None:
    reference = await house.opened()
    assert await house.say("mse7") == ["erase.done"]
    assert await house.app.cases.case(reference) is None
    house.clock.move_to(house.clock.now() + timedelta(hours=25))
    await house.app.timers.fire()
    left = {name for name, found in (await house.rows()).items() if found}
    assert left == {"secret", "seen", "erased", "quick_reply"}


async def test_when_the_database_is_gone_the_messenger_is_told_to_come_again(home: House) -> None:
    await home.say("salam")
    await home.app.database.write(lambda c: c.exec_driver_sql("ALTER TABLE seen RENAME TO gone"))
    with pytest.raises(NotStored):
        await home.say("wa7d kayhddedni")
    await home.app.database.write(lambda c: c.exec_driver_sql("ALTER TABLE gone RENAME TO seen"))
    assert await home.say("wa7d kayhddedni")


async def test_a_bug_in_the_dialog_costs_no_message_and_calls_a_human(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(Talk, "go", broken)
    assert await home.say("wa7d kayhddedni") == ["failure.human"]
    (entry,) = await home.app.cases.entries()
    assert entry.reason == "bot_failure"
    case = await home.app.cases.case(entry.reference)
    assert case
    assert "wa7d kayhddedni" in [line.text for line in case.transcript]


async def test_an_unknown_button_is_answered(home: House) -> None:
    await home.say("salam")
    assert await home.choose("no_such.thing") == ["media.other", "narrative.ask"]


async def test_the_address_is_the_childs_and_no_case_shows_it(home: House) -> None:
    reference = await home.opened()
    case = await home.app.cases.case(reference)
    assert case
    assert CHILD not in case.model_dump_json()


async def test_a_link_that_cannot_be_read_jams_nothing(home: House) -> None:
    assert await home.say("https://[www.facebook.com/abc")
    assert await home.say("http://insta[gram.com/x kayhddedni")


async def test_an_engine_that_fails_costs_no_message(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(home.app.turns, "_interpreter", type("Broken", (), {"parse": broken})())
    assert await home.send(home.message("one"), home.message("two")) == ["failure.human", "failure.human"]
    (entry,) = await home.app.cases.entries()
    case = await home.app.cases.case(entry.reference)
    assert case
    assert [line.text for line in case.transcript if line.from_ == "child"] == ["one", "two"]


async def test_no_second_word_undoes_a_seal_and_nothing_survives_it(house: House) -> None:
    reference = await house.opened()
    await house.say("bghit nmout")
    await house.say("bghit ns7eb chikaya")
    await house.choose("withdraw.yes")
    assert (await house.say("mse7"))[-1] == "erase.sealed"
    case = await house.app.cases.case(reference)
    assert case
    assert case.status == "sealed"
    for hours in (25, 73):
        house.clock.move_to(house.clock.now() + timedelta(hours=hours))
        await house.app.timers.fire()
    rows = await house.rows()
    assert rows["conversation"] == []
    assert [row.status for row in rows["case_"]] == ["withdrawn"]


async def test_a_repeat_is_known_even_after_the_conversation_was_forgotten(house: House) -> None:
    message = house.message("salam")
    await house.send(message)
    house.clock.move_to(house.clock.now() + timedelta(hours=25))
    await house.app.timers.fire()
    assert (await house.rows())["conversation"] == []
    assert await house.send(message) == []


async def test_a_refusal_after_danger_leaves_the_danger_alone(house: House) -> None:
    await house.say("bghit nmout")
    await house.say("jari smito Karim kayhddedni hadi 3 chhour")
    (entry,) = await house.app.cases.entries()

    async def seen() -> list[str]:
        case = await house.app.cases.case(entry.reference)
        assert case
        return [line.text for line in case.transcript if line.from_ == "child"]

    assert all("Karim" not in text for text in await seen())
    house.clock.move_to(house.clock.now() + timedelta(minutes=40))
    await house.say("salam")
    await house.choose("consent.no")
    assert await seen() == ["bghit nmout"]
    opened = await house.lines()
    assert all("Karim" not in text for text in opened)


async def test_a_child_who_falls_silent_after_consent_is_seen_by_a_human(house: House) -> None:
    reference = await house.opened()
    house.clock.move_to(house.clock.now() + timedelta(hours=25))
    await house.app.timers.fire()
    entry = await house.app.cases.entry(reference)
    assert entry
    assert entry.owner == "queue"
    assert await house.read() == []
    assert await house.app.relay.take(reference, "salma") is None


async def test_after_a_refusal_nothing_new_is_kept(house: House) -> None:
    await house.say("wa7d kayhddedni f whatsapp")
    await house.choose("consent.no")
    await house.say("smito Karim w kaysebbni f tiktok")
    assert (await house.state()).story == ()
    opened = await house.lines()
    assert all("Karim" not in text for text in opened)
