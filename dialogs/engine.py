"""The engine: ``advance`` takes a state and an event and returns the next state and what is to be done.

It is pure: no clock, no database, no network, no randomness. The same events give the same effects to
the byte, so that any conversation can be replayed.
"""

from dataclasses import replace

from dialogs.answer import offered_choice
from dialogs.calm import calm
from dialogs.effect import Effect, Hold, RequestHandoff, Say
from dialogs.event import (
    Chose,
    Closed,
    Event,
    Jumped,
    Overdue,
    Passed,
    Released,
    Resumed,
    Said,
    Shared,
    Silent,
    Taken,
    Waited,
    Wanted,
)  # fmt: skip
from dialogs.flow import Flows
from dialogs.hearing import hear_choice, hear_media
from dialogs.jump import jump
from dialogs.reply import ask_consent
from dialogs.state import Call, Owner, Place, State
from dialogs.talk import OPENED, Talk
from dialogs.text import hear_text


def advance(flows: Flows, state: State, event: Event) -> tuple[State, list[Effect]]:
    """One turn of a conversation.

    Args:
        flows: the flows and their messages.
        state: before the event.
        event: what happened.

    Returns:
        the state after it, and the effects in the order in which they are to be carried out.
    """
    state = fitting(flows, state)
    talk = Talk(flows, state, event)
    match event:
        case Said():
            _said(talk, event)
        case Waited():
            hear_text(talk, event.interpretation, patient=False)
        case Chose():
            hear_choice(talk, event.choice, event.held)
        case Shared():
            hear_media(talk, event)
        case Taken():
            call = state.call or Call(reason="taken_over", at=event.at)
            talk.state = state.but(owner=Owner.COUNSELLOR, topics=(), question=None, held=(), call=call)
            talk.say("handoff.taken")
        case Released():
            talk.say("handoff.released" if event.facts.open else "human.already")
            talk.state = talk.state.but(owner=Owner.QUEUE)
        case Passed():
            talk.say("handoff.passed")
        case Resumed():
            talk.say("handoff.resumed")
            talk.state = talk.state.but(owner=Owner.BOT, call=None)
            talk.go()
        case Wanted():
            ask_consent(talk, event.consent)
        case Silent():
            talk.state = state.but(owner=Owner.QUEUE, call=Call(reason="not_understood", at=event.at))
            talk.effects.append(RequestHandoff("not_understood"))
        case Closed():
            talk.say("handoff.ended")
            talk.state = State(language=state.language, settled=state.settled, ended=True)
            if state.basis == "consent":
                talk.state = talk.state.but(closed=state.case, topics=(Place(flow="feedback"),))
                talk.go()
        case Overdue():
            if state.question and state.owner is Owner.BOT and not (state.ended or state.reminded):
                talk.say("reminder")
                talk.state = state.but(reminded=True)
        case Jumped():
            talk.state, facts = jump(flows, state, event.facts, event.at, event.flow, event.step, OPENED)
            talk.event = replace(event, facts=facts)
            talk.go()
    if isinstance(event, Said | Waited | Chose | Shared) and not any(isinstance(e, Hold) for e in talk.effects):
        asked = talk.state.question.choices if talk.state.question else ()
        choices = [choice for effect in talk.effects if isinstance(effect, Say) for choice in effect.choices]
        offered = tuple(choice for choice in choices if choice not in asked)
        talk.state = talk.state.but(seen=event.at, offered=offered)
    return calm(state, talk.state, event, talk.effects)


def fitting(flows: Flows, state: State) -> State:
    """A state without what the flows no longer have: they may have been changed since the last turn."""
    topics = tuple(place for place in state.topics if place.flow in flows.flows)
    asked = state.question
    flow = flows.flows.get(asked.flow) if asked else None
    known = flow is not None and any(asked and step.id == asked.step and step.slot == asked.slot for step in flow.steps)
    if asked and not known:
        return state.but(topics=topics, question=None)
    return state if topics == state.topics else state.but(topics=topics)


def _said(talk: Talk, event: Said) -> None:
    """A text is as good as a button: also as one that stands under what was last said."""
    said, last = event.interpretation, event.last or event.interpretation
    choice = offered_choice(last, talk.state, talk.flows.messages)
    if choice and not said.danger:
        hear_choice(talk, choice)
    else:
        hear_text(talk, said, last)
