"""Topics: which flow a message calls, from any step, before the intake goes on."""

from dialogs.answer import plain
from dialogs.flow import Flow, Flows
from dialogs.state import State
from nlu.interpretation import Intent, Interpretation, Language

ERASE = "erase"
_SURE, _SURER = 0.5, 0.8
"""Confidence from which an intent starts a topic, in a short message and in a story."""
_STORY = 15
"""Words from which a message is a story."""


def erase_word(flows: Flows, text: str) -> bool:
    """Whether a line of the message is the erase word and nothing else (CONTRACT.md)."""
    words = (flows.messages.text("words.erase", language).split(",") for language in Language)
    known = {plain(word) for some in words for word in some}
    return any(plain(line) in known for line in text.splitlines())


def called_topic(flows: Flows, state: State, said: Interpretation, answer: str | None) -> Flow | None:
    """The topic that a message calls, unless it answers the open question."""
    flow = flows.topic(said.intent)
    if flow is None or answer is not None:
        return None
    if said.intent is Intent.GREET and not state.intake.done:
        return None
    surest = _SURER if len(said.text.split()) > _STORY else _SURE
    return flow if said.confidence >= surest else None
