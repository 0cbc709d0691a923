"""Reading an answer to the open question: by button, by title, by number, by word, or by meaning."""

import re
import unicodedata
from collections.abc import Iterator

from rapidfuzz import fuzz

from dialogs.messages import Messages
from dialogs.slot import SLOTS
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


def _worded(text: str, slot: str, messages: Messages) -> Iterator[str]:
    """The values whose words (``words.SLOT.VALUE`` in the catalogues) occur in the text."""
    for value in (*SLOTS[slot].values, "yes", "no"):
        key = f"words.{slot}.{value}"
        if key not in messages:
            continue
        words = (plain(w) for language in Language for w in messages.text(key, language).split(","))
        if any(re.search(rf"\b{re.escape(word)}\b", text) for word in words if word):
            yield value


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
        found = list(_worded(text, slot.name, messages))
        if len(found) == 1:
            return found[0]
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
        named = said.values(slot.name)
        if named:
            return str(named[0])
        if said.intent in (Intent.REPORT_INCIDENT, Intent.OUT_OF_SCOPE, Intent.GREET) and len(text.split()) <= 3:
            return said.text.strip()[:_LONGEST]
    return None
