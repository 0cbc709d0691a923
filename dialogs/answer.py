"""Reading an answer to the open question: by button, by title, by number, by word, or by meaning."""

import re
import unicodedata

from rapidfuzz import fuzz

from dialogs.messages import Messages
from dialogs.slot import SLOTS, SlotValue
from dialogs.state import Open
from nlu.interpretation import Intent, Interpretation, Language

SKIP, MORE = "skip", "more"
_CLOSE = 88
_WORD = re.compile(r"\w+")
_LONGEST = 60
"""Characters a name or town may have."""


def plain(text: str) -> str:
    """A text for comparing: no case, no accents, no vowel signs, no punctuation."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in letters if not unicodedata.combining(c)).translate(str.maketrans("أإآىة", "ااايه"))
    return " ".join(_WORD.findall(letters))


def _titled(text: str, choices: tuple[str, ...], messages: Messages) -> str | None:
    """The choice whose title was typed, in any variety."""
    best, score = None, float(_CLOSE)
    for choice in choices:
        for language in Language:
            close = fuzz.ratio(text, plain(messages.title(choice, language)))
            if close >= score:
                best, score = choice.partition(".")[2], close
    return best


def typed_title(text: str, choice: str, messages: Messages) -> bool:
    """Whether somebody typed the title of a button that is no longer open."""
    return _titled(plain(text), (choice,), messages) is not None


def _worded(text: str, slot: str, messages: Messages) -> set[str]:
    """The values whose words (``words.SLOT.VALUE`` in the catalogues) occur in the text.

    A word inside a longer one does not count: "not in safety" is no "in safety".
    """
    found: list[tuple[int, int, str]] = []
    for value in (*SLOTS[slot].values, "yes", "no", MORE):
        key = f"words.{slot}.{value}"
        if key not in messages:
            continue
        words = {plain(word) for language in Language for word in messages.text(key, language).split(",")}
        for word in words - {""}:
            found += [(m.start(), m.end(), value) for m in re.finditer(rf"\b{re.escape(word)}\b", text)]
    return {
        value
        for start, end, value in found
        if not any(a <= start and end <= b and (b - a) > (end - start) for a, b, _ in found)
    }


def implied_answers(question: Open, said: Interpretation | None, messages: Messages) -> dict[str, SlotValue]:
    """What an answer says beyond the question: "psychological" to "do you want somebody beside you?" is a yes
    and the kind; a name to "shall your name stay hidden?" is a no and the name."""
    if said is None:
        return {}
    if question.slot == "accompaniment":
        kinds = _worded(plain(said.text), "accompaniment_kind", messages)
        kind = "both" if len(kinds) > 1 else next(iter(kinds), None)
        return {"accompaniment": True, "accompaniment_kind": kind} if kind and said.intent is not Intent.DENY else {}
    if question.slot == "anonymous" and (names := said.values("name")):
        return {"anonymous": False, "name": str(names[0])}
    return {}


def read_answer(question: Open, said: Interpretation, messages: Messages) -> str | None:
    """What a message answers to the open question, short of the values that any message may carry.

    Returns:
        a value of the slot as in a choice's id, ``skip`` or ``more``, free text for a text slot, or None
        when the message does not answer.
    """
    slot = SLOTS[question.slot]
    text = plain(said.text)
    if (value := _titled(text, question.choices, messages)) is not None:
        return value
    if text.isdigit() and slot.kind != "number" and 1 <= int(text) <= len(question.choices):
        return question.choices[int(text) - 1].partition(".")[2]
    if slot.kind in ("yes_no", "choice", "many"):
        found = _worded(text, slot.name, messages)
        if len(found) == 1:
            return found.pop()
        if slot.name == "accompaniment_kind" and len(found) > 1:
            return "both"
    if slot.kind == "yes_no":
        if said.intent is Intent.AFFIRM:
            return "yes"
        if said.intent is Intent.DENY:
            return "no"
    if said.intent is Intent.UNSURE or (said.intent is Intent.DENY and slot.name != "narrative"):
        return SKIP
    if slot.kind == "text" and slot.name in ("city", "name"):
        if said.intent is Intent.AFFIRM:
            return None
        named = said.values(slot.name)
        if named:
            return str(named[0])
        if said.intent in (Intent.REPORT_INCIDENT, Intent.OUT_OF_SCOPE, Intent.GREET) and len(text.split()) <= 3:
            return said.text.strip()[:_LONGEST]
    return None
