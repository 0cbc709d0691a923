"""A flood of messages, and a blocked contact: danger is always answered, the rest in fewer words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs.effect import Erase, Hold, OpenCase, RequestHandoff, Withdraw
from dialogs.state import Owner
from nlu.interpretation import DangerKind, Intent
from tests.dialogs.talker import NOW, Talker

MOST = 60


@pytest.fixture
def flooding() -> Talker:
    """Somebody who has sent five messages a second for long enough."""
    talker = Talker()
    talker.facts = replace(talker.facts, most=MOST)
    for _ in range(2 * MOST):
        quickly(talker, "hahaha")
    assert talker.state.pace and talker.state.pace.told
    return talker


def quickly(talker: Talker, text: str, **how: object) -> list[str]:
    before = talker.now
    keys = talker.say(text, Intent.OUT_OF_SCOPE, **how)  # type: ignore[arg-type]
    talker.now = before + timedelta(seconds=0.2)
    return keys


def test_a_flood_is_told_once_a_minute_that_it_is_read() -> None:
    talker = Talker()
    talker.facts = replace(talker.facts, most=MOST)
    told = []
    for _ in range(600):
        told += quickly(talker, "hahaha")
    assert told.count("flood.calm") == 2, "in two minutes"
    assert len(told) < MOST + 20


def test_danger_in_a_flood_is_answered_with_the_numbers_and_a_human(flooding: Talker) -> None:
    keys = quickly(flooding, "bghit nmout", danger=DangerKind.SELF_HARM)
    assert keys[0] == "danger.self_harm.now"
    assert flooding.of(RequestHandoff) and flooding.state.owner is Owner.QUEUE
    assert quickly(flooding, "bghit nmout", danger=DangerKind.SELF_HARM) == [], "not ten times a second"
    assert quickly(flooding, "houa f lbab", danger=DangerKind.IMMEDIATE_DANGER)[0] == "danger.immediate_danger.now"
    flooding.now += timedelta(seconds=20)
    assert quickly(flooding, "bghit nmout", danger=DangerKind.SELF_HARM) == ["danger.self_harm.again"]


def test_a_flood_that_begins_with_danger_is_answered_at_once() -> None:
    talker = Talker()
    talker.facts = replace(talker.facts, most=MOST)
    answers = [quickly(talker, "bghit nmout", danger=DangerKind.SELF_HARM) for _ in range(3 * MOST)]
    assert answers[0][0] == "danger.self_harm.now"
    assert all(answers[: MOST - 1])
    assert sum(bool(keys) for keys in answers[80:]) <= 2, "once in 20 seconds"


def test_withdrawing_and_erasing_work_in_a_flood(flooding: Talker) -> None:
    keys = quickly(flooding, "مسح")
    assert flooding.of(Erase) and "flood.calm" not in keys


def test_after_the_flood_the_thread_goes_on(flooding: Talker) -> None:
    question = flooding.state.question
    flooding.now += timedelta(minutes=2)
    keys = flooding.say("wa7d kayhddedni")
    assert keys and "flood.calm" not in keys
    assert flooding.state.pace and flooding.state.pace.told is None
    assert question is None or flooding.state.question is not None


def test_a_burst_that_a_flood_came_upon_is_still_answered(flooding: Talker) -> None:
    flooding.state = flooding.state.but(held=("wa7d kayhddedni",))
    quickly(flooding, "hahaha", more=True)
    assert flooding.state.held == ("wa7d kayhddedni",)
    assert flooding.of(Hold)


def test_nobody_writes_fast_enough_by_hand() -> None:
    talker = Talker()
    talker.facts = replace(talker.facts, most=MOST)
    for number in range(200):
        before = talker.now
        assert "flood.calm" not in talker.say(f"message {number}", Intent.OUT_OF_SCOPE)
        talker.now = before + timedelta(seconds=1.1)


@pytest.fixture
def blocked() -> Talker:
    talker = Talker()
    talker.facts = replace(talker.facts, blocked=NOW + timedelta(days=7))
    return talker


def test_a_blocked_contact_is_told_once_until_when(blocked: Talker) -> None:
    assert blocked.say("salam", Intent.GREET) == ["blocked.now"]
    assert blocked.says[0].params["until"] == "27/11/2026"
    assert blocked.say("wa7d kayhddedni") == []
    assert blocked.choose("consent.yes") == []
    assert blocked.share("image") == []
    assert blocked.state.case is None
    blocked.now += timedelta(days=1)
    assert blocked.say("salam") == ["blocked.now"]


def test_a_blocked_contact_in_danger_gets_the_numbers_alone(blocked: Talker) -> None:
    blocked.say("salam", Intent.GREET)
    assert blocked.say("bghit nmout", danger=DangerKind.SELF_HARM) == ["danger.self_harm.now"]
    assert not blocked.of(RequestHandoff) and not blocked.of(OpenCase)
    blocked.now += timedelta(minutes=1)
    assert blocked.say("bghit nmout", danger=DangerKind.SELF_HARM) == ["danger.self_harm.again"]
    assert blocked.state.owner is Owner.BOT


def test_a_blocked_contact_may_withdraw_and_erase() -> None:
    talker = Talker()
    talker.to_intake()
    assert talker.state.case
    talker.facts = replace(talker.facts, blocked=NOW + timedelta(days=7))
    assert talker.say("bghit nse7eb chikaya", Intent.WITHDRAW_CASE)
    talker.choose("withdraw.yes")
    assert talker.of(Withdraw)


def test_a_counsellor_who_holds_the_chat_hears_a_blocked_contact(blocked: Talker) -> None:
    blocked.state = blocked.state.but(owner=Owner.COUNSELLOR, case="K7Q2-9MXD", basis="consent")
    assert "blocked.now" not in blocked.say("salam")
