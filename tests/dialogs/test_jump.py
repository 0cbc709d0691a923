"""A jump comes to any step of any flow, in a chat that has just begun and in one that is far along."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dialogs.engine import advance
from dialogs.event import Chose, Facts, Jumped
from dialogs.state import Owner, State
from nlu.interpretation import Language
from tests.dialogs.talker import FLOWS

AT = datetime(2027, 3, 2, 11, tzinfo=UTC)
STEPS = [(flow.name, step.id) for flow in FLOWS.flows.values() for step in flow.steps]


def _jump(state: State, flow: str, step: str) -> tuple[State, bool]:
    gone: list[tuple[str, str, str]] = []
    flows = replace(FLOWS, watch=lambda _, *place: gone.append(place))
    state, _ = advance(flows, state, Jumped(AT, Facts("K7Q2-9MXD", open=True), flow, step))
    return state, (flow, step, "taken") in gone


def test_every_step_is_reached_from_the_beginning() -> None:
    missed = [place for place in STEPS if not _jump(State(language=Language.FR), *place)[1]]
    assert missed == []


def test_every_step_is_reached_from_the_end_of_the_intake() -> None:
    facts = Facts("K7Q2-9MXD", open=True)
    far, _ = _jump(State(language=Language.FR), "intake", "summary")
    far, _ = advance(FLOWS, far, Chose(AT, facts, "summary.yes"))
    assert far.owner is Owner.QUEUE
    missed = [place for place in STEPS if not _jump(far, *place)[1]]
    assert missed == []


@pytest.mark.parametrize(("step", "case"), [("age", True), ("narrative", False)])
def test_a_case_is_there_where_there_would_be_one(step: str, case: bool) -> None:
    state, _ = _jump(State(language=Language.FR), "intake", step)
    assert (state.case is not None) is case
    assert state.question and state.question.step == step
