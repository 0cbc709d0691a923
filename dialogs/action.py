"""Actions: what a ``do`` step of a flow changes, besides saying something."""

from collections.abc import Callable

from dialogs.consent import agreement
from dialogs.effect import Effect, Erase, Forget, OpenCase, Rate, RequestHandoff, Withdraw
from dialogs.event import Event
from dialogs.flow import Step
from dialogs.messages import Messages
from dialogs.safety import SEAL, answer_danger
from dialogs.slot import DEPENDENT
from dialogs.state import Call, Owner, Place, State
from nlu.interpretation import Danger, DangerKind

Result = tuple[State, list[Effect]]


def _open_case(state: State, event: Event, step: Step, messages: Messages) -> Result:
    given = agreement(state, "processing", True, state.read, event.at, messages)
    reference = state.case or event.facts.reference
    changed = state.but(case=reference, basis="consent", agreements=(*state.agreements, given))
    return changed, [OpenCase(reference, "consent")]


def _forget(state: State, event: Event, step: Step, messages: Messages) -> Result:
    """What was said goes; a case opened because of danger stays, with the danger alone (CONTRACT.md)."""
    kept = State(
        language=state.language,
        settled=state.settled,
        owner=state.owner,
        intake=state.intake,
        topics=state.topics,
        slots={"consent": False},
        danger=state.danger,
        noticed=state.noticed,
        case=state.case,
        basis=state.basis,
        call=state.call,
        wording=state.wording,
        agreements=(agreement(state, "processing", False, state.read, event.at, messages),) if state.case else (),
    )
    return kept, [Forget()]


def _handoff(state: State, event: Event, step: Step, messages: Messages) -> Result:
    effects: list[Effect] = []
    if state.case is None:
        state = state.but(case=event.facts.reference, basis="chat_only")
        effects.append(OpenCase(event.facts.reference, "chat_only"))
    reason = step.reason or "asked_for_human"
    if state.owner is Owner.BOT:
        effects.append(RequestHandoff(reason))  # type: ignore[arg-type]  # checked when the flow is read
        state = state.but(owner=Owner.QUEUE, call=Call(reason=reason, at=event.at))
    return state, effects


def _fresh(state: State) -> State:
    """After a withdrawal or an erasure nothing is left but the language, and that it ended."""
    return State(language=state.language, settled=state.settled, topics=state.topics[:1], ended=True)


def _withdraw(state: State, event: Event, step: Step, messages: Messages) -> Result:
    return _fresh(state), [Withdraw(SEAL if state.urgent else None)]


def _erase(state: State, event: Event, step: Step, messages: Messages) -> Result:
    return _fresh(state), [Erase(SEAL if state.urgent else None)]


def _restart(state: State, event: Event, step: Step, messages: Messages) -> Result:
    kept = {k: v for k, v in state.slots.items() if k in ("consent", "recontact") and v}
    return state.but(
        slots=kept, story=(), evidence=(), question=None, asked=(), intake=Place(flow="intake", done=("opened",))
    ), []


def _correct(state: State, event: Event, step: Step, messages: Messages) -> Result:
    """Empties what the child wants to change; the intake then asks it again."""
    name = str(state.slots.get("correct") or "")
    state = state.without_slots("correct", "summary", name, *DEPENDENT.get(name, ()))
    return (state.but(story=()) if name == "narrative" else state), []


def _danger(state: State, event: Event, step: Step, messages: Messages) -> Result:
    """The child is not safe now: it said so, or a danger was heard before, and then it is that danger still. What
    helps against somebody at the door ("lock it") is wrong for a child who wants to die."""
    kind = state.danger.kind if state.danger else DangerKind.IMMEDIATE_DANGER
    danger = Danger(kind, "answer.safety")
    return answer_danger(state, danger, event.at, event.facts, messages)


def _stop(state: State, event: Event, step: Step, messages: Messages) -> Result:
    return state, []


def _rate(state: State, event: Event, step: Step, messages: Messages) -> Result:
    faces = state.slots.get("feedback")
    return state, [Rate(state.closed, faces)] if state.closed and isinstance(faces, int) else []


ACT: dict[str, Callable[[State, Event, Step, Messages], Result]] = {
    "open_case": _open_case,
    "forget": _forget,
    "handoff": _handoff,
    "withdraw": _withdraw,
    "erase": _erase,
    "restart": _restart,
    "correct": _correct,
    "danger": _danger,
    "stop": _stop,
    "rate": _rate,
}
"""The actions by their names in the flow files."""

REPEATED = ("correct",)
"""Actions that a flow may carry out more than once."""
