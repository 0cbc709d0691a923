"""Steps that no conversation can come to, as far as the conditions alone can tell."""

from collections.abc import Iterator, Mapping

from dialogs.condition import FACTS, Condition, possible
from dialogs.flow import Flow, Flows, Step
from dialogs.slot import Slot

_STARTED = ("intake", "feedback", "withdraw")
"""Flows that the program starts itself."""


def unreachable(flows: Flows) -> Iterator[tuple[str, str, str, str]]:
    """Looks for what is never said.

    Yields:
        the flow, the step, what is wrong, and the cure.
    """
    for flow in flows.flows.values():
        if not (flow.intents or flow.questions or flow.opening or flow.otherwise or flow.name in _STARTED):
            first = flow.steps[0].id if flow.steps else ""
            yield flow.name, first, "nothing starts this flow", "give it 'intents' or 'questions'"
        for number, step in enumerate(flow.steps):
            if name := _contradicted(step, flows.slots):
                yield flow.name, step.id, f"'when' and 'unless' exclude each other in {name!r}", "change one of them"
            elif earlier := _ended_before(flow, number):
                cure = "change its condition or move it up"
                yield (
                    flow.name,
                    step.id,
                    f"cannot be reached, as step {earlier!r} ends the flow in every such case",
                    cure,
                )
            elif slot := _unknown_slot(flow, number):
                cure = "move it below the question, or ask first"
                yield flow.name, step.id, f"waits for the answer to {slot!r}, which is asked later", cure


def _contradicted(step: Step, slots: Mapping[str, Slot]) -> str | None:
    for name, wanted in step.when.items():
        barred = step.unless.get(name, ())
        if set(wanted) <= set(barred) or ("known" in barred and "unknown" not in wanted and name not in FACTS):
            return name
        if (values := possible(name, slots)) and set(values) <= set(barred):
            return name
    return None


def _ended_before(flow: Flow, number: int) -> str | None:
    """A step before it that ends the flow whenever the condition of this one holds."""
    step = flow.steps[number]
    for earlier in flow.steps[:number]:
        if earlier.end and not earlier.unless and earlier.when and _implies(step.when, earlier.when):
            return earlier.id
    return None


def _implies(narrow: Condition, wide: Condition) -> bool:
    """Whether every case of one condition is a case of the other."""
    return all(name in narrow and set(narrow[name]) <= set(wanted) for name, wanted in wide.items())


def _unknown_slot(flow: Flow, number: int) -> str | None:
    """A slot that only a later question of this flow fills, and that no message carries of itself."""
    asked = {step.slot: place for place, step in reversed(list(enumerate(flow.steps))) if step.slot}
    step = flow.steps[number]
    for name, wanted in step.when.items():
        slot = flow.slots.get(name)
        later = slot and asked.get(name, number) > number and slot.entity is None
        if later and "unknown" not in wanted and name in asked and not step.slot:
            return name
    return None
