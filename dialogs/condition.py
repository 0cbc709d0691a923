"""Conditions of steps: ``when`` and ``unless`` in the flow files, checked against the state."""

from collections.abc import Mapping

from dialogs.event import Facts
from dialogs.slot import Slot
from dialogs.state import State

KNOWN, UNKNOWN = "known", "unknown"
_BAND = 16
"""Below this age somebody who answers for the child has a say."""

_FORM = frozenset(("reporter", "age", "platform", "content_type"))
"""The questions that a child who told everything was never asked."""

FACTS: dict[str, tuple[str, ...]] = {
    "open": ("yes", "no"),
    "far": ("yes", "no"),
    "urgent": ("yes", "no"),
    "owner": ("bot", "queue", "counsellor"),
    "case": ("none", "consent", "vital_interest", "chat_only"),
    "ended": ("yes", "no"),
    "waiting": ("none", "some"),
    "minutes": ("unknown", "known"),
    "status": ("none", "received", "analysis", "treat", "archive", "reported", "accompanied", "closed",
               "sealed", "withdrawn"),
    "outcome": ("none", "accepted", "removed", "refused"),
    "danger": ("none", "self_harm", "immediate_danger", "sexual_abuse"),
    "story": ("none", "some"),
    "sealed": ("yes", "no"),
    "unclear": ("yes", "no"),
    "links": ("none", "some"),
    "volunteered": ("yes", "no"),
    "band": ("unknown", "under_16", "16_and_over"),
}  # fmt: skip
"""What a condition may ask besides slots and ``done``, with the values of each."""

Condition = Mapping[str, tuple[str, ...]]


def word(value: object) -> str:
    """A value as the flow files write it: YAML reads a bare yes or no as a boolean."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def possible(name: str, slots: Mapping[str, Slot]) -> tuple[str, ...] | None:
    """The values that a name in a condition can have; None where any value can; empty when unknown."""
    if name in FACTS:
        return FACTS[name]
    if name not in slots:
        return ()
    slot = slots[name]
    if slot.kind == "yes_no":
        return ("yes", "no", KNOWN, UNKNOWN)
    return (*slot.values, KNOWN, UNKNOWN) if slot.values else None


def fact(name: str, state: State, facts: Facts) -> str:
    """The present value of one of ``FACTS``."""
    match name:
        case "open":
            return word(facts.open)
        case "far":
            return word(facts.far)
        case "urgent":
            return word(state.urgent)
        case "owner":
            return state.owner.value
        case "case":
            return state.basis or "none"
        case "ended":
            return word(state.ended)
        case "waiting":
            return "some" if facts.waiting else "none"
        case "minutes":
            return "unknown" if facts.minutes is None else "known"
        case "status":
            return facts.status or "none"
        case "outcome":
            return facts.outcome or "none"
        case "danger":
            return state.danger.kind.value if state.danger else "none"
        case "sealed":
            return word(facts.sealed)
        case "unclear":
            return word(any(proof.unclear for proof in state.evidence))
        case "links":
            return "some" if any(proof.kind in ("url", "handle") for proof in state.evidence) else "none"
        case "volunteered":
            return word(_FORM.isdisjoint(state.asked))
        case "band":
            age = state.slots.get("age")
            return "unknown" if not isinstance(age, int) else "under_16" if age < _BAND else "16_and_over"
        case _:
            return "some" if state.story or state.evidence else "none"


def _holds(name: str, wanted: tuple[str, ...], done: tuple[str, ...], state: State, facts: Facts) -> bool:
    if name == "done":
        return any(step in done for step in wanted)
    if name in FACTS:
        return fact(name, state, facts) in wanted
    if name not in state.slots:
        return UNKNOWN in wanted
    value = state.slots[name]
    if KNOWN in wanted:
        return True
    values = value if isinstance(value, tuple) else (value,)
    return any(v is not None and word(v) in wanted for v in values)


def met(when: Condition, unless: Condition, done: tuple[str, ...], state: State, facts: Facts) -> bool:
    """Whether every line of ``when`` holds and none of ``unless``."""
    return all(_holds(n, w, done, state, facts) for n, w in when.items()) and not any(
        _holds(n, w, done, state, facts) for n, w in unless.items()
    )
