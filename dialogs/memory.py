"""Remembering: what a message says is kept in slots, story and evidence, and never asked again."""

from datetime import datetime

from dialogs.slot import OLDEST, SLOTS, YOUNGEST, Slot, SlotValue
from dialogs.state import Proof, State
from nlu.interpretation import Category, DangerKind, EntityValue, Intent, Interpretation, Language

_TELLING = (Intent.REPORT_INCIDENT, Intent.ADD_EVIDENCE, Intent.ASK_HUMAN, Intent.ASK_REPORT_GUIDE)
_TALK = (Intent.GREET, Intent.AFFIRM, Intent.DENY, Intent.UNSURE, Intent.THANK, Intent.GOODBYE, Intent.INSULT)
_SHORT = 3
"""Words up to which a message that is not a report is small talk rather than a story."""


def learn_language(state: State, said: Interpretation) -> State:
    """Takes the variety of the first message that shows one, and a language that was asked for by name."""
    wanted = said.values("language")
    if wanted and (said.intent is Intent.CHANGE_LANGUAGE or (state.question and state.question.slot == "language")):
        language = Language(str(wanted[0]))
        return state.with_slots(language=language).but(language=language, settled=True)
    first = not state.intake.done and any(letter.isalpha() for letter in said.text)
    if not state.settled and (first or said.language_sure):
        # One or two words may mislead; the first message that says more settles it.
        settled = said.language_sure and len(said.text.split()) >= _SHORT
        return state.but(language=said.language, settled=settled)
    return state


def tells(said: Interpretation) -> bool:
    """Whether a message says something of what happened, rather than greeting or answering."""
    if said.danger or said.values("category"):
        return True
    if said.intent in _TALK:
        return False
    words = len(said.text.split())
    if said.intent is Intent.REPORT_INCIDENT:
        return words >= 2
    return (said.intent is Intent.OUT_OF_SCOPE and words > 2 * _SHORT) or (
        said.intent in _TELLING and words > 2 * _SHORT
    )


def _age(said: Interpretation, at: datetime) -> int | None:
    ages = [int(age) for age in said.values("age")]
    ages += [at.year - int(year) for year in said.values("birth_year")]
    return next((age for age in ages if YOUNGEST <= age <= OLDEST), None)


def _value(slot: Slot, said: Interpretation, at: datetime) -> SlotValue:
    if slot.name == "age":
        return _age(said, at)
    found: tuple[EntityValue, ...] = said.values(slot.entity) if slot.entity else ()
    if not found:
        return None
    return tuple(map(str, found)) if slot.kind == "many" else found[0]


def remember(state: State, said: Interpretation, at: datetime, asked: str | None) -> State:
    """Keeps what a message carries.

    Args:
        state: before the message.
        said: the message as understood.
        at: when it came.
        asked: the slot of the open question: its answer replaces what was known, and at the summary
            every value does, as the child is correcting. An age always does: the last one said counts.
    """
    slots = dict(state.slots)
    correcting = asked in ("summary", "correct") or said.intent is Intent.DENY
    for slot in SLOTS.values():
        value = _value(slot, said, at)
        if value is None:
            continue
        known = slots.get(slot.name)
        if isinstance(value, tuple) and isinstance(known, tuple) and not correcting:
            slots[slot.name] = tuple(dict.fromkeys((*known, *value)))
        elif known is None or correcting or slot.kind == "number" or asked == slot.name:
            slots[slot.name] = value
    proofs = [Proof(kind=kind, value=str(value)) for kind in ("phone", "url", "handle") for value in said.values(kind)]
    evidence = tuple(dict.fromkeys((*state.evidence, *proofs)))
    return state.but(slots=slots, evidence=evidence)


PICTURES = ("image", "video", "document")


def intimate(state: State) -> bool:
    """Whether pictures in this conversation may be sexual images of a minor, which are never kept."""
    categories = state.slots.get("category")
    shown = isinstance(categories, tuple) and (
        Category.INTIMATE_IMAGE in categories or Category.SEXUAL_SOLICITATION in categories
    )
    return shown or (state.danger is not None and state.danger.kind is DangerKind.SEXUAL_ABUSE)
