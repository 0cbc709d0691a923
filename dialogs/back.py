"""Going back: the question before is asked again, and its old answer is forgotten."""

from dialogs.slot import DEPENDENT, SLOTS
from dialogs.talk import Talk

_FINAL = ("consent", "whose")
"""Not taken back by a word: consent is withdrawn, and whose a number is stands in the evidence already."""


def go_back(talk: Talk) -> None:
    """Leaves a topic, or reopens the last question of the intake that was answered."""
    state = talk.state
    if state.topics:
        private = [slot.name for slot in SLOTS.values() if slot.private]
        talk.state = state.but(topics=(), question=None).without_slots(*private)
        return
    here = state.question.slot if state.question else None
    answered = [slot for slot in state.asked if slot != here and slot in state.slots]
    if not answered or answered[-1] in _FINAL:
        talk.say("back.none")
        talk.fresh_question()
        return
    slot = answered[-1]
    talk.state = state.without_slots(slot, *DEPENDENT.get(slot, ())).but(question=None)
    if slot == "narrative":
        talk.state = talk.state.but(story=())
