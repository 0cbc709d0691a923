"""The engine: ``advance`` takes a state and an event and returns the next state and what is to be done.

It is pure: no clock, no database, no network, no randomness. The same events give the same effects to
the byte, so that any conversation can be replayed.
"""

from dialogs.effect import Effect, RequestHandoff
from dialogs.event import Chose, Closed, Event, Released, Said, Shared, Silent, Taken
from dialogs.flow import Flows
from dialogs.hearing import hear_choice, hear_media
from dialogs.state import Call, Owner, State
from dialogs.talk import Talk


def advance(flows: Flows, state: State, event: Event) -> tuple[State, list[Effect]]:
    """One turn of a conversation.

    Args:
        flows: the flows and their messages.
        state: before the event.
        event: what happened.

    Returns:
        the state after it, and the effects in the order in which they are to be carried out.
    """
    talk = Talk(flows, state, event)
    match event:
        case Said():
            talk.said(event.interpretation)
        case Chose():
            hear_choice(talk, event)
        case Shared():
            hear_media(talk, event)
        case Taken():
            talk.state = state.but(owner=Owner.COUNSELLOR, topics=(), question=None)
            talk.say("handoff.taken")
        case Released():
            talk.state = state.but(owner=Owner.QUEUE)
            talk.say("handoff.released")
        case Silent():
            talk.state = state.but(owner=Owner.QUEUE, call=Call(reason="not_understood", at=event.at))
            talk.effects.append(RequestHandoff("not_understood"))
        case Closed():
            talk.say("handoff.ended")
            talk.state = State(language=state.language, settled=state.settled, ended=True)
    return talk.state, talk.effects
