"""What counsellors keep beside a case, on both databases: ticks, corrections, notes, tasks, links."""

from datetime import date
from typing import Any

import pytest

from bot.channels.channel import Outbound, Reached, Sent
from handoff.casework import QuickReply
from handoff.port import Refused
from nlu.interpretation import Language
from tests.bot.house import House

KEY = "k" * 22


async def ticks(house: House, reference: str) -> list[str | None]:
    """How far the counsellor's messages have come."""
    case = await house.app.cases.case(reference)
    assert case
    return [line.delivery for line in case.transcript if line.from_ == "counsellor"]


async def test_ticks_go_forward_and_never_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = await house.queued()
    await house.app.relay.take(reference, "salma")
    await house.read()

    async def send(address: str, message: Outbound) -> Sent:
        return Sent("platform-1")

    monkeypatch.setattr(house.terminal, "send", send)
    await house.app.relay.say(reference, "salma", "Salam", KEY)
    assert await ticks(house, reference) == ["waiting"]
    heard: list[str | None] = []
    house.app.database.follow(heard.append)
    await house.app.delivery.drain()
    assert await ticks(house, reference) == ["sent"]
    assert f"case {reference}" in heard
    heard.clear()
    for how, shown in (("delivered", "delivered"), ("read", "read"), ("delivered", "read")):
        await house.app.turns.accept([Reached("terminal", "platform-1", how)])  # type: ignore[arg-type]
        assert await ticks(house, reference) == [shown]
    assert heard.count(f"case {reference}") == 2
    await house.app.turns.accept([Reached("terminal", "of-nobody", "read")])
    assert await ticks(house, reference) == ["read"]


async def test_a_tick_that_comes_before_its_message_is_noted_is_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = await house.queued()
    await house.app.relay.take(reference, "salma")
    await house.read()

    async def send(address: str, message: Outbound) -> Sent:
        await house.app.turns.accept([Reached("terminal", "platform-1", "read")])
        await house.app.turns.accept([Reached("terminal", "platform-1", "delivered")])
        return Sent("platform-1")

    monkeypatch.setattr(house.terminal, "send", send)
    await house.app.relay.say(reference, "salma", "Salam", KEY)
    await house.app.delivery.drain()
    assert await ticks(house, reference) == ["read"]


async def test_what_was_corrected_stays(house: House) -> None:
    reference = await house.opened()
    casework = house.app.casework
    await house.app.relay.take(reference, "salma")
    before, after = {"age": 14, "city": None}, {"age": 17, "city": "Fès"}
    assert await casework.correct(reference, "omar", before, after) == Refused("not_yours", "salma")
    assert await casework.correct(reference, "salma", {"age": 12}, {"age": 17}) == Refused("changed", "age")
    assert await casework.correct(reference, "salma", before, after) is None
    await house.say("3ndi 14 3am, ana f Rabat")
    await house.app.relay.release(reference, "salma")
    case = await house.app.cases.case(reference)
    assert case
    assert (case.age, case.age_band, case.city) == (17, "16_and_over", "Fès")
    told = [(line.what, line.by, line.was) for line in case.timeline if line.what.startswith("corrected")]
    assert told == [("corrected.age", "salma", "14"), ("corrected.city", "salma", None)]
    assert (await house.app.trail.acts(reference=reference))[-1].who == "salma"


async def test_a_new_danger_is_urgent_whatever_was_corrected(house: House) -> None:
    reference = await house.opened()
    await house.app.relay.take(reference, "salma")
    case = await house.app.cases.case(reference)
    assert case
    lowered = {"priority": "normal"}
    assert await house.app.casework.correct(reference, "salma", {"priority": case.priority}, lowered) is None
    assert (await _entry(house, reference)).priority == "normal"
    await house.say("bghit nmout")
    assert (await _entry(house, reference)).priority == "urgent"


async def test_only_what_a_case_can_hold_is_taken(house: House) -> None:
    reference = await house.opened()
    await house.app.relay.take(reference, "salma")
    for wrong in ({"contact": None}, {"age": "vieux"}, {"categories": ["x"]}):
        with pytest.raises(ValueError, match=r"."):
            await house.app.casework.correct(reference, "salma", {}, wrong)
    case = await house.app.cases.case(reference)
    assert case
    assert (case.age, [line.what for line in case.timeline]) == (14, ["taken"])


