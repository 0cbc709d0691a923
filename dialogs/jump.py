"""A jump to a step, for trying it out: what comes before it counts as done or skipped, and its conditions as met."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from dialogs.condition import KNOWN, UNKNOWN
from dialogs.event import Facts
from dialogs.flow import Flows, Step
from dialogs.slot import Slot, SlotValue
from dialogs.state import Call, Owner, Peril, Place, Proof, State
from nlu.interpretation import DangerKind

_LATER = timedelta(hours=40)
_AGE = {"under_16": 14, "16_and_over": 17}
_AGREED: Mapping[str, SlotValue] = {"consent": True, "summary": True, "narrative": "told"}
_USUAL: Mapping[str, SlotValue] = {**_AGREED, "age": 14, "feedback": 3, "category": ("other",), "correct": "age"}
_SAID = "…"
"""What stands for the child's words where a step waits for some."""
_FORM = ("reporter", "age", "platform", "content_type")


def jump(
    flows: Flows, state: State, facts: Facts, at: datetime, flow: str, step: str, opened: str
) -> tuple[State, Facts]:
    """Where a conversation stands when it is about to come to a step.

    Args:
        flows: all flows.
        state, facts: as they are.
        at: now.
        flow, step: where to.
        opened: the mark of a child that was greeted.

    Returns:
        the state and the facts with which the flows go on to that step, where its conditions can be met so.
    """
    wanted = flows[flow].step(step)
    state = state.but(question=None, held=(), owner=Owner.BOT, call=None, ended=False, topics=())
    before = flows[flow].steps[: flows[flow].steps.index(wanted)]
    barred = wanted.unless.get("done", ())
    if flow == state.intake.flow:
        # Actions are carried out on the way, so that a case is there where there would be one.
        done = tuple(one.id for one in before if one.say and one.id not in barred)
        state = _answered(state.but(intake=Place(flow=flow, done=(opened, *done))), before)
    else:
        greeted = tuple(mark for mark in (opened,) if mark not in state.intake.done and not flows[flow].opening)
        done = tuple(one.id for one in before if one.id not in barred)
        state = state.but(
            intake=Place(flow=state.intake.flow, done=(*greeted, *state.intake.done)),
            topics=(Place(flow=flow, done=done),),
        )
    if wanted.slot:
        state = state.without_slots(wanted.slot)
    for name, values in wanted.unless.items():
        state, facts = _barred(state, facts, name, values)
    for name, values in wanted.when.items():
        if name != "done":
            state, facts = _met(state, facts, at, name, values, flows.slots)
    return state, facts


def _answered(state: State, before: tuple[Step, ...]) -> State:
    """The questions before it: as they were answered, else skipped; yes where nothing would come after a no."""
    asked = tuple(step.slot for step in before if step.slot and step.slot != "correct")
    skipped = {slot: _AGREED.get(slot) for slot in asked if not state.slots.get(slot)}
    story = state.story or ((_SAID,) if "narrative" in asked else ())
    return state.with_slots(**skipped).but(asked=asked, story=story)


def _barred(state: State, facts: Facts, name: str, values: tuple[str, ...]) -> tuple[State, Facts]:
    """Takes away what a step must not find."""
    match name:
        case "case":
            return state.but(case=None, basis=None), facts
        case "volunteered":
            return state.but(asked=tuple(dict.fromkeys((*state.asked, *_FORM)))), facts
        case _ if name in state.slots:
            return state.without_slots(name) if KNOWN in values else state.with_slots(**{name: None}), facts
    return state, facts


def _met(
    state: State, facts: Facts, at: datetime, name: str, values: tuple[str, ...], slots: Mapping[str, Slot]
) -> tuple[State, Facts]:
    """Brings about the first value that a step waits for."""
    value = values[0]
    match name:
        case "open":
            there = value == "yes"
            return state, replace(facts, open=there, opening=None if there else facts.opening or at + _LATER)
        case "far":
            far = value == "yes"
            return state, replace(facts, far=far, opening=facts.opening or at + _LATER if far else facts.opening)
        case "waiting":
            return state, replace(facts, waiting=max(1, facts.waiting) if value == "some" else 0)
        case "minutes":
            return state, replace(facts, minutes=facts.minutes or 15 if value == KNOWN else None)
        case "status":
            return state, replace(facts, status=None if value == "none" else value)
        case "outcome":
            return state, replace(facts, outcome=None if value == "none" else value)
        case "sealed":
            return state, replace(facts, sealed=value == "yes")
        case "urgent" | "danger":
            none = value in ("no", "none")
            kind = DangerKind(value) if value in list(DangerKind) else DangerKind.IMMEDIATE_DANGER
            return state.but(danger=None if none else state.danger or Peril(kind=kind, source="jump")), facts
        case "owner":
            call = None if value == "bot" else Call(reason="asked_for_human", at=at)
            return state.but(owner=Owner(value), call=call), facts
        case "case":
            basis = None if value == "none" else value
            return state.but(basis=basis, case=(state.case or facts.reference) if basis else None), facts
        case "ended":
            return state.but(ended=value == "yes"), facts
        case "story":
            return state.but(story=(state.story or (_SAID,)) if value == "some" else ()), facts
        case "unclear":
            return _shown(state, Proof(kind="handle", value=_SAID), value), facts
        case "links":
            return _shown(state, Proof(kind="url", value=_SAID, whose="aggressor"), value), facts
        case "volunteered":
            asked = () if value == "yes" else state.asked
            return state.but(asked=tuple(slot for slot in asked if slot not in _FORM)), facts
        case "band":
            return state.with_slots(age=_AGE.get(value)), facts
    return _filled(state, slots[name], value), facts


def _shown(state: State, proof: Proof, value: str) -> State:
    return state.but(evidence=(*state.evidence, proof) if value in ("yes", "some") else ())


def _filled(state: State, slot: Slot, value: str) -> State:
    """Fills or empties a slot as a condition wants it."""
    name, kind = slot.name, slot.kind
    if value == UNKNOWN:
        return state.without_slots(name)
    if value == KNOWN:
        return state if state.slots.get(name) is not None else state.with_slots(**{name: _USUAL.get(name, True)})
    if kind == "yes_no":
        return state.with_slots(**{name: value == "yes"})
    if kind == "many":
        known = state.slots.get(name)
        return state.with_slots(**{name: tuple(dict.fromkeys((*(known if isinstance(known, tuple) else ()), value)))})
    return state.with_slots(**{name: int(value) if kind == "number" else value})
