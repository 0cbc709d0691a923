"""Hearing what is not typed: a pressed button, and media."""

from dialogs.event import Chose, Shared
from dialogs.memory import PICTURES, intimate, learn_language, remember
from dialogs.slot import OLDEST, SLOTS, YOUNGEST
from dialogs.state import Owner, Proof, State
from dialogs.talk import Talk
from nlu.interpretation import Language

_KEPT = {"image", "video", "voice", "document"}
"""Media that may be evidence; stickers, locations and contacts are answered and not kept."""


def hear_choice(talk: Talk, event: Chose) -> None:
    """A pressed button: an answer to the open question, or to an older one, which it then changes."""
    slot, _, value = event.choice.partition(".")
    question = talk.state.question
    if slot == "language" and value in list(Language):
        _speak(talk, Language(value))
    elif not _offered(slot, value):
        talk.say("media.other")
        talk.go()
    elif question and question.slot == slot:
        talk.answered(question, value, talk.state, told=False)
        talk.go()
    elif talk.state.owner is not Owner.COUNSELLOR:
        _change(talk, slot, value)
        talk.go()


def _offered(slot: str, value: str) -> bool:
    """Whether any question offers this answer; buttons can be forged."""
    if slot not in SLOTS:
        return False
    known = {*SLOTS[slot].values, "skip", "more"}
    match SLOTS[slot].kind:
        case "yes_no":
            known |= {"yes", "no"}
        case "number":
            known |= {str(age) for age in range(YOUNGEST, OLDEST + 1)}
        case "text":
            known |= set(SLOTS["category"].values)
    return value in known


def _speak(talk: Talk, language: Language) -> None:
    talk.state = talk.state.but(language=language, settled=True)
    if talk.state.owner is Owner.COUNSELLOR:
        return
    if talk.state.topics:
        talk.state = talk.state.but(question=None).with_slots(language=language)
    else:
        talk.say("language.changed")
    talk.go()


def _change(talk: Talk, slot: str, value: str) -> None:
    """Takes an answer from an older question's button: what was answered before is replaced."""
    state = talk.state
    step = next((s for s in talk.flows["intake"].steps if s.slot == slot and value in s.choices), None)
    if step is None or state.ended or value in ("skip", "more") or slot in ("summary", "correct"):
        return
    if slot == "consent":
        if value == "yes" and state.slots.get("consent") is not True:
            talk.agree()
        elif value == "no" and state.case:
            talk.start(talk.flows["withdraw"])
        return
    kind = SLOTS[slot].kind
    talk.state = state
    if slot == "narrative":
        talk.state = state.with_slots(category=(value,), narrative="told")
    elif kind == "many":
        known = state.slots.get(slot)
        values = (*(known if isinstance(known, tuple) else ()), value)
        talk.state = state.with_slots(**{slot: tuple(dict.fromkeys(values))})
    elif kind == "yes_no":
        talk.state = state.with_slots(**{slot: value == "yes"})
    else:
        talk.state = state.with_slots(**{slot: int(value) if kind == "number" else value})


def hear_media(talk: Talk, event: Shared) -> None:
    """Media is met with a fitting sentence. An intimate picture is never kept: its door is shown instead."""
    caption = event.caption
    if caption and caption.text.strip() and caption.danger:
        _keep(talk, event)
        talk.said(caption)
        return
    if talk.state.owner is Owner.COUNSELLOR:
        _keep(talk, event)
        return
    if caption and caption.text.strip():
        question = talk.state.question
        talk.state = learn_language(talk.state, caption)
        talk.state = remember(talk.state, caption, event.at, question.slot if question else None)
        talk.listen(caption)
        if question and question.slot in talk.state.slots:
            talk.state = talk.state.but(question=None)
    if talk.state.ended:
        talk.state = State(language=talk.state.language, settled=talk.state.settled)
    talk.open()
    kept = _keep(talk, event)
    talk.say(f"media.{event.kind}" if kept else "media.not_kept")
    if kept and event.kind in _KEPT and "narrative" not in talk.state.slots:
        # A voice note is a story too; a counsellor will hear it.
        talk.state = talk.state.with_slots(narrative="told").but(question=None)
    talk.go()


def _keep(talk: Talk, event: Shared) -> bool:
    """Notes media as evidence, by reference; returns whether it may be kept at all."""
    if event.kind not in _KEPT:
        return True
    if event.kind in PICTURES and intimate(talk.state):
        return False
    proof = Proof(kind=event.kind, ref=event.ref)
    talk.state = talk.state.but(evidence=(*talk.state.evidence, proof))
    return True
