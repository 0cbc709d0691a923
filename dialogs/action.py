"""Actions: what a ``do`` step of a flow changes, besides saying something."""

from collections.abc import Callable

from dialogs.effect import Effect, Erase, Forget, OpenCase, RequestHandoff, Withdraw
from dialogs.event import Event
from dialogs.flow import Step
from dialogs.messages import Messages
from dialogs.safety import SEAL, answer_danger
from dialogs.state import Agreement, Call, Owner, Place, State
from nlu.interpretation import Danger, DangerKind

Result = tuple[State, list[Effect]]


def _agreement(state: State, event: Event, messages: Messages, *, given: bool) -> Agreement:
    """The consent with the very sentence that was read."""
    return Agreement(
        kind="processing",
        given=given,
        at=event.at,
        text_id=state.read,
        text_version=messages.version(state.read, state.language),
        language=state.language,
    )


def _open_case(state: State, event: Event, step: Step, messages: Messages) -> Result:
    agreement = _agreement(state, event, messages, given=True)
    reference = state.case or event.facts.reference
    changed = state.but(case=reference, basis="consent", agreements=(*state.agreements, agreement))
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
        agreements=(_agreement(state, event, messages, given=False),) if state.case else (),
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
    return State(language=state.language, settled=state.settled, topics=state.topics, ended=True)


def _withdraw(state: State, event: Event, step: Step, messages: Messages) -> Result:
    return _fresh(state), [Withdraw(SEAL if state.urgent else None)]


def _erase(state: State, event: Event, step: Step, messages: Messages) -> Result:
    return _fresh(state), [Erase(SEAL if state.urgent else None)]


def _restart(state: State, event: Event, step: Step, messages: Messages) -> Result:
    kept = {k: v for k, v in state.slots.items() if k == "consent" and v}
    return state.but(
        slots=kept, story=(), evidence=(), question=None, intake=Place(flow="intake", done=("opened",))
    ), []


def _correct(state: State, event: Event, step: Step, messages: Messages) -> Result:
    """Empties what the child wants to change; the intake then asks it again."""
    name = str(state.slots.get("correct") or "")
    names = {"accompaniment": ("accompaniment", "accompaniment_kind"), "anonymous": ("anonymous", "name")}
    state = state.without_slots("correct", "summary", *names.get(name, (name,)))
    return (state.but(story=()) if name == "narrative" else state), []


def _danger(state: State, event: Event, step: Step, messages: Messages) -> Result:
    """The child said that it is not safe now."""
    danger = Danger(DangerKind.IMMEDIATE_DANGER, "answer.safety")
    return answer_danger(state, danger, event.at, event.facts, messages)


def _stop(state: State, event: Event, step: Step, messages: Messages) -> Result:
    return state, []


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
}
"""The actions by their names in the flow files."""

REPEATED = ("correct",)
"""Actions that a flow may carry out more than once."""