async def test_notes_and_tasks_are_kept_once_and_sealed_and_go_with_the_case(house: House) -> None:
    reference, casework = await house.opened(), house.app.casework
    for _ in range(2):
        assert await casework.note(reference, "salma", "La mère rappelle demain.", KEY) is None
        assert await casework.add_task(reference, "salma", "Appeler le 2511", date(2026, 11, 30), KEY) is None
    assert await casework.finish_task(reference, KEY, "omar") is None
    work = await casework.work(reference)
    assert [(note.by, note.text) for note in work.notes] == [("salma", "La mère rappelle demain.")]
    assert [(task.text, task.due, task.done_by) for task in work.tasks] == [
        ("Appeler le 2511", date(2026, 11, 30), "omar")
    ]
    assert "demain" not in str((await house.rows())["note"])
    await house.say("bghit nss7eb chikaya")
    await house.choose("withdraw.yes")
    rows = await house.rows()
    assert (rows["note"], rows["task"]) == ([], [])
    assert await casework.note(reference, "salma", "trop tard", "n" * 22) == Refused("gone")


async def test_a_child_is_invited_only_where_it_agreed(house: House) -> None:
    reference = await house.queued()
    await house.app.relay.take(reference, "salma")
    await house.read()
    assert await house.app.relay.invite(reference, "omar", KEY) == Refused("not_yours", "salma")
    assert await house.app.relay.invite(reference, "salma", KEY) == Refused("not_agreed")
    assert await house.read() == []

    def agree(c: Any) -> None:
        cases = house.app.turns.transaction(c).cases
        case = cases.get(reference)
        assert case
        agreed = case.consents[0].model_copy(update={"kind": "recontact"})
        cases.amend(reference, case.model_copy(update={"consents": (*case.consents, agreed)}))

    await house.app.database.write(agree)
    for _ in range(2):
        assert await house.app.relay.invite(reference, "salma", KEY) is None
    (sent,) = await house.read()
    assert (sent.message_id, sent.template, sent.source) == ("reminder", True, "counsellor")


async def _entry(house: House, reference: str) -> Any:
    entry = await house.app.cases.entry(reference)
    assert entry
    return entry


@pytest.mark.parametrize("anonymous", [True, False])
async def test_cases_of_one_contact_are_linked_unless_a_child_is_anonymous(house: House, anonymous: bool) -> None:
    first = await house.opened()
    await house.app.relay.take(first, "salma")
    await house.app.relay.close(first, "salma", "helped")
    await house.say("rja3 kayhddedni f insta, 3ndi 14 3am")
    await house.choose("consent.yes")
    second = (await house.state()).case
    assert second
    assert second != first

    def name(c: Any) -> None:
        cases = house.app.turns.transaction(c).cases
        for reference in (first, second):
            case = cases.get(reference)
            assert case
            cases.amend(reference, case.model_copy(update={"anonymous": anonymous}))

    await house.app.database.write(name)
    linked = [link.reference for link in (await house.app.casework.work(first)).links]
    assert linked == ([] if anonymous else [second])
    case = await house.app.cases.case(first)
    assert case
    assert case.disposition == "helped"


async def test_quick_replies_are_there_from_the_start_and_are_edited(house: House) -> None:
    casework = house.app.casework
    first = await casework.quick_replies()
    assert {reply.id for reply in first} >= {"greeting", "keep_proofs"}
    assert all(set(reply.texts) == set(Language) for reply in first)
    await casework.save_quick_reply(QuickReply("", "Neuf", dict.fromkeys(Language, "x")))
    (new,) = [reply for reply in await casework.quick_replies() if reply.title == "Neuf"]
    await casework.save_quick_reply(QuickReply(new.id, "Neuf", dict.fromkeys(Language, "y")))
    await casework.delete_quick_reply("greeting")
    after = {reply.id: reply.texts for reply in await casework.quick_replies()}
    assert after[new.id][Language.FR] == "y"
    assert "greeting" not in after
