"""Reading an answer to the open question: by button, by title, by number, by word, or by meaning."""

from functools import lru_cache

from rapidfuzz import fuzz

from dialogs.assent import agrees_besides, refuses, says_yes, takes_back
from dialogs.messages import Messages
from dialogs.phrase import holds, plain, worded
from dialogs.slot import CONSENTS, SKIP, SLOTS, Slot, SlotValue
from dialogs.state import Open, State
from nlu.interpretation import Intent, Interpretation, Language

_CLOSE = 88
_LIKELY, _FIRM = 0.5, 0.8
"""Confidence of a yes or no, and of one on which more hangs."""
_BARE, _FEW, _LONG = 3, 4, 10
"""Words of a refusal that is nothing else, of a plain answer after danger, and of a yes with a reason."""
_WANTING = (Intent.WITHDRAW_CASE, Intent.ERASE_DATA, Intent.RESTART, Intent.CHANGE_LANGUAGE, Intent.ASK_HUMAN,
            Intent.ASK_STATUS, Intent.ASK_PRIVACY, Intent.ASK_HOURS, Intent.ASK_REPORT_GUIDE)  # fmt: skip
"""What is wanted, where any two words may look like a name."""
_LONGEST = 60
"""Characters a name or town may have."""


@lru_cache(maxsize=1024)
def _titles(messages: Messages, choice: str) -> tuple[str, ...]:
    """A button's titles, plain."""
    return tuple(dict.fromkeys(plain(messages.title(choice, language)) for language in Language))


def _titled(text: str, choices: tuple[str, ...], messages: Messages) -> str | None:
    """The choice whose title was typed, in any variety."""
    best, score = None, float(_CLOSE)
    for choice in choices if text else ():
        for title in _titles(messages, choice):
            close = fuzz.ratio(text, title)
            if close >= score:
                best, score = choice.partition(".")[2], close
    return best


def offered_choice(said: Interpretation, state: State, messages: Messages) -> str | None:
    """The button under what was last said that a text means: its title, or a plain yes or no where nothing is asked."""
    slots = dict.fromkeys(choice.partition(".")[0] for choice in state.offered)
    for slot in slots:
        value = _titled(plain(said.text), tuple(c for c in state.offered if c.startswith(f"{slot}.")), messages)
        if value is None and slot == "safety":
            value = _is_safe(said, messages)
        elif value is None and state.question is None and slot in CONSENTS:
            value = _yes_or_no(slot, said)
        if value is not None and f"{slot}.{value}" in state.offered:
            return f"{slot}.{value}"
    return None


def _is_safe(said: Interpretation, messages: Messages) -> str | None:
    """A plain answer to "is all safe?", after danger: in few words, and no "enough" or "fine then" for a yes."""
    if len(said.text.split()) > _FEW:
        return None
    if says_yes(said.text, SLOTS["safety"], messages):
        return "yes"
    return None if holds(said.text, "words.vague", messages) else _yes_or_no("safety", said)


def _face(text: str, choices: tuple[str, ...], messages: Messages) -> str | None:
    """The choice whose title begins with the emoji that was sent alone."""
    titles = ((choice.partition(".")[2], messages.title(choice, Language.FR)) for choice in choices)
    return next((value for value, title in titles if text and title.startswith(text)), None)


def agrees(text: str, messages: Messages) -> bool:
    """Whether somebody who had refused says in words that we may note it after all."""
    if worded(plain(text), SLOTS["consent"], messages) == {"yes"} or agrees_besides(text, messages, bare=False):
        return True
    return _titled(plain(text), ("consent.yes",), messages) is not None


