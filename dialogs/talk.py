"""One run of the engine: the state as it changes, and the effects as they are asked for."""

from dialogs.action import ACT, REPEATED
from dialogs.answer import MORE, SKIP, agrees, implied_answers, read_answer
from dialogs.condition import met
from dialogs.effect import Effect, RequestHandoff, Say
from dialogs.event import Event
from dialogs.flow import Flow, Flows, Step
from dialogs.memory import PICTURES, intimate, learn_language, remember, tells
from dialogs.params import params_of, variants_of
from dialogs.safety import QUIET, answer_danger
from dialogs.slot import SLOTS, SlotValue
from dialogs.state import Call, Open, Owner, Place, State
from dialogs.topic import ERASE, called_topic, erase_word
from nlu.interpretation import Danger, Intent, Interpretation, Language

_SHOWN = 2
"""How often in a row one question is shown; after that it stays open without being repeated."""
OPENED = "opened"
"""The mark in the intake's place that says that the child was greeted."""
_SHORT_ANSWER = 6
"""Words up to which an answer is an answer alone."""
_MISSES = 2
"""Answers that are no answer to consent, after which a human that was asked for is called all the same."""
_PARTING = (Intent.THANK, Intent.GOODBYE, Intent.ASK_STATUS)
"""After a case has ended these are answered; anything else begins anew."""
_VOTE = "model"
"""A danger that no rule has seen: the model alone is not heard in a message that plainly answers a question."""
_LOST = 3
"""Questions in a row left without being understood, after which a human is called."""


