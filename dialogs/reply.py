"""The reply to the open question: it answers, skips, asks for more, or misses."""

from dialogs.answer import implied_answers
from dialogs.condition import met
from dialogs.consent import agreement
from dialogs.effect import Agree, RequestHandoff
from dialogs.flow import Step
from dialogs.slot import CONSENTS, MORE, SKIP, SLOTS, SlotValue
from dialogs.state import Call, Open, Owner, Place, State
from dialogs.talk import OPENED, SHOWN, Talk
from nlu.interpretation import Intent, Interpretation, Language

_MISSES = 2
"""Answers that are no answer to consent, after which a human that was asked for is called all the same."""
_LOST = 3
"""Questions in a row left without being understood, after which a human is called."""


def take_reply(
    talk: Talk, question: Open, answer: str | None, before: State, told: bool, said: Interpretation | None = None
) -> None:
    """Deals with the open question: answered, skipped, explained, or missed."""
    step = talk.flows[question.flow].step(question.step)
    value = talk.state.slots.get(question.slot)
    known = value is not None and value != before.slots.get(question.slot)
    if question.slot in ("summary", "correct") and talk.state.slots != before.slots:
        talk.state = talk.state.without_slots("summary", "correct").but(question=None)
    elif implied := implied_answers(question, said, talk.flows.messages):
        talk.state = talk.state.with_slots(**implied).but(question=None, lost=0)
    elif talk.flows.slots[question.slot].kind == "choice" and answer not in (None, SKIP, MORE):
        fill(talk, question, answer or "")
    elif answer == MORE and step.more:
        talk.note(question.flow, step, "more")
        talk.say(step.more)
        talk.put(talk.flows[question.flow], step, step.ask or "", question.misses)
    elif known:
        talk.state = talk.state.but(question=None, lost=0)
    elif answer is not None and answer != MORE:
        fill(talk, question, answer)
    elif told and question.slot == "consent":
        _heard_more(talk, question, step)
    elif _learnt(talk, before) and question.shown < SHOWN + 1:
        if not talk.effects:
            talk.say("story.more")
        talk.put(talk.flows[question.flow], step, step.ask or "", question.misses, question.shown + 1)
    else:
        if question.slot == "consent" and said and said.intent is Intent.DENY:
            # A "no" with a reason is fear more often than refusal: who reads it is said before it is asked again.
            talk.say("privacy.who")
        _missed(talk, question, step, told)


def _learnt(talk: Talk, before: State) -> bool:
    """Whether a message gave another value than the one that was asked for."""
    told = ("narrative", "category")
    return any(v != before.slots.get(k) for k, v in talk.state.slots.items() if k not in told and v is not None)


def _heard_more(talk: Talk, question: Open, step: Step) -> None:
    """The story goes on while consent is asked: it is received, advised on, and no answer was missed."""
    flow = talk.flows[question.flow]
    done = talk.state.intake.done
    for advice in flow.steps[: flow.steps.index(step)]:
        if advice.say and advice.id not in done and met(advice.when, advice.unless, done, talk.state, talk.event.facts):
            talk.note(flow.name, advice, "taken")
            done = (*done, advice.id)
            for key in advice.say:
                talk.say(key)
    talk.stand(flow, done)
    if not talk.effects:
        talk.say("story.more")
    if question.shown < SHOWN:
        talk.put(flow, step, step.again or "", question.misses, question.shown + 1)


