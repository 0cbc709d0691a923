"""Calm: what is still said to a contact that floods the chat, or that a supervisor has blocked.

Both are heard as ever: every message is kept as any other and read for danger, and danger is answered. Of the rest
they are told once why there is no answer. Withdrawing and erasing work for everybody, always.
"""

from datetime import timedelta

from dialogs.effect import Effect, Hold, Say
from dialogs.event import Chose, Event, Facts, Said, Shared, Waited
from dialogs.params import params_of
from dialogs.state import Owner, Pace, State

_ENDS = 6
"""A flood is over when no more than a sixth of the limit is left of it."""
_TOLD = timedelta(minutes=1)
_TOLD_BLOCKED = timedelta(hours=24)
_DANGER = timedelta(seconds=20)
"""Between two answers to danger in a flood, unless it is of a new kind."""
_QUIET = 10.0
"""Seconds after which a burst that the flood came upon is answered."""
_RIGHTS = ("withdraw", "erase")
_NUMBERS = (".now", ".again")


def calm(before: State, state: State, event: Event, effects: list[Effect]) -> tuple[State, list[Effect]]:
    """What becomes of one turn.

    Args:
        before: the state before the event.
        state, effects: what the engine made of it.
        event: what the contact did.
    """
    if not isinstance(event, Said | Chose | Shared | Waited):
        return state, effects
    facts = event.facts
    if facts.blocked and before.owner is not Owner.COUNSELLOR:
        return _blocked(before, state, event, effects)
    if not facts.most or isinstance(event, Waited):
        return state, effects
    pace = _counted(before.pace, event, facts)
    if pace.told is None or _over(before, state) or any(not isinstance(effect, Say | Hold) for effect in effects):
        return state.but(pace=pace), effects
    danger = _danger(effects)
    fresh = state.noticed.keys() != before.noticed.keys()
    first = before.pace is None or before.pace.told is None
    if danger and (fresh or first or event.at - pace.told >= _DANGER):
        return state.but(pace=pace.but(told=event.at)), effects
    held = Hold(_QUIET)
    waiting: list[Effect] = [held] if before.held else []
    if danger:
        return before.but(pace=pace, noticed=state.noticed), waiting
    if not first and event.at - pace.told < _TOLD:
        return before.but(pace=pace), waiting
    return before.but(pace=pace.but(told=event.at)), [_say("flood.calm", before, event), *waiting]


def _counted(pace: Pace | None, event: Event, facts: Facts) -> Pace:
    """What is left of the messages so far, as one goes away each 60 / ``most`` seconds, and this one."""
    most = facts.most
    pace = pace or Pace(at=event.at)
    gone = max(0.0, (event.at - pace.at).total_seconds()) * most / 60
    left = max(0.0, pace.left - gone)
    over = left >= most or (pace.told is not None and left > most / _ENDS)
    told = (pace.told or event.at) if over else None
    return Pace(at=event.at, left=round(min(left + 1, 2.0 * most), 1), told=told)


def _blocked(before: State, state: State, event: Event, effects: list[Effect]) -> tuple[State, list[Effect]]:
    if _over(before, state):
        return state, effects
    pace, told = before.pace or Pace(at=event.at), before.pace.told if before.pace else None
    kept = before.but(held=(), noticed=state.noticed)
    if danger := _danger(effects):
        fresh = state.noticed.keys() != before.noticed.keys()
        if told and not fresh and event.at - told < _DANGER:
            return kept, []
        numbers: list[Effect] = [say for say in danger if any(word in say.key for word in _NUMBERS)]
        return kept.but(pace=pace.but(told=event.at)), numbers
    if told and event.at - told < _TOLD_BLOCKED:
        return kept, []
    return kept.but(pace=pace.but(told=event.at)), [_say("blocked.now", before, event)]


def _over(before: State, state: State) -> bool:
    """Whether the turn withdraws or erases, or is on its way there."""
    return any(place.flow in _RIGHTS for place in (*before.topics, *state.topics)) or (state.ended and not before.ended)


def _danger(effects: list[Effect]) -> list[Say]:
    return [effect for effect in effects if isinstance(effect, Say) and effect.key.startswith("danger.")]


def _say(key: str, state: State, event: Event) -> Say:
    params = params_of(key, state, event.at, event.facts)
    return Say(key, state.language, params, voice="system" if state.owner is Owner.COUNSELLOR else "bot")