class Talk:
    """One run of ``advance``.

    Args:
        flows: the flows and their messages.
        state: before the event; changes as the run goes on.
        event: what happened.
    """

    def __init__(self, flows: Flows, state: State, event: Event):
        self.flows, self.state, self.event = flows, state, event
        self.effects: list[Effect] = []
        self.asked = False

    # Saying

    def say(self, key: str, *, choices: tuple[str, ...] = (), expects: str | None = None) -> str:
        key = self.flows.messages.resolve(key, variants_of(self.state))
        voice = "system" if self.state.owner is Owner.COUNSELLOR else "bot"
        params = params_of(key, self.state, self.event.at, self.event.facts)
        self.effects.append(Say(key, self.state.language, params, choices, expects, voice))  # type: ignore[arg-type]
        return key

    def put(self, flow: Flow, step: Step, key: str, misses: int = 0, shown: int = 1) -> None:
        """Asks a question and leaves it open."""
        assert step.slot
        self.asked = True
        choices = tuple(f"{step.slot}.{choice}" for choice in step.choices)
        key = self.say(key, choices=choices, expects=SLOTS[step.slot].expects)
        self.state = self.state.but(
            question=Open(
                flow=flow.name, step=step.id, key=key, slot=step.slot, choices=choices, misses=misses, shown=shown
            )
        )

    # Hearing

    def said(self, said: Interpretation) -> None:
        """The child wrote something: danger first, then what it asks for, then what it answers."""
        if self.state.ended and (said.danger or said.intent not in _PARTING):
            self.state = State(language=self.state.language, settled=self.state.settled)
        question = self.state.question
        before = learn_language(self.state, said)
        self.state = remember(before, said, self.event.at, question.slot if question else None)
        if not (question and self.short_answer(question, said, before)):
            self.listen(said)
        answer = read_answer(question, said, self.flows.messages) if question else None
        if question and question.dormant and answer == "no":
            answer = None
        if said.danger and not (answer and said.danger.source == _VOTE):
            if question and answer is not None and answer != MORE:
                self.fill(question, answer)
            self.danger(said.danger)
            return
        if erase_word(self.flows, said.text):
            self.state = self.state.but(topics=(Place(flow=ERASE),), question=None).with_slots(erase=True)
            self.go()
            return
        topic = called_topic(self.flows, self.state, said, answer)
        if self.alarmed() and not topic and said.intent is not Intent.AFFIRM and (question is None or answer is None):
            self.stay()
            return
        if self.state.owner is Owner.COUNSELLOR:
            self.overheard(question, answer, topic)
            return
        if topic:
            self.start(topic)
        elif question:
            self.answered(question, answer, before, tells(said), said)
        elif self.state.slots.get("consent") is False and agrees(said.text, self.flows.messages):
            self.agree()
        self.go()

    def agree(self) -> None:
        """A refusal ended the intake; a change of mind begins it again."""
        intake = Place(flow=self.state.intake.flow, done=(OPENED,))
        self.state = self.state.but(intake=intake).with_slots(consent=True)

    def alarmed(self) -> bool:
        """Whether danger was answered a moment ago and no counsellor is there yet."""
        last = max(self.state.noticed.values(), default=None)
        return self.state.owner is Owner.QUEUE and last is not None and self.event.at - last < QUIET

    def stay(self) -> None:
        """Stays with a child in danger: the numbers and presence, no form, unless it answers what was asked."""
        if self.state.danger:
            self.say(f"danger.{self.state.danger.kind.value}.again")

    def overheard(self, question: Open | None, answer: str | None, topic: Flow | None) -> None:
        """While a counsellor owns the chat only withdrawal, erasure and their confirmations are heard."""
        if question and answer in ("yes", "no"):
            self.fill(question, answer)
            self.go()
        elif topic and topic.human:
            self.start(topic)
            self.go()
        else:
            self.state = self.state.but(question=None, topics=())

    def danger(self, danger: Danger) -> None:
        self.state, effects = answer_danger(self.state, danger, self.event.at, self.event.facts, self.flows.messages)
        self.effects += effects
        if self.state.question and self.state.question.slot == "consent":
            # No later "no" to something else may refuse it; it is asked anew when the danger is past.
            self.state = self.state.but(question=None)

    def listen(self, said: Interpretation) -> None:
        """Keeps the child's words as the story; while a counsellor owns the chat the transcript has them."""
        refused = self.state.slots.get("consent") is False
        if tells(said) and not refused and self.state.owner is not Owner.COUNSELLOR:
            story = (*self.state.story, said.text.strip())
            self.state = self.state.but(story=story).with_slots(narrative="told")

    def short_answer(self, question: Open, said: Interpretation, before: State) -> bool:
        """Whether a message only gives the value that was asked for: it is no part of the story."""
        value = self.state.slots.get(question.slot)
        known = value is not None and value != before.slots.get(question.slot)
        return known and len(said.text.split()) <= _SHORT_ANSWER

    def answered(
        self, question: Open, answer: str | None, before: State, told: bool, said: Interpretation | None = None
    ) -> None:
        """Deals with the open question: answered, skipped, explained, or missed."""
        step = self.flows[question.flow].step(question.step)
        value = self.state.slots.get(question.slot)
        known = value is not None and value != before.slots.get(question.slot)
        if question.slot in ("summary", "correct") and self.state.slots != before.slots:
            self.state = self.state.without_slots("summary", "correct").but(question=None)
        elif implied := implied_answers(question, said, self.flows.messages):
            self.state = self.state.with_slots(**implied).but(question=None, lost=0)
        elif SLOTS[question.slot].kind == "choice" and answer not in (None, SKIP, MORE):
            self.fill(question, answer or "")
        elif answer == MORE and step.more:
            self.say(step.more)
            self.put(self.flows[question.flow], step, step.ask or "", question.misses)
        elif known:
            self.state = self.state.but(question=None, lost=0)
        elif answer is not None and answer != MORE:
            self.fill(question, answer)
        elif told and question.slot == "consent":
            self.heard_more(question, step)
        elif self.learnt(before) and question.shown < _SHOWN + 1:
            self.put(self.flows[question.flow], step, step.ask or "", question.misses, question.shown + 1)
        else:
            if question.slot == "consent" and said and said.intent is Intent.DENY:
                # A "no" with a reason is fear more often than refusal: who reads it is said before it is asked again.
                self.say("privacy.who")
            self.missed(question, step, told)

    def learnt(self, before: State) -> bool:
        """Whether a message gave another value than the one that was asked for."""
        told = ("narrative", "category")
        return any(v != before.slots.get(k) for k, v in self.state.slots.items() if k not in told and v is not None)

    def heard_more(self, question: Open, step: Step) -> None:
        """The story goes on while consent is asked: it is received, advised on, and no answer was missed."""
        flow = self.flows[question.flow]
        done = self.state.intake.done
        for advice in flow.steps[: flow.steps.index(step)]:
            if (
                advice.say
                and advice.id not in done
                and met(advice.when, advice.unless, done, self.state, self.event.facts)
            ):
                done = (*done, advice.id)
                for key in advice.say:
                    self.say(key)
        self.stand(flow, done)
        if not self.effects:
            self.say("story.more")
        if question.shown < _SHOWN:
            self.put(flow, step, step.again or "", question.misses, question.shown + 1)

    def fill(self, question: Open, answer: str) -> None:
        """Writes an answer into its slot; a skipped question stays answered with nothing."""
        slot = SLOTS[question.slot]
        step = self.flows[question.flow].step(question.step)
        if answer == SKIP and step.insist:
            self.missed(question, step, told=False)
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
            self.state = self.state.with_slots(category=(answer,)) if answer in category else self.state
            title = self.flows.messages.title(f"narrative.{answer}", self.state.language)
            self.state = self.state.but(story=(*self.state.story, title))
        if slot.name == "consent":
            self.state = self.state.but(read=question.key)
        if slot.name == "name" and value is None:
            self.state = self.state.with_slots(anonymous=True)
        if slot.name == "language" and value is not None:
            self.state = self.state.but(language=Language(answer), settled=True)
        self.state = self.state.with_slots(**{slot.name: value}).but(question=None, lost=0)

    def missed(self, question: Open, step: Step, told: bool) -> None:
        """An answer that did not answer: asked once more in other words, then the intake goes on."""
        flow = self.flows[question.flow]
        misses = question.misses + 1
        if SLOTS[question.slot].private:
            self.state = self.state.with_slots(**{question.slot: None}).but(question=None)
        elif misses == 1 and step.again:
            if told:
                self.say("story.more")
            self.put(flow, step, step.again, misses)
        elif step.insist and question.flow == "human" and misses > _MISSES:
            # Who asked for a person gets one; without a plain yes nothing that was said goes along.
            self.fill(question, "no")
        elif step.insist:
            self.put(flow, step, step.insist if misses % 2 == 0 else step.again or step.insist, misses)
        else:
            lost = self.state.lost + (0 if told else 1)
            self.state = self.state.with_slots(**{question.slot: None}).but(question=None, lost=lost)
            if lost >= _LOST and self.state.owner is Owner.BOT and self.state.case:
                self.effects.append(RequestHandoff("not_understood"))
                self.state = self.state.but(
                    owner=Owner.QUEUE, call=Call(reason="not_understood", at=self.event.at), lost=0
                )
                self.say("lost.human")
            else:
                self.say("story.more" if told else "lost.go_on")

    # Going on

    def start(self, flow: Flow) -> None:
        """Puts a topic before the intake, once; the open question waits."""
        if all(place.flow != flow.name for place in self.state.topics):
            self.state = self.state.but(topics=(*self.state.topics, Place(flow=flow.name)))

    def open(self) -> None:
        """Greets, once a conversation, before anything else but danger."""
        if OPENED in self.state.intake.done or self.state.ended or self.state.owner is Owner.COUNSELLOR:
            return
        self.run(Place(flow=self.flows.opening.name))
        done = (OPENED, *self.state.intake.done)
        self.state = self.state.but(intake=Place(flow=self.state.intake.flow, done=done))

    def go(self) -> None:
        """Runs the topics and the intake up to the next question."""
        self.open()
        self.drop_intimate()
        if self.asked:
            return
        waiting = self.state.question
        while self.state.topics:
            if self.run(self.state.topics[0]):
                return
            self.close_topic()
        if self.state.owner is Owner.COUNSELLOR:
            return
        if self.state.question is None and not self.state.ended:
            self.run(self.state.intake)
        elif waiting and self.state.question == waiting and not self.asked:
            self.repeat(waiting)
        if not any(isinstance(effect, Say) for effect in self.effects):
            self.run(Place(flow=self.flows.otherwise.name))

    def repeat(self, question: Open) -> None:
        """Shows the open question again after a topic, so that the thread is not lost."""
        if question.shown >= _SHOWN:
            # What is no longer to be seen can still be answered, but not by a "no" to something else.
            self.state = self.state.but(question=question.model_copy(update={"dormant": True}))
        else:
            flow = self.flows[question.flow]
            step = flow.step(question.step)
            self.put(flow, step, step.ask or "", question.misses, question.shown + 1)

    def drop_intimate(self) -> None:
        """A picture that came before it was known to be intimate is not kept either."""
        if not intimate(self.state):
            return
        kept = tuple(proof for proof in self.state.evidence if proof.kind not in PICTURES)
        if kept != self.state.evidence:
            self.state = self.state.but(evidence=kept)
            self.say("media.not_kept")

    def close_topic(self) -> None:
        private = [slot.name for slot in SLOTS.values() if slot.private]
        self.state = self.state.without_slots(*private).but(topics=self.state.topics[1:])

    def run(self, place: Place) -> bool:
        """Carries out a flow from where it stands.

        Returns:
            whether it stopped at a question.
        """
        flow = self.flows[place.flow]
        done = place.done
        while (step := self.next_step(flow, done)) is not None:
            if step.ask:
                self.put(flow, step, step.ask)
                self.stand(flow, done)
                return True
            if step.do not in REPEATED:
                done = (*done, step.id)
            self.stand(flow, done)
            if step.do:
                self.state, effects = ACT[step.do](self.state, self.event, step, self.flows.messages)
                self.effects += effects
                self.stand(flow, done)
                if step.do == "danger":
                    # As after danger in a message: presence, and no question in the same breath.
                    return True
            for number, key in enumerate(step.say, 1):
                offer = tuple(choice for choice in step.offer if choice != f"language.{self.state.language}")
                self.say(key, choices=offer if number == len(step.say) else ())
            if step.end:
                break
        return False

    def stand(self, flow: Flow, done: tuple[str, ...]) -> None:
        """Notes where a flow stands."""
        place = Place(flow=flow.name, done=done)
        if self.state.intake.flow == flow.name:
            self.state = self.state.but(intake=place)
        else:
            topics = tuple(place if t.flow == flow.name else t for t in self.state.topics)
            self.state = self.state.but(topics=topics)

    def next_step(self, flow: Flow, done: tuple[str, ...]) -> Step | None:
        """The first step that applies and is neither done nor answered.

        The intake is looked through from its beginning, so that a corrected answer is asked again; a topic
        only goes forward, as what it does changes what its earlier steps would say.
        """
        steps = flow.steps
        if flow.name != self.state.intake.flow:
            last = max((i for i, step in enumerate(steps) if step.id in done), default=-1)
            steps = steps[last + 1 :]
        for step in steps:
            finished = step.id in done if not step.slot else step.slot in self.state.slots
            if finished and not step.end:
                continue
            if not met(step.when, step.unless, done, self.state, self.event.facts):
                continue
            return None if finished else step
        return None
