"""Bursts, reminders and returns through the whole house: nothing that was written is lost, and it is answered once."""

from datetime import timedelta

import pytest

from bot.reading import Reading
from nlu.interpretation import Interpretation
from tests.bot.house import CHILD, House

BURST = ("salam", "3afak", "wa7d kayhddedni f whatsapp", "3ndi 14 3am")


async def write(house: House, *texts: str) -> list[str]:
    """Messages one after the other; what is read before the quiet time is over."""
    await house.app.turns.accept([house.message(text) for text in texts])
    await house.app.delivery.drain()
    return [message.message_id for message in house.terminal.take()]


async def wait(house: House, **time: float) -> list[str]:
    house.clock.move_to(house.clock.now() + timedelta(**time))
    await house.app.timers.fire()
    await house.app.delivery.drain()
    return [message.message_id for message in house.terminal.take()]


async def test_a_burst_is_answered_once_when_the_child_is_quiet(home: House) -> None:
    assert await write(home, *BURST[:2]) == []
    assert await wait(home, seconds=2) == []
    assert await write(home, *BURST[2:]) == []
    assert await wait(home, seconds=2) == []
    assert (await wait(home, seconds=2))[-1:] == ["consent.ask"]
    state = await home.state()
    assert state.slots["age"] == 14
    assert state.slots["platform"] == ("whatsapp",)
    await home.choose("consent.yes")
    case = await home.app.cases.case(str((await home.state()).case))
    assert case
    said = [line.text for line in case.transcript if line.from_ == "child"]
    assert said[: len(BURST)] == list(BURST), "each message is a line of its own"


async def test_the_answer_after_a_burst_is_read_once(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    async def counted(reading: Reading, text: str = "") -> tuple[Interpretation | None, Interpretation | None]:
        read.append(text)
        return await reading.read(home.app.interpreter, text)

    await write(home, *BURST)
    await wait(home, seconds=5)
    monkeypatch.setattr(home.app.turns, "read", counted)
    await write(home, "ah, 9eydouh")
    assert read == ["ah, 9eydouh"], "the question that ended the burst was forgotten, and the answer read in vain"
    assert (await home.state()).slots["consent"] is True


async def test_a_burst_survives_the_process(home: House) -> None:
    await write(home, *BURST)
    rows = await home.rows()
    assert [row.name for row in rows["timer"] if row.name == "hold"] == ["hold"]
    assert (await wait(home, minutes=3))[-1:] == ["consent.ask"]
    assert await wait(home, minutes=3) == []


async def test_a_message_that_is_delivered_twice_is_held_once(home: House) -> None:
    message = home.message("wa7d kayhddedni f whatsapp")
    await home.app.turns.accept([message, message])
    assert (await home.state()).held == ("wa7d kayhddedni f whatsapp",)


async def test_danger_in_the_middle_of_a_burst_does_not_wait(home: House) -> None:
    keys = await write(home, "salam", "3ndi mochkil", "bghit nmout")
    assert keys[0] == "danger.self_harm.now"
    assert await wait(home, seconds=10) == []


async def test_a_button_takes_along_what_was_written_before_it(home: House) -> None:
    await home.say("wa7d kayhddedni f whatsapp")
    assert await write(home, "w 3ndi 13 3am") == []
    keys = await home.choose("consent.yes")
    assert keys[0] == "intake.begin"
    assert (await home.state()).slots["age"] == 13
    assert await wait(home, seconds=10) == []


async def test_a_bug_in_a_burst_costs_no_message_and_calls_a_human(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("planted")

    await write(home, *BURST)
    monkeypatch.setattr("dialogs.talk.Talk.go", broken)
    assert await wait(home, seconds=5) == ["failure.human"]


async def test_one_reminder_where_the_child_allowed_it(home: House) -> None:
    await home.opened()
    await home.choose("recontact.yes")
    assert await wait(home, hours=19) == []
    await home.say("ana")
    assert await wait(home, hours=19) == []
    assert await wait(home, hours=2) == ["reminder"]
    assert await wait(home, hours=2) == []
    state = await home.state()
    assert state.reminded
    assert state.question, "the thread is kept"


async def test_no_reminder_without_permission(home: House) -> None:
    await home.opened()
    assert await wait(home, hours=21) == []


async def test_a_child_who_comes_back_finds_its_question(home: House) -> None:
    await home.opened()
    asked = (await home.state()).question
    assert asked
    for away in ({"minutes": 30}, {"hours": 3}):
        await wait(home, **away)
        keys = await home.say("salam")
        assert keys in (["welcome.back", asked.key], ["welcome.back", "reporter.again"])


async def test_an_own_number_of_an_anonymous_child_is_flagged_and_not_kept(home: House) -> None:
    reference = await home.opened()
    await home.say("mon numéro 0612345678")
    await home.say("son numéro 0698765432")
    case = await home.app.cases.case(reference)
    assert case
    assert {(piece.value, piece.whose) for piece in case.evidence} == {(None, "own"), ("+212698765432", "aggressor")}
    assert case.own_details
    assert case.contact is None


async def test_faces_and_consent_after_the_close_are_in_the_case(home: House) -> None:
    reference = await home.queued()
    await home.choose("consent.yes")
    await home.app.relay.take(reference, "salma")
    await home.read()
    await home.app.relay.close(reference, "salma", "helped")
    keys = [message.message_id for message in await home.read()]
    assert keys == ["handoff.ended", "feedback.ask"]
    assert await home.say("5") == ["feedback.thanks", "improvement.ask"]
    assert await home.choose("improvement.yes") == ["improvement.noted"]
    case = await home.app.cases.case(reference)
    assert case
    assert case.feedback == 5
    assert case.consents[-1].kind == "improvement"
    assert case.consents[-1].given


async def test_the_panic_word_drops_what_the_bot_has_not_said_yet(home: House) -> None:
    await home.app.turns.accept([home.message(choice="narrative.threats", text="x")])
    await home.app.turns.accept([home.message("khebbi")])
    assert [message.message_id for message in await home.read()] == ["panic.done"]
    assert CHILD not in str([tuple(row) for row in (await home.rows())["outbox"]])
