"""A damaged row parks its conversation with a human, and leaves all others alone."""

from typing import Any

from bot.chat import Chat
from dialogs.state import Owner
from handoff.intake import fill
from handoff.restore import restored
from tests.bot.house import CHILD, House

OTHER = "+212600000009"


async def damage(house: House, table: str, column: str, where: str = "1 = 1") -> None:
    """Spoils a column of a table."""

    def work(c: Any) -> None:
        c.exec_driver_sql(f"UPDATE {table} SET {column} = CAST('spoilt' AS {_binary(c)}) WHERE {where}")

    await house.app.database.write(work)


def _binary(c: Any) -> str:
    return "BLOB" if c.dialect.name == "sqlite" else "BYTEA"


async def conversation_of(house: House, address: str) -> str:
    digest = house.app.vault.hash("contact", "terminal", address)
    return f"contact_hash = '{digest}'"


async def test_a_damaged_state_parks_the_conversation_with_a_human_and_keeps_its_case(house: House) -> None:
    reference = await house.opened()
    await house.send(house.message("salam", address=OTHER))
    before = await house.app.cases.case(reference)
    await damage(house, "conversation", "state_sealed", await conversation_of(house, CHILD))
    assert "failure.human" in await house.say("wach kayn chi 7ed?")
    state = await house.state()
    assert (state.owner, state.case) == (Owner.QUEUE, reference)
    after = await house.app.cases.case(reference)
    assert before and after and after.handoff
    assert after.handoff.reason == "bot_failure"
    same = {"handoff", "transcript", "timeline", "language"}
    assert after.model_dump(exclude=same) == before.model_dump(exclude=same)
    assert [line.text for line in after.transcript if line.from_ == "child"][-1] == "wach kayn chi 7ed?"
    # Somebody else's conversation goes on as it was.
    assert "failure.human" not in await house.send(house.message("wa7d kaysebni f tiktok", address=OTHER))
    assert (await house.state(OTHER)).owner is Owner.BOT
    assert await house.app.relay.take(reference, "salma") is None


async def test_a_damaged_state_without_a_case_opens_one_for_a_human(home: House) -> None:
    await home.say("wa7d kaysebni f tiktok")
    await damage(home, "conversation", "state_sealed")
    assert "failure.human" in await home.say("salam")
    state = await home.state()
    assert state.owner is Owner.QUEUE and state.case


async def test_a_damaged_case_hides_no_other_at_the_desk(home: House) -> None:
    reference = await home.queued()
    await home.send(home.message("wa7d kaysebni f tiktok", address=OTHER))
    await damage(home, "case_", "data_sealed")
    (entry,) = await home.app.cases.entries()
    assert (entry.reference, entry.owner) == (reference, "queue")
    await damage(home, "line", "text_sealed", "number = 1")
    case = await home.app.cases.case(reference)
    assert case and case.transcript[0].text == "\ufffd"
    assert await home.app.relay.take(reference, "salma") is None
    assert await home.app.relay.say(reference, "salma", "Salam", "key") is None


async def test_a_timer_that_fails_stops_no_other(home: House) -> None:
    reference = await home.opened()
    await home.send(home.message("wa7d kaysebni f tiktok", address=OTHER))
    await damage(home, "conversation", "state_sealed", await conversation_of(home, CHILD))
    home.clock.move_to(home.clock.now() + home.app.settings.privacy.unfinished * 2)
    await home.app.timers.fire()
    rows = await home.rows()
    assert [row.case_reference for row in rows["conversation"]] == [reference]


async def test_a_case_tells_what_its_conversation_knew(home: House, tmp_path: Any) -> None:
    chat = Chat(home.app.settings, tmp_path)
    await chat.open()
    try:
        await chat.send(text="wa7d kayhddedni f whatsapp w tiktok b tsawer, 3ndi 14 3am, saken f casa, +212612345678")
        for choice in ("consent.yes", "reporter.self", "anonymous.yes", "accompaniment.yes", "accompaniment_kind.both"):
            await chat.send(choice=choice)
        document = await chat.case()
        assert document
        from handoff.case import Case

        case = Case.model_validate({**document, "transcript": ()})
        assert case.basis == "consent" and case.age == 14 and case.evidence
        again = fill(case, restored(case, Owner.BOT))
        assert again.model_dump(exclude={"own_details"}) == case.model_dump(exclude={"own_details"})
    finally:
        await chat.close()
