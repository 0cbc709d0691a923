"""A written message: danger first, then what it asks for, then what it answers."""

from dialogs.answer import agrees, read_answer
from dialogs.assent import says_yes
from dialogs.back import go_back
from dialogs.effect import Hold, Wipe
from dialogs.flow import Flow
from dialogs.memory import corrected, learn_language, remember, stray_language, tells
from dialogs.phrase import holds
from dialogs.reply import agree, fill, take_reply
from dialogs.safety import QUIET, answer_danger
from dialogs.slot import MORE, SKIP, SLOTS
from dialogs.state import Open, Owner, Place, State
from dialogs.talk import OPENED, Talk
from dialogs.topic import ERASE, asked_besides, called_topic, erases_too, word_alone
from nlu.interpretation import Danger, DangerKind, Intent, Interpretation

_SHORT_ANSWER = 6
"""Words up to which an answer is an answer alone."""
_PLAIN_ANSWER = 3
"""Words up to which an answer is believed, and not the model's alarm."""
_SHORT_CORRECTION = 8
"""Words up to which a correction is a correction alone."""
_PARTING = (Intent.THANK, Intent.GOODBYE, Intent.ASK_STATUS, Intent.WITHDRAW_CASE, Intent.ERASE_DATA)
"""After a case has ended these are answered; anything else begins anew."""
_VOTE = "model"
"""A danger that no rule has seen: the model alone is not heard in a message that plainly answers a question, in a few
words and by a value; one that passes the question over, or asks for more, may be about anything."""
_MOST_HELD = 8
"""Messages of one burst, after which a child that goes on writing is answered in between."""
_REVIEW = ("summary", "correct")
"""Where a correction is shown in the next summary, and needs no other word."""


def hear_text(talk: Talk, said: Interpretation, last: Interpretation | None = None, *, patient: bool = True) -> None:
    """The child wrote something.

    Args:
        talk: the run.
        said: what it wrote, with the messages that were held before.
        last: the last message alone, where others were held before it.
        patient: whether it may be held, as more may come.
    """
    last = last or said
    if word_alone(talk.flows, "panic", last.text):
        # Nothing else: somebody is looking at the phone. What was held waits for the next message.
        talk.effects.append(Wipe())
        talk.say("panic.done")
        return
    question = talk.state.question
    answer = read_answer(question, talk.flows.slots[question.slot], last, talk.flows.messages) if question else None
    shaken = talk.state.shaken
    here = bool(talk.state.noticed) and (last.intent is Intent.AFFIRM or _calmed(last, talk))
    if question and ((question.dormant and answer == "no") or (shaken and answer in ("yes", "no"))):
        # After danger a "yes" says "I am here", and gives no consent.
        answer = None
    danger = said.danger or last.danger
    topic = called_topic(talk.flows, talk.state, last, answer)
    besides = asked_besides(talk.flows, talk.state, last) if answer not in (None, MORE) and topic is None else None
    erase = word_alone(talk.flows, "erase", last.text)
    if not erase and answer != "no" and erases_too(talk.flows, talk.state, last.text):
        answer, topic, besides = None, talk.flows[ERASE], None
    if answer == SKIP and besides:
        topic, besides = besides, None
    if talk.state.ended and (danger or (answer is None and not erase and _anew(said, question, topic))):
        talk.state, question = State(language=talk.state.language, settled=talk.state.settled), None
        topic = called_topic(talk.flows, talk.state, last, None)
    back = word_alone(talk.flows, "back", last.text) and talk.state.owner is not Owner.COUNSELLOR
    if patient and not (danger or answer or topic or erase or back) and (seconds := _quiet(talk)):
        talk.state = talk.state.but(held=(*talk.state.held, last.text))
        talk.effects.append(Hold(seconds))
        return
    asked = question.slot if question else None
    calmed = not danger and _calmed(last, talk)
    before = learn_language(talk.state.but(held=()), said, talk.flows.messages)
    if before.language is not talk.state.language and asked != "consent":
        answer = None  # "yes, in French" answers nothing else
    talk.state = remember(before, said, talk.event.at, asked, talk.flows.messages)
    fixed = corrected(before, talk.state, asked)
    if fixed and (answer == "no" or (answer == SKIP and last.intent is Intent.DENY)):
        # "No, I am 13" denies what was understood, not what is asked.
        answer = None
    if calmed:
        named = holds(last.text, "words.safe", talk.flows.messages)
        talk.state = talk.state.with_slots(safety=True) if named else talk.state.without_slots("safety")
    known = question is not None and _known(talk, question, before)
    words = len(said.text.split())
    if not (back or (known and words <= _SHORT_ANSWER) or (fixed and words <= _SHORT_CORRECTION)):
        talk.listen(said)
    plain = answer not in (None, SKIP, MORE) and words <= _PLAIN_ANSWER
    if danger and not (plain and danger.source == _VOTE):
        if question and known and talk.flows.slots[question.slot].kind != "choice":
            talk.state = talk.state.but(question=None)
        elif question and answer is not None and answer != MORE:
            fill(talk, question, answer)
        _danger(talk, danger)
    elif erase:
        talk.state = talk.state.but(topics=(Place(flow=ERASE),), question=None).with_slots(erase=True)
        talk.go()
    elif back:
        go_back(talk)
        talk.go()
    elif _alarmed(talk) and not (here or (answer and question) or _valued(talk, before, words) or _takes(topic)):
        if known:
            talk.state = talk.state.but(question=None)
        _stay(talk, topic)
    elif talk.state.owner is Owner.COUNSELLOR:
        _overheard(talk, question, answer, topic)
    else:
        if shaken and here and answer is None and not (topic or known):
            talk.state = talk.state.but(question=None)
        _answer(talk, said, last, before, answer, topic, besides, fixed=fixed and not known)