def fill(talk: Talk, question: Open, answer: str) -> None:
    """Writes an answer into its slot; a skipped question stays answered with nothing."""
    slot = talk.flows.slots[question.slot]
    step = talk.flows[question.flow].step(question.step)
    if answer == SKIP and step.insist:
        _missed(talk, question, step, told=False)
        return
    value: SlotValue
    if answer == SKIP:
        value = None
    elif slot.kind == "yes_no":
        value = answer == "yes"
    elif slot.kind == "many":
        value = (answer,)
    elif slot.kind == "number":
        value = int(answer)
    else:
        value = answer
    if slot.name == "narrative" and value is not None:
        category = SLOTS["category"].values
        talk.state = talk.state.with_slots(category=(answer,)) if answer in category else talk.state
        title = talk.flows.messages.title(f"narrative.{answer}", talk.state.language)
        talk.state = talk.state.but(story=(*talk.state.story, title))
    if slot.name == "consent":
        talk.state = talk.state.but(read=question.key)
    if slot.name == "safety":
        talk.answered_danger(False)
    if slot.consent and isinstance(value, bool):
        note_consent(talk, slot.name, value, question.key)
    if slot.name == "whose" and isinstance(value, str):
        proofs = (p.model_copy(update={"whose": value}) if p.unclear else p for p in talk.state.evidence)
        talk.state = talk.state.but(evidence=tuple(proofs))
    if slot.name == "name" and value is None:
        talk.state = talk.state.with_slots(anonymous=True)
    if slot.name == "language" and value is not None:
        talk.state = talk.state.but(language=Language(answer), settled=True)
    talk.state = talk.state.with_slots(**{slot.name: value}).but(question=None, lost=0)


def note_consent(talk: Talk, kind: str, given: bool, key: str) -> None:
    """Keeps a consent of its own, in the case that is open or in the one that was closed a moment ago."""
    noted = agreement(talk.state, kind, given, key, talk.event.at, talk.flows.messages)
    if talk.state.closed:
        talk.effects.append(Agree(talk.state.closed, noted))
    else:
        talk.state = talk.state.but(agreements=(*talk.state.agreements, noted))


def ask_consent(talk: Talk, kind: str) -> None:
    """Asks for a consent in the intake's own words, where the counsellor who owns the chat wants it asked."""
    intake = talk.flows[talk.state.intake.flow]
    step = next(step for step in intake.steps if step.slot == kind)
    talk.state = talk.state.without_slots(kind).but(question=None, topics=())
    talk.put(intake, step, step.ask or "")


def spoken_over(state: State) -> State:
    """The conversation after its counsellor wrote something: a "yes" in words may answer that, and gives no consent.
    The buttons under the question still do."""
    question = state.question
    return state.but(question=None) if question and question.slot in CONSENTS else state


def _missed(talk: Talk, question: Open, step: Step, told: bool) -> None:
    """An answer that did not answer: asked once more in other words, then the intake goes on."""
    flow = talk.flows[question.flow]
    misses = question.misses + 1
    if talk.flows.slots[question.slot].private and (misses > 1 or not step.again):
        talk.state = talk.state.with_slots(**{question.slot: None}).but(question=None)
    elif misses == 1 and step.again:
        if told:
            talk.say("story.more")
        talk.put(flow, step, step.again, misses)
    elif step.insist and question.flow == "human" and misses > _MISSES:
        # Who asked for a person gets one; without a plain yes nothing that was said goes along.
        fill(talk, question, "no")
    elif step.insist:
        talk.put(flow, step, step.insist if misses % 2 == 0 else step.again or step.insist, misses)
    else:
        lost = talk.state.lost + (0 if told else 1)
        talk.state = talk.state.with_slots(**{question.slot: None}).but(question=None, lost=lost)
        if lost >= _LOST and talk.state.owner is Owner.BOT and talk.state.case:
            talk.effects.append(RequestHandoff("not_understood"))
            talk.state = talk.state.but(owner=Owner.QUEUE, call=Call(reason="not_understood", at=talk.event.at), lost=0)
            talk.say("lost.human")
        else:
            talk.say("story.more" if told else "lost.go_on")


def agree(talk: Talk) -> None:
    """A refusal ended the intake; a change of mind begins it again."""
    intake = Place(flow=talk.state.intake.flow, done=(OPENED,))
    talk.state = talk.state.but(intake=intake).with_slots(consent=True)
