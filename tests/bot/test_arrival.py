"""Cases that came by mail, phone, SMS or form, on both databases: the same life, and nothing that needs a chat."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handoff.arrival import Arrival, Way, Yes, problem
from handoff.case import Status
from handoff.life import Move
from handoff.port import Refused, Role
from nlu.interpretation import Category, DangerKind, Language, Platform, Reporter
from tests.bot.house import House
from tests.bot.test_watch import DAY, later, staffed

KEY = "k" * 22
MAIL = Arrival(
    way=Way.EMAIL, language=Language.FR, subject="Ma fille", message="Un inconnu la menace depuis mars.",
    consent=True, said_by=Reporter.PARENT, text_version="1a2b", agreed=("recontact", "platform_report"),
    reporter=Reporter.PARENT, age=13, platforms=(Platform.INSTAGRAM,), categories=(Category.THREATS,),
    evidence=("https://example.org/profil", "+212600000002", "menace_77"), accompaniment=True,
    accompaniment_kinds=("legal",), anonymous=False, name="Nadia", organisation="Association Exemple",
    email="nadia@example.org", phone="+212600000003",
)  # fmt: skip


async def test_a_mail_becomes_the_same_case(house: House) -> None:
    reference = await house.app.arrivals.enter(MAIL, "salma", KEY, take=True)
    assert await house.app.arrivals.enter(MAIL, "salma", KEY, take=True) == reference
    case, entry = await house.app.cases.case(reference), await house.app.cases.entry(reference)
    assert case
    assert entry
    assert len(await house.app.cases.entries()) == 1
    assert (case.channel, case.age_band, case.priority, case.basis) == ("email", "under_16", "high", "consent")
    assert case.narrative == "Ma fille\nUn inconnu la menace depuis mars."
    assert [(one.kind, one.whose) for one in case.evidence] == [
        ("url", "aggressor"), ("phone", "aggressor"), ("handle", "aggressor"),
    ]  # fmt: skip
    assert [(one.kind, one.given) for one in case.consents] == [
        ("processing", True), ("recontact", True), ("platform_report", True),
    ]  # fmt: skip
    assert case.contact
    assert (case.contact.email, case.contact.organisation, case.contact.recontact) == (
        "nadia@example.org", "Association Exemple", True,
    )  # fmt: skip
    assert [(line.what, line.by, line.chosen) for line in case.timeline] == [
        ("entered", "salma", ()), ("consent_noted", "salma", ("parent",)), ("taken", "salma", ()),
    ]  # fmt: skip
    assert (entry.owner, entry.taken_by, entry.chat) == ("counsellor", "salma", False)
    assert case.transcript == ()
    assert entry.due == house.app.turns.day(house.clock.now()) + timedelta(days=1)
    stored = str((await house.rows())["case_"])
    assert "Nadia" not in stored
    assert "example.org" not in stored


def test_what_may_not_be_kept() -> None:
    assert problem(MAIL) is None
    assert problem(replace(MAIL, consent=False)) == "no_consent"
    assert problem(replace(MAIL, said_by=None)) == "nobody_said"
    for anonymous in (None, True):
        assert problem(replace(MAIL, anonymous=anonymous)) == "anonymous"
        nobody = replace(MAIL, anonymous=anonymous, name=None, organisation=None, email=None, phone=None)
        assert problem(nobody) is None


async def test_without_consent_danger_keeps_the_message_and_the_way_back_alone(house: House) -> None:
    called = replace(MAIL, way=Way.PHONE, consent=False, said_by=None, danger=DangerKind.IMMEDIATE_DANGER)
    assert problem(called) is None
    heard: list[str | None] = []
    house.app.database.follow(heard.append)
    reference = await house.app.arrivals.enter(called, "salma", KEY, take=False)
    case = await house.app.cases.case(reference)
    assert case
    assert f"alarm {reference}" in heard
    assert (case.basis, case.priority, case.consents, case.platforms, case.age) == (
        "vital_interest", "urgent", (), (), None,
    )  # fmt: skip
    assert case.contact
    assert case.contact.phone == "+212600000003"
    assert case.handoff
    assert case.handoff.reason == "danger"


async def test_it_lives_as_the_others_without_a_chat(house: House) -> None:
    relay, life = house.app.relay, house.app.life
    await staffed(house)
    reference = await house.app.arrivals.enter(MAIL, "salma", KEY, take=False)
    other = await house.app.arrivals.enter(replace(MAIL, subject="Autre"), "salma", KEY + "2", take=False)
    await house.app.casework.note(reference, "salma", "Rappelée.", KEY)
    assert (await house.app.casework.work(reference)).links == ()
    assert await relay.take(reference, "salma") is None
    assert await relay.take(reference, "omar") == Refused("taken", "salma")
    for refused in (
        await relay.say(reference, "salma", "Bonjour", KEY),
        await relay.invite(reference, "salma", KEY),
        await relay.resume(reference, "salma"),
    ):
        assert refused == Refused("chatless")
    assert await relay.offer(reference, "salma", "omar", "Tu la connais") is None
    assert await relay.accept(reference, "omar") is None
    assert await relay.release(reference, "omar") is None
    assert await relay.take(reference, "omar") is None
    assert await relay.hand(reference, "omar", "salma") is None
    assert await house.app.casework.correct(reference, "salma", {"age": 13}, {"age": 15}) is None
    grounds = Move(Status.RECEIVED, Status.ANALYSIS, "", ("law.threats",))
    assert await life.move(reference, "salma", Role.COUNSELLOR, grounds) is None
    assert await relay.close(reference, "salma", "helped") is None
    assert await relay.take(reference, "salma") == Refused("closed")
    case = await house.app.cases.case(reference)
    assert case
    assert (case.status, case.age, case.disposition) == ("closed", 15, "helped")
    assert await house.read() == []
    house.clock.move_to(house.clock.now() + timedelta(days=91))
    assert await house.app.timers.fire() == 1
    assert await house.app.cases.case(reference) is None
    assert await house.app.cases.case(other) is not None


async def test_a_mail_may_wait_but_danger_rings(house: House) -> None:
    await staffed(house, DAY)
    calm = await house.app.arrivals.enter(MAIL, "salma", KEY, take=False)
    danger = replace(MAIL, danger=DangerKind.SELF_HARM)
    urgent = await house.app.arrivals.enter(danger, "salma", KEY + "2", take=False)
    await later(house, minutes=30)
    alarmed = {entry.reference: entry.alarmed for entry in await house.app.cases.entries()}
    assert alarmed == {calm: False, urgent: True}


@pytest.mark.parametrize("danger", [None, DangerKind.SELF_HARM])
async def test_whoever_wrote_withdraws_and_it_is_erased_or_sealed_first(
    house: House, danger: DangerKind | None
) -> None:
    arrivals = house.app.arrivals
    reference = await arrivals.enter(replace(MAIL, danger=danger), "salma", KEY, take=True)
    await house.app.casework.note(reference, "salma", "Rappelée.", KEY)
    assert await arrivals.withdraw(reference, "omar", Role.COUNSELLOR) == Refused("not_yours", "salma")
    assert await arrivals.withdraw(reference, "salma", Role.COUNSELLOR) is None
    case = await house.app.cases.case(reference)
    assert case
    assert case.status == ("sealed" if danger else "withdrawn")
    house.clock.move_to(house.clock.now() + timedelta(hours=73))
    await house.app.timers.fire()
    case = await house.app.cases.case(reference)
    assert case
    assert (case.status, case.narrative, case.contact, case.channel) == ("withdrawn", None, None, None)
    assert (await house.rows())["note"] == []
    chat = await house.queued()
    assert await arrivals.withdraw(chat, "hind", Role.SUPERVISOR) == Refused("chat")


async def test_a_consent_given_later_opens_its_door_once(house: House) -> None:
    arrivals = house.app.arrivals
    yes = Yes("police_complaint", Reporter.PARENT, Language.FR, "a1b2c3d4e5f6")
    reference = await arrivals.enter(MAIL, "salma", KEY, take=True)
    assert await arrivals.agree(reference, "omar", yes) == Refused("not_yours", "salma")
    assert await arrivals.agree(reference, "salma", yes) is None
    assert await arrivals.agree(reference, "salma", yes) is None, "sent twice, it is one"
    case = await house.app.cases.case(reference)
    assert case
    given = [consent for consent in case.consents if consent.kind == "police_complaint"]
    assert [(one.text_id, one.text_version, one.given) for one in given] == [
        ("arrival.agree.police_complaint", "a1b2c3d4e5f6", True)
    ]
    assert (case.timeline[-1].what, case.timeline[-1].by, case.timeline[-1].chosen) == (
        "consent_noted", "salma", ("parent",)
    )  # fmt: skip
    vital = replace(MAIL, consent=False, said_by=None, agreed=(), danger=DangerKind.SELF_HARM)
    urgent = await arrivals.enter(vital, "salma", KEY + "2", take=True)
    assert await arrivals.agree(urgent, "salma", yes) == Refused("no_record")
    assert await arrivals.agree(await house.queued(), "salma", yes) == Refused("chat")
