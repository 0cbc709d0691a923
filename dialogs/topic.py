"""Topics: which flow a message calls, from any step, before the intake goes on."""

from typing import Literal

from dialogs.flow import Flow, Flows
from dialogs.part import parts
from dialogs.phrase import plain, spellings
from dialogs.slot import MORE
from dialogs.state import Owner, State
from nlu.interpretation import Intent, Interpretation, Query

ERASE = "erase"
_TAKING_BACK = (Intent.WITHDRAW_CASE, Intent.ERASE_DATA)
_ASKING = (Intent.ASK_PRIVACY, Intent.ASK_HOW_IT_WORKS, Intent.ASK_HOURS, Intent.ASK_REPORT_GUIDE, Intent.ASK_HUMAN)
_ANSWER = 2
"""Words up to which an answer asks nothing besides."""
_SURE, _SURER = 0.5, 0.8
"""Confidence from which an intent starts a topic, in a short message and in a story."""
_STORY = 15
"""Words from which a message is a story."""


def word_alone(flows: Flows, command: Literal["erase", "panic", "back"], text: str) -> bool:
    """Whether a line of the message is a command's word and nothing else (CONTRACT.md), in any variety."""
    known = spellings(flows.messages, f"words.{command}")
    return any(plain(line) in known for line in text.splitlines())


def erases_too(flows: Flows, state: State, text: str) -> bool:
    """Whether a part of an answer to consent is the word for erasing, which is then asked for: "I said no. Erase"."""
    known = spellings(flows.messages, "words.erase")
    asked = state.question is not None and state.question.slot == "consent"
    return asked and state.owner is not Owner.COUNSELLOR and any(plain(p) in known for p in parts(text, flows.messages))


def called_topic(flows: Flows, state: State, said: Interpretation, answer: str | None) -> Flow | None:
    """The topic that a message calls, unless it answers the open question."""
    answering = None if _takes_back(said) or _calls_human(state, said) else flows.answering(said)
    # "How do I report him?" says "how?" only by the way.
    asks = answer == MORE and said.confidence >= _SURER and not _bare_more(flows, state, said)
    if answering and (answer is None or asks or _only_asks(said)):
        return answering
    flow = flows.topic(said.intent)
    if flow is None or (answer is not None and not asks and not _insists(flow, state, said)):
        return None
    if said.intent is Intent.GREET and not state.intake.done:
        return None
    surest = _SURER if len(said.text.split()) > _STORY else _SURE
    return flow if said.confidence >= surest else None


def asked_besides(flows: Flows, state: State, said: Interpretation) -> Flow | None:
    """The topic that a message calls besides the answer in it: "yes. And what does it cost?"."""
    private = state.question is not None and flows.slots[state.question.slot].private
    if private or len(said.text.split()) <= _ANSWER:
        return None
    flow = called_topic(flows, state, said, None)
    return flow if flow and (flow.questions or said.intent in _ASKING) else None


def _bare_more(flows: Flows, state: State, said: Interpretation) -> bool:
    """Whether nothing but "why?" or "how?" is said."""
    slot = state.question.slot if state.question else ""
    return plain(said.text) in spellings(flows.messages, f"words.{slot}.{MORE}")


def _insists(flow: Flow, state: State, said: Interpretation) -> bool:
    """Whether a message takes a case back, whatever it is that was asked: "I withdraw the complaint" is no wish
    for somebody who helps with complaints."""
    inside = state.question is not None and state.question.flow == flow.name
    return _takes_back(said) and len(said.text.split()) > 1 and not inside


def _takes_back(said: Interpretation) -> bool:
    """Whether a message surely takes back what was said: "erase all that you know of me" does not ask what we know."""
    return said.intent in _TAKING_BACK and said.confidence >= _SURER


def _calls_human(state: State, said: Interpretation) -> bool:
    """Whether a message surely asks for a human, whatever it asks of them ("a woman, please", "when?", "I cannot
    telephone"): the human is called, once."""
    calls = said.intent is Intent.ASK_HUMAN and said.confidence >= _SURER and state.owner is Owner.BOT
    return calls and bool({Query.WOMAN, Query.WAIT, Query.CALL} & {*said.values("question")})


def _only_asks(said: Interpretation) -> bool:
    """Whether nothing but a question is said: "is it me who is wrong?" is no "me" to "who is it about?"."""
    asked = next(entity for entity in said.entities if entity.entity == "question")
    return not plain(said.text[: asked.start] + said.text[asked.end :])
