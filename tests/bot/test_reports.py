"""Reports on both databases: kept once, sealed, with their consent, and gone with the case."""

from datetime import timedelta
from typing import Any

import pytest

from handoff.case import Case, Evidence
from handoff.port import Refused
from handoff.report.door import Door, Outcome
from nlu.interpretation import Platform
from tests.bot.house import House

KEY = "k" * 22
LINK = "https://example.org/p?id=7"


async def change(house: House, reference: str, **fields: Any) -> Case:
    """Changes a case behind the desk's back."""

    def work(c: Any) -> Case:
        cases = house.app.turns.transaction(c).cases
        case = cases.get(reference)
        assert case
        cases.amend(reference, case.model_copy(update=fields))
        return case

    return await house.app.database.write(work)


async def agreed(house: House) -> str:
    """A case with a link, whose child agreed that the platform is told."""
    reference = await house.opened()
    case = await change(house, reference)
    yes = case.consents[0].model_copy(update={"kind": "platform_report"})
    evidence = (Evidence(kind="url", value=LINK, whose="aggressor"),)
    await change(house, reference, consents=(*case.consents, yes), evidence=evidence)
    return reference


async def test_a_report_is_noted_once_and_sealed(house: House) -> None:
    reference = await agreed(house)
    reports = house.app.reports
    for _ in range(2):
        assert await reports.send(reference, "salma", Door.META, None, KEY) is None
    (sent,) = await reports.of_case(reference)
    assert (sent.door, sent.by, sent.outcome, sent.platform) == (Door.META, "salma", None, None)
    assert sent.content["links"] == [LINK]
    assert sent.content["platforms"] == ["whatsapp"]
    case = await house.app.cases.case(reference)
    assert case
    assert [(line.what, line.by) for line in case.timeline] == [("reported.meta", "salma")]
    assert [act.what for act in await house.app.trail.acts(reference=reference)] == ["report_sent"]
    (row,) = (await house.rows())["report"]
    assert LINK.encode() not in row.content_sealed


async def test_what_came_of_it_is_noted_and_may_change(house: House) -> None:
    reference, reports = await agreed(house), house.app.reports
    await reports.send(reference, "salma", Door.META, None, KEY)
    today = house.clock.now().date()
    told = (reference, KEY, "omar", Outcome.ACCEPTED)
    assert await reports.conclude(*told, today - timedelta(days=1), "") == Refused("day")
    assert await reports.conclude(reference, "other", "omar", Outcome.ACCEPTED, today, "") == Refused("gone")
    assert (await reports.of_case(reference))[0].outcome is None
    assert await reports.conclude(*told, today, "vu") is None
    assert await reports.conclude(reference, KEY, "salma", Outcome.REMOVED, today, "retiré") is None
    (sent,) = await reports.of_case(reference)
    assert (sent.outcome, sent.on, sent.outcome_by, sent.remark) == (Outcome.REMOVED, today, "salma", "retiré")
    case = await house.app.cases.case(reference)
    assert case
    assert [line.what for line in case.timeline] == ["reported.meta", "outcome.accepted", "outcome.removed"]
    assert "retir" not in str((await house.rows())["report"])
    # What the desk noted outlives the next message of the child.
    await house.say("chokran")
    case = await house.app.cases.case(reference)
    assert case
    assert len(case.timeline) == 3


async def test_nothing_is_noted_without_the_consent_or_without_content(house: House) -> None:
    reference, reports = await agreed(house), house.app.reports
    assert await reports.send(reference, "salma", Door.POLICE, None, KEY) == Refused("consent", "police_complaint")
    assert await reports.send(reference, "salma", Door.PLATFORM, Platform.TIKTOK, KEY) == Refused("nothing")
    assert await reports.send("XXXX-0000", "salma", Door.META, None, KEY) == Refused("gone")
    await change(house, reference, consents=())
    assert await reports.send(reference, "salma", Door.META, None, KEY) == Refused("consent", "platform_report")
    assert await reports.send(reference, "salma", Door.IWF, None, KEY) == Refused("consent", "processing")
    case = await house.app.cases.case(reference)
    assert case
    assert case.timeline == ()
    assert (await house.rows())["report"] == []
    assert await house.app.trail.acts(reference=reference) == []


async def test_reports_go_with_the_case(house: House) -> None:
    reference, reports = await agreed(house), house.app.reports
    await reports.send(reference, "salma", Door.META, None, KEY)
    await house.say("bghit nss7eb chikaya")
    await house.choose("withdraw.yes")
    assert (await house.rows())["report"] == []
    assert await reports.send(reference, "salma", Door.META, None, "n" * 22) == Refused("withdrawn")
    today = house.clock.now().date()
    assert await reports.conclude(reference, KEY, "salma", Outcome.REMOVED, today, "") == Refused("withdrawn")


@pytest.mark.parametrize("door", [Door.META, Door.IWF])
async def test_a_sealed_case_keeps_its_reports_and_lets_none_out(house: House, door: Door) -> None:
    reference, reports = await agreed(house), house.app.reports
    await reports.send(reference, "salma", Door.META, None, KEY)
    await house.say("bghit nmout")
    await house.say("bghit nss7eb chikaya")
    await house.choose("withdraw.yes")
    entry = await house.app.cases.entry(reference)
    assert entry
    assert entry.status == "sealed"
    assert await reports.send(reference, "hind", door, None, "n" * 22) == Refused("sealed")
    today = house.clock.now().date()
    assert await reports.conclude(reference, KEY, "hind", Outcome.REMOVED, today, "") == Refused("sealed")
    (kept,) = await reports.of_case(reference)
    assert kept.outcome is None


async def test_the_child_is_asked_for_a_consent_and_its_button_opens_the_door(house: House) -> None:
    reference = await agreed(house)
    ask = house.app.relay.ask_consent
    assert await ask(reference, "salma", "police_complaint") == Refused("not_yours")
    await house.app.relay.take(reference, "salma")
    await house.read()
    assert await ask(reference, "omar", "police_complaint") == Refused("not_yours", "salma")
    assert await ask(reference, "salma", "police_complaint") is None
    (asked,) = await house.read()
    assert (asked.source, asked.message_id, asked.expects) == ("system", "police_complaint.ask", "consent")
    assert await house.app.reports.send(reference, "salma", Door.POLICE, None, KEY) == Refused(
        "consent", "police_complaint"
    )
    # What the counsellor writes is what a "yes" in words answers; the button still stands.
    await house.app.relay.say(reference, "salma", "Tu es toujours là ?", KEY)
    await house.say("ah")
    assert not (await change(house, reference)).agrees("police_complaint")
    await house.choose("police_complaint.yes")
    case = await change(house, reference)
    assert case.agrees("police_complaint")
    assert case.consents[-1].text_id == "police_complaint.ask"
    assert case.handoff
    assert case.handoff.taken_by == "salma"
    assert [line.what for line in case.timeline] == ["taken", "asked.police_complaint"]
    assert await house.app.reports.send(reference, "salma", Door.POLICE, None, KEY) is None


async def test_without_a_record_nothing_more_is_asked(house: House) -> None:
    await house.say("bghit nmout")
    reference = (await house.state()).case
    assert reference
    await house.app.relay.take(reference, "salma")
    assert await house.app.relay.ask_consent(reference, "salma", "platform_report") == Refused("no_record")