def _answer(
    talk: Talk,
    said: Interpretation,
    last: Interpretation,
    before: State,
    answer: str | None,
    topic: Flow | None,
    besides: Flow | None,
    *,
    fixed: bool,
) -> None:
    """Goes on with the thread, after what has to be said first."""
    welcomed = talk.welcome()
    talk.drop_intimate()
    question = talk.state.question
    talk.state, offered = stray_language(talk.state, last)
    if offered:
        talk.say("language.offer", choices=(f"language.{offered}",), language=offered)
        talk.fresh_question()
    review = question is not None and question.slot in _REVIEW
    if fixed and not review:
        talk.say("corrected")
        talk.fresh_question()
    if welcomed and topic and last.intent is Intent.GREET:
        pass
    elif topic and Intent.GOODBYE in topic.intents:
        # Who leaves is not held back by a question; it stays open for when they come back.
        if question and _known(talk, question, before):
            talk.state = talk.state.but(question=None)
        talk.open()
        talk.run(Place(flow=topic.name))
        return
    elif topic:
        if question and _known(talk, question, before) and len(said.text.split()) > _SHORT_ANSWER:
            # "A video call, then on WhatsApp. Shall I go to the police?" answers before it asks.
            talk.state = talk.state.but(question=None, lost=0)
        talk.start(topic)
    elif question and (answer is not None or review or not fixed):
        take_reply(talk, question, answer, before, tells(said), said)
        if besides:
            talk.start(besides)
    elif talk.state.slots.get("consent") is False and agrees(last.text, talk.flows.messages):
        agree(talk)
    talk.go()


def _anew(said: Interpretation, question: Open | None, topic: Flow | None) -> bool:
    """Whether a message after the end begins a conversation, rather than parting or trying to say how it was."""
    return said.intent not in _PARTING and (question is None or topic is not None or tells(said))


def _quiet(talk: Talk) -> float:
    """Seconds to wait for more of a burst where the conversation stands; 0 for an answer at once."""
    state = talk.state
    if state.owner is Owner.COUNSELLOR or _alarmed(talk) or len(state.held) >= _MOST_HELD:
        return 0
    if state.question:
        return talk.flows[state.question.flow].step(state.question.step).quiet
    return 0 if OPENED in state.intake.done else max(step.quiet for step in talk.flows.opening.steps)


def _alarmed(talk: Talk) -> bool:
    """Whether danger was answered a moment ago, no counsellor is there yet, and nobody said that it is over."""
    last = max(talk.state.noticed.values(), default=None)
    over = talk.state.slots.get("safety") is True
    return not over and talk.state.owner is Owner.QUEUE and last is not None and talk.event.at - last < QUIET


def _calmed(said: Interpretation, talk: Talk) -> bool:
    """Whether a child who was not safe says in words that it is; who wanted to die is asked that plainly. Where the
    danger is no longer what is spoken of, it must be named: to be at home is then no answer to it."""
    state = talk.state
    wanted_to_die = DangerKind.SELF_HARM in state.noticed
    if wanted_to_die or not (state.noticed or state.slots.get("safety") is False):
        return False
    asked = _alarmed(talk) or (state.question is not None and state.question.slot == "safety")
    named = asked or holds(said.text, "words.safe", talk.flows.messages)
    return named and says_yes(said.text, SLOTS["safety"], talk.flows.messages)


def _valued(talk: Talk, before: State, words: int) -> bool:
    """Whether a few words gave a value, of what is asked or of something else ("14")."""
    told = ("narrative", "category")
    slots = talk.state.slots.items()
    return words <= _SHORT_ANSWER and any(v != before.slots.get(k) for k, v in slots if k not in told)


def _takes(topic: Flow | None) -> bool:
    """Whether a topic asks or does something itself, as calling a human and withdrawing do."""
    return topic is not None and any(step.ask or step.do for step in topic.steps)


def _stay(talk: Talk, topic: Flow | None) -> None:
    """Stays with a child in danger: no form. What it asks is answered with the numbers; who says something else is
    heard and asked whether the danger is over, and the next time meets the numbers again."""
    safe_or_not = ("safety.yes", "safety.no")
    if topic:
        talk.open()
        talk.run(Place(flow=topic.name))
    if talk.state.danger and (topic or {*safe_or_not} <= {*talk.state.offered}):
        talk.say(f"danger.{talk.state.danger.kind.value}.again")
    else:
        talk.say("story.more")
        talk.say("safety.ask", choices=safe_or_not)


def _overheard(talk: Talk, question: Open | None, answer: str | None, topic: Flow | None) -> None:
    """While a counsellor owns the chat only withdrawal, erasure and their confirmations are heard."""
    if question and answer in ("yes", "no"):
        fill(talk, question, answer)
        talk.go()
    elif topic and topic.human:
        talk.start(topic)
        talk.go()
    else:
        talk.state = talk.state.but(question=None, topics=())


def _danger(talk: Talk, danger: Danger) -> None:
    talk.state, effects = answer_danger(talk.state, danger, talk.event.at, talk.event.facts, talk.flows.messages)
    talk.effects += effects
    talk.answered_danger(True)
    if talk.state.question and talk.state.question.slot in ("consent", "safety"):
        # No later "no" to something else may refuse it; it is asked anew when the danger is past. Safety is asked then.
        talk.state = talk.state.but(question=None)


def _known(talk: Talk, question: Open, before: State) -> bool:
    """Whether a message gives the value that was asked for."""
    value = talk.state.slots.get(question.slot)
    return value is not None and value != before.slots.get(question.slot)
