"""Safety: what is done about danger, before any flow, at every step. ``nlu`` finds it, this decides."""

from datetime import datetime, timedelta

from dialogs.effect import Alarm, Effect, OpenCase, RequestHandoff, Say
from dialogs.event import Facts
from dialogs.messages import Messages
from dialogs.params import params_of, variants_of
from dialogs.state import Call, Owner, Peril, State
from nlu.interpretation import Danger, DangerKind

QUIET = timedelta(minutes=30)
"""How long after a notice the same kind is answered in fewer words (CONTRACT.md)."""

SEAL = timedelta(hours=72)
"""How long an urgent case stays sealed after its withdrawal: somebody may be forcing the child (CONTRACT.md)."""

_GRAVITY = {DangerKind.IMMEDIATE_DANGER: 3, DangerKind.SELF_HARM: 2, DangerKind.SEXUAL_ABUSE: 1}


def answer_danger(
    state: State, danger: Danger, at: datetime, facts: Facts, messages: Messages
) -> tuple[State, list[Effect]]:
    """Answers one message in which somebody is in danger: the numbers, presence, a human, and the truth.

    Returns:
        the state with the danger noted, and the effects in the order in which the child reads them.
    """
    kind = danger.kind
    last = state.noticed.get(kind)
    recent = last is not None and at - last < QUIET
    effects: list[Effect] = []

    def say(name: str) -> None:
        key = messages.resolve(f"danger.{kind.value}.{name}", variants_of(state))
        effects.append(
            Say(
                key,
                state.language,
                params_of(key, state, at, facts),
                voice="system" if state.owner is Owner.COUNSELLOR else "bot",
            )
        )

    if state.danger is None or _GRAVITY[kind] > _GRAVITY[state.danger.kind]:
        state = state.but(danger=Peril(kind=kind, source=danger.source))
    if state.owner is Owner.COUNSELLOR:
        if not recent:
            say("now")
            effects.append(Alarm(kind.value))
            state = state.but(noticed={**state.noticed, kind: at})
        return state, effects
    say("again" if recent else "now")
    state = state.but(noticed={**state.noticed, kind: at}, shaken=True)
    state = state.with_slots(safety=False)
    opened = state.basis in (None, "chat_only")
    if opened:
        state = state.but(case=state.case or facts.reference, basis="vital_interest")
        effects.append(OpenCase(state.case or facts.reference, "vital_interest"))
    if state.call is None or state.call.reason != "danger":
        effects.append(RequestHandoff("danger"))
        state = state.but(owner=Owner.QUEUE, call=Call(reason="danger", at=at))
    if not recent:
        say("team_open" if facts.open else "team_closed")
        if opened:
            say("noted")
    return state, effects
