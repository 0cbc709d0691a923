"""Hearing what is not typed: a pressed button, and media."""

from dialogs.action import ACT
from dialogs.event import Shared
from dialogs.flow import Step
from dialogs.memory import PICTURES, intimate
from dialogs.reply import agree, note_consent, take_reply
from dialogs.slot import CONSENTS, OLDEST, SLOTS, YOUNGEST
from dialogs.state import Owner, Proof, State
from dialogs.talk import Talk
from dialogs.text import hear_text
from nlu.interpretation import Interpretation, Language

_KEPT = {"image", "video", "voice", "document"}
"""Media that may be evidence; stickers, locations and contacts are answered and not kept."""


def hear_choice(talk: Talk, choice: str, held: Interpretation | None = None) -> None:
    """A pressed button: an answer to the open question, or to an older one, which it then changes.

    Args:
        talk: the run.
        choice: ``SLOT.VALUE``.
        held: what was written before it and is not answered yet.
    """
    if held and held.danger:
        hear_text(talk, held, patient=False)
        return
    question = talk.state.question
    if held:
        talk.absorb(held)
        # The button answers the question that stands above it, whatever was written in between.
        talk.state = talk.state.but(held=(), question=question)
    talk.welcome()
    slot, _, value = choice.partition(".")
    question = talk.state.question
    if slot == "language" and value in list(Language):
        _speak(talk, Language(value))
    elif not _offered(talk, slot, value):
        talk.say("media.other")
        talk.go()
    elif question and question.slot == slot:
        take_reply(talk, question, value, talk.state, told=False)
        talk.go()
    elif talk.state.owner is not Owner.COUNSELLOR:
        _change(talk, slot, value)
        if (slot, value) != ("safety", "no") or not talk.effects:
            talk.go()
    elif slot in CONSENTS and (step := _asked_by(talk, slot, value)):
        # Something was said since a counsellor had it asked; what stands above a button is never in doubt.
        _consent(talk, step, slot, value)


def _offered(talk: Talk, slot: str, value: str) -> bool:
    """Whether any question offers this answer; buttons can be forged."""
    asked = talk.flows.slots.get(slot)
    if asked is None:
        return False
    known = {*asked.values, "skip", "more"}
    match asked.kind:
        case "yes_no":
            known |= {"yes", "no"}
        case "number" if not asked.values:
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
    state, step = talk.state, _asked_by(talk, slot, value)
    if step is None or state.ended or value in ("skip", "more") or slot in ("summary", "correct"):
        return
    if slot == "consent":
        if value == "yes" and state.slots.get("consent") is not True:
            agree(talk)
        elif value == "no" and state.case:
            talk.start(talk.flows["withdraw"])
        return
    kind = talk.flows.slots[slot].kind
    if slot in CONSENTS and state.slots.get(slot) is not (value == "yes"):
        _consent(talk, step, slot, value)
        key = f"{slot}.{value}"
        talk.say(key if key in talk.flows.messages else "corrected")
        return
    if state.slots.get(slot) is not None and kind != "many" and slot != "safety":
        talk.say("corrected")  # to "not safe" the numbers come first, and "safe" answers whether the danger is over
    if slot == "narrative":
        talk.state = state.with_slots(category=(value,), narrative="told")
    elif kind == "many":
        known = state.slots.get(slot)
        values = (*(known if isinstance(known, tuple) else ()), value)
        talk.state = state.with_slots(**{slot: tuple(dict.fromkeys(values))})
    elif kind == "yes_no":
        talk.state = state.with_slots(**{slot: value == "yes"})
        if slot == "safety":
            talk.state = talk.state.but(question=None)
            talk.answered_danger(value == "no")
        if (slot, value) == ("safety", "no"):
            # The numbers at once, and no question in the same breath.
            talk.state, effects = ACT["danger"](talk.state, talk.event, step, talk.flows.messages)
            talk.effects += effects
    else:
        talk.state = state.with_slots(**{slot: int(value) if kind == "number" else value})


def _asked_by(talk: Talk, slot: str, value: str) -> Step | None:
    """The step of the intake under which a button stands."""
    steps = [step for step in talk.flows["intake"].steps if f"{slot}.{value}" in step.buttons()]
    return next((step for step in reversed(steps) if step.slot or step.id in talk.state.intake.done), None)


def _consent(talk: Talk, step: Step, slot: str, value: str) -> None:
    """Keeps a consent that was given or refused by an older question's button; a skipped one changes nothing."""
    if value in ("yes", "no") and talk.state.slots.get(slot) is not (value == "yes"):
        note_consent(talk, slot, value == "yes", step.ask or step.say[-1])
        talk.state = talk.state.with_slots(**{slot: value == "yes"})


def hear_media(talk: Talk, event: Shared) -> None:
    """Media is met with a fitting sentence. An intimate picture is never kept: its door is shown instead."""
    caption = event.caption
    talk.state = talk.state.but(held=())
    if caption and caption.text.strip() and caption.danger:
        _keep(talk, event)
        hear_text(talk, caption, patient=False)
        return
    if talk.state.owner is Owner.COUNSELLOR:
        _keep(talk, event)
        return
    if caption and caption.text.strip():
        talk.absorb(caption)
    if talk.state.ended:
        talk.state = State(language=talk.state.language, settled=talk.state.settled)
    talk.welcome()
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