def _yes_or_no(slot: str, said: Interpretation) -> str | None:
    """A yes or a no that is one. What hangs on it decides how plain it must be: "no, I am afraid of my mother"
    refuses no consent, and a half-understood word gives none."""
    words = len(said.text.split())
    if said.intent is Intent.AFFIRM and said.confidence >= _FIRM and words <= _LONG:
        # "Yes, I want somebody to help me" says of nobody that they are safe.
        return None if slot == "safety" and words > _BARE else "yes"
    if said.intent is not Intent.DENY or said.confidence < _LIKELY:
        return None
    if slot == "consent":
        return "no" if said.confidence >= _FIRM and words <= _BARE else None
    if slot == "anonymous" and words > 2:
        # "No, I do not want to say my name": the name stays hidden unless it is plainly given.
        return "yes"
    if words > _BARE and _names(said):
        return None
    return "no"


def _names(said: Interpretation) -> bool:
    """Whether a message gives any value; what it asks besides is none."""
    return any(entity.entity != "question" for entity in said.entities)


def implied_answers(question: Open, said: Interpretation | None, messages: Messages) -> dict[str, SlotValue]:
    """What an answer says beyond the question: "psychological" to "do you want somebody beside you?" is a yes
    and the kind; a name to "shall your name stay hidden?" is a no and the name."""
    if said is None:
        return {}
    if question.slot == "accompaniment":
        kinds = worded(plain(said.text), SLOTS["accompaniment_kind"], messages)
        kind = "both" if len(kinds) > 1 else next(iter(kinds), None)
        return {"accompaniment": True, "accompaniment_kind": kind} if kind and said.intent is not Intent.DENY else {}
    hidden = "yes" in worded(plain(said.text), SLOTS["anonymous"], messages)
    if question.slot == "anonymous" and (names := said.values("name")) and not hidden:
        return {"anonymous": False, "name": str(names[0])}
    return {}


def read_answer(question: Open, slot: Slot, said: Interpretation, messages: Messages) -> str | None:
    """What a message answers to the open question for a slot, short of the values that any message may carry.

    Returns:
        a value of the slot as in a choice's id, ``skip`` or ``more``, free text for a text slot, or None
        when the message does not answer.
    """
    text = plain(said.text)
    if (value := _titled(text, question.choices, messages)) is not None:
        return value
    if not text and (face := _face(said.text.strip(), question.choices, messages)):
        return face
    if text.isdigit() and (slot.kind != "number" or slot.values) and 1 <= int(text) <= len(question.choices):
        return question.choices[int(text) - 1].partition(".")[2]
    if slot.kind in ("yes_no", "choice", "many"):
        found = worded(text, slot, messages)
        if found == {"yes"} and slot.name in ("consent", "safety") and not says_yes(said.text, slot, messages):
            found = set()
        if slot.name == "consent" and "no" in found:
            found = {"no"} if refuses(said.text, messages) else set()
        if len(found) == 1:
            return found.pop()
        if slot.name == "anonymous" and "yes" in found:
            return "yes"  # a name that is to be hidden, and said
        if slot.name == "consent" and not found and agrees_besides(said.text, messages):
            return "yes"
        if slot.name == "accompaniment_kind" and len(found) > 1:
            return "both"
    if said.intent is Intent.UNSURE and said.confidence >= _LIKELY:
        return SKIP
    if slot.kind == "yes_no":
        value = _yes_or_no(slot.name, said)
        return None if slot.name == "consent" and value == "yes" and takes_back(said.text, messages) else value
    if said.intent is Intent.DENY and slot.name != "narrative" and not _names(said):
        return SKIP
    if slot.kind == "text" and slot.name in ("city", "name"):
        if slot.name == "name" and "yes" in worded(text, SLOTS["anonymous"], messages):
            return SKIP
        if said.intent is Intent.AFFIRM:
            return None
        named = said.values(slot.name)
        if named and said.intent not in _WANTING:
            return str(named[0])
        if said.intent in (Intent.REPORT_INCIDENT, Intent.OUT_OF_SCOPE, Intent.GREET) and len(text.split()) <= 3:
            return said.text.strip()[:_LONGEST]
    return None
