"""One run of the engine: the state as it changes, and the effects as they are asked for."""

from datetime import timedelta

from dialogs.action import ACT, REPEATED
from dialogs.condition import met
from dialogs.effect import Effect, Say
from dialogs.event import Event
from dialogs.flow import Branch, Flow, Flows, Step
from dialogs.memory import PICTURES, announces, intimate, learn_language, remember, tells
from dialogs.params import params_of, variants_of
from dialogs.slot import SLOTS
from dialogs.state import Open, Owner, Place, State
from nlu.interpretation import Interpretation, Language

SHOWN = 2
"""How often in a row one question is shown; after that it stays open without being repeated."""
AWAY = timedelta(minutes=10)
"""Silence after which a child who comes back is welcomed."""
OPENED = "opened"
"""The mark in the intake's place that says that the child was greeted."""


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

    def say(
        self, key: str, *, choices: tuple[str, ...] = (), expects: str | None = None, language: Language | None = None
    ) -> str:
        """Says a sentence, in the conversation's language or in another one; returns its key as resolved."""
        key = self.flows.messages.resolve(key, variants_of(self.state))
        voice = "system" if self.state.owner is Owner.COUNSELLOR else "bot"
        params = params_of(key, self.state, self.event.at, self.event.facts)
        self.effects.append(Say(key, language or self.state.language, params, choices, expects, voice))  # type: ignore[arg-type]
        return key

    def put(self, flow: Flow, step: Step, key: str, misses: int = 0, shown: int = 1) -> None:
        """Asks a question and leaves it open."""
        assert step.slot
        self.asked = True
        choices = tuple(f"{step.slot}.{choice}" for choice in step.choices)
        shaken = self.state.shaken
        self.state = self.state.but(shaken=False)
        if shaken and flow.name == self.state.intake.flow and self.state.owner is not Owner.COUNSELLOR:
            self.say("after.danger")
        worded = self._worded(step, key)
        for branch, other in (("again", step.again), ("insist", step.insist)):
            if other and worded == self.flows.messages.resolve(other, variants_of(self.state)):
                self.note(flow.name, step, branch)  # type: ignore[arg-type]
        key = self.say(worded, choices=choices, expects=self.flows.slots[step.slot].expects)
        earlier = self.state.asked if flow.name == self.state.intake.flow else None
        if earlier is not None:
            self.state = self.state.but(asked=(*(slot for slot in earlier if slot != step.slot), step.slot))
        self.state = self.state.but(
            question=Open(
                flow=flow.name, step=step.id, key=key, slot=step.slot, choices=choices, misses=misses, shown=shown
            )
        )

    def note(self, flow: str, step: Step, branch: Branch) -> None:
        """Tells whoever looks on what happened at a step."""
        self.flows.watch(self.state.language, flow, step.id, branch)

    def _worded(self, step: Step, key: str) -> str:
        """A question in other words where it was asked twice in a row in the same ones."""
        last, times = self.state.wording
        words = [key, *(k for k in (step.ask, step.again, step.insist) if k)]
        resolved = [self.flows.messages.resolve(k, variants_of(self.state)) for k in words]
        chosen = next((k for k in resolved if k != last), last) if times >= SHOWN else resolved[0]
        self.state = self.state.but(wording=(chosen, times + 1 if chosen == last else 1))
        return chosen

    # Hearing

    def listen(self, said: Interpretation) -> None:
        """Keeps the child's words as the story; while a counsellor owns the chat the transcript has them."""
        refused = self.state.slots.get("consent") is False
        if tells(said) and not refused and self.state.owner is not Owner.COUNSELLOR:
            story = (*self.state.story, said.text.strip())
            self.state = self.state.but(story=story)
            if not announces(said, self.flows.messages):
                self.state = self.state.with_slots(narrative="told")

    def absorb(self, said: Interpretation) -> None:
        """Keeps what a message says without answering it: something else that came after it is answered."""
        question = self.state.question
        self.state = learn_language(self.state, said, self.flows.messages)
        self.state = remember(self.state, said, self.event.at, question.slot if question else None, self.flows.messages)
        self.listen(said)
        if question and self.state.slots.get(question.slot) is not None:
            self.state = self.state.but(question=None)

    # Going on

    def welcome(self) -> bool:
        """Greets a child who comes back after a while, before the thread goes on; whether it did."""
        state = self.state
        if state.seen is None or self.event.at - state.seen < AWAY or state.ended or OPENED not in state.intake.done:
            return False
        if state.owner is Owner.COUNSELLOR or (state.question is None and state.owner is not Owner.BOT):
            return False
        if state.slots.get("consent") is False:
            return False
        self.say("welcome.back")
        self.state = self.state.but(shaken=False)
        self.fresh_question()
        return True

    def fresh_question(self) -> None:
        """Lets the open question be shown again, as if it had not been."""
        if self.state.question:
            question = self.state.question.model_copy(update={"shown": 1, "dormant": False})
            self.state = self.state.but(question=question)

    def start(self, flow: Flow) -> None:
        """Puts a topic before everything else, once; the open question waits, in a topic as in the intake."""
        topics = self.state.topics
        if not topics or topics[0].flow != flow.name:
            others = tuple(place for place in topics if place.flow != flow.name)
            self.state = self.state.but(topics=(Place(flow=flow.name), *others))

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
            if waiting and self.state.question == waiting and waiting.flow == self.state.topics[0].flow:
                self.repeat(waiting)
                self.answer_at_all()
                return
            if self.run(self.state.topics[0]):
                return
            self.close_topic()
        if self.state.owner is Owner.COUNSELLOR:
            return
        if self.state.question is None and not self.state.ended:
            self.run(self.state.intake)
        elif waiting and self.state.question == waiting and not self.asked:
            self.repeat(waiting)
        self.answer_at_all()

    def answer_at_all(self) -> None:
        """Says something where nothing else was said: the child is never left without an answer."""
        if not any(isinstance(effect, Say) for effect in self.effects):
            self.run(Place(flow=self.flows.otherwise.name))

    def repeat(self, question: Open) -> None:
        """Shows the open question again after a topic, so that the thread is not lost."""
        if question.shown >= SHOWN:
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
                self.note(flow.name, step, "taken")
                self.put(flow, step, step.ask)
                self.stand(flow, done)
                return True
            self.note(flow.name, step, "taken")
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
                if offer or not self._stands(key):
                    self.say(key, choices=offer if number == len(step.say) else ())
            if step.end:
                break
        return False

    def _stands(self, key: str) -> bool:
        """Whether a sentence was said in this turn already, as by a topic that the intake comes to afterwards."""
        key = self.flows.messages.resolve(key, variants_of(self.state))
        return any(isinstance(effect, Say) and effect.key == key for effect in self.effects)

    def answered_danger(self, answered: bool) -> None:
        """Notes whether "I am not safe" is answered already, so that the intake does not answer it a second time."""
        place = self.state.intake
        steps = tuple(step.id for step in self.flows[place.flow].steps if step.do == "danger")
        done = tuple(step for step in place.done if step not in steps)
        self.state = self.state.but(intake=Place(flow=place.flow, done=(*done, *steps) if answered else done))

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
                if step.slot:
                    known = self.state.slots[step.slot] is not None
                    self.note(flow.name, step, "answered" if known else "skipped")
                continue
            if not met(step.when, step.unless, done, self.state, self.event.facts):
                self.note(flow.name, step, "passed")
                continue
            return None if finished else step
        return None
