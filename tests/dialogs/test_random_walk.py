"""Random conversations: whatever a child does, in whatever order, some things always hold.

The walk goes through the pure engine and the case that it fills, ten thousand turns of it. Half of the messages are
read from real words in the light of what was asked, half mean anything at all.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import hypothesis.strategies as st
import yaml
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from bot.reading import Reading
from dialogs.effect import Alarm, Effect, Erase, Forget, Hold, OpenCase, RequestHandoff, Say, Wipe, Withdraw
from dialogs.engine import advance
from dialogs.event import Chose, Closed, Event, Facts, Overdue, Released, Said, Shared, Silent, Taken, Waited, Wanted
from dialogs.safety import QUIET
from dialogs.state import Owner, State
from handoff.case import Case, Status
from handoff.intake import fill, withdrawn
from nlu.engine import EmbeddedInterpreter
from nlu.interpretation import ENTITIES, Danger, DangerKind, Entity, EntityValue, Intent, Interpretation, Language
from nlu.interpretation import Question as Asked
from tests.conftest import ROOT
from tests.dialogs.talker import FLOWS

WALKS, STEPS = 200, 50
"""Ten thousand turns."""
THREE = 3
WORDS = yaml.safe_load((ROOT / "tests" / "transcripts" / "words.yml").read_text(encoding="utf-8"))
ANSWERS = WORDS.pop("answers")
TEXTS = sorted({said for said in (*WORDS.values(), *ANSWERS.values()) for said in said.values()})
BUTTONS = sorted({button for flow in FLOWS.flows.values() for step in flow.steps for button in step.buttons()})
MEDIA = ("image", "video", "voice", "document", "sticker", "location", "contact", "other")
VALUES: dict[str, tuple[EntityValue, ...]] = {
    "age": (9, 14, 17), "birth_year": (2012,), "platform": ("whatsapp", "snapchat"),
    "content_type": ("photo", "message"), "category": ("threats", "blackmail", "intimate_image", "insults"),
    "phone": ("+212612345678",), "url": ("https://example.org/x",), "handle": ("hmd.99",), "city": ("Fès",),
    "reporter": ("self", "friend", "parent"), "duration": ("P3M",), "name": ("Salma",), "gender": ("female",),
    "trusted_adult": (True, False), "family_knows": (True, False), "language": ("fr", "ary"),
    "question": ("police", "fault", "remove"),
}  # fmt: skip


@lru_cache(maxsize=1)
def _interpreter() -> EmbeddedInterpreter:
    return EmbeddedInterpreter.load(ROOT / "var" / "model.npz")


@lru_cache(maxsize=20_000)
def _read(text: str, question: Asked) -> Interpretation:
    return _interpreter().read(text, question)


entities = st.sampled_from(ENTITIES).flatmap(
    lambda name: st.builds(Entity, st.just(name), st.sampled_from(VALUES[name]), st.just(0), st.just(1))
)
anything = st.builds(
    Interpretation,
    text=st.sampled_from(["…", "👍", "3", "ok", "xx xx", "x " * 40]),
    language=st.sampled_from(Language),
    intent=st.sampled_from(Intent),
    confidence=st.sampled_from([0.3, 0.6, 0.97]),
    language_sure=st.booleans(),
    entities=st.lists(entities, max_size=3).map(tuple),
)


class Walk(RuleBasedStateMachine):
    """One child, one conversation after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State(language=Language.ARY)
        self.now = datetime(2026, 11, 20, 10, tzinfo=UTC)
        self.open, self.waiting, self.number = True, 0, 0
        self.held: Interpretation | None = None
        self.case: Case | None = None
        self.over: dict[str, Case] = {}
        self.asked: list[set[str]] = []

    # What happens

    @rule(text=st.sampled_from(TEXTS))
    def says_something_real(self, text: str) -> None:
        question = Reading.of(self.state).question
        together = _read("\n".join((*self.state.held, text)), question)
        self._said(together, _read(text, question))

    @rule(said=anything)
    def says_anything(self, said: Interpretation) -> None:
        self._said(self._together(said), said)

    @rule(kind=st.sampled_from(DangerKind), said=anything)
    def is_in_danger(self, kind: DangerKind, said: Interpretation) -> None:
        said = replace(said, text="bghit nmout", intent=Intent.REPORT_INCIDENT, danger=Danger(kind, "lexicon.test"))
        owner, last = self.state.owner, self.state.noticed.get(kind)
        recent = owner is Owner.COUNSELLOR and last is not None and self.now - last < QUIET
        effects = self._said(self._together(said), said)
        keys = _keys(effects)
        assert recent or any(key.startswith(f"danger.{kind.value}") for key in keys)
        assert self.state.owner is not Owner.BOT
        assert self.state.case
        if owner is Owner.COUNSELLOR and not recent:
            assert any(isinstance(effect, Alarm) for effect in effects)

    @precondition(lambda self: self.state.held)
    @rule()
    def falls_silent_for_a_moment(self) -> None:
        assert self.held
        self._happens(Waited(self.now, self._facts(), self.held))

    @rule(button=st.sampled_from(BUTTONS))
    def presses_any_button(self, button: str) -> None:
        self._happens(Chose(self.now, self._facts(), button, self.held if self.state.held else None))

    @precondition(lambda self: self.state.question and self.state.question.choices)
    @rule(data=st.data())
    def answers_by_button(self, data: st.DataObject) -> None:
        assert self.state.question
        self.presses_any_button(data.draw(st.sampled_from(self.state.question.choices)))

    @rule(kind=st.sampled_from(MEDIA))
    def sends_media(self, kind: str) -> None:
        self._happens(Shared(self.now, self._facts(), kind, "ref-1"))

    @precondition(lambda self: self.state.owner is Owner.QUEUE)
    @rule()
    def is_taken(self) -> None:
        self._happens(Taken(self.now, self._facts(), "salma"))

    @precondition(lambda self: self.state.owner is Owner.COUNSELLOR)
    @rule(closes=st.booleans())
    def is_let_go(self, closes: bool) -> None:
        event: type[Closed | Released] = Closed if closes else Released
        reference = self.state.case
        self._happens(event(self.now, self._facts()))
        if closes and self.case and reference:
            self.over[reference] = self.case.model_copy(update={"status": Status.CLOSED})
            self.case = None

    @precondition(lambda self: self.state.owner is Owner.COUNSELLOR)
    @rule(consent=st.sampled_from(["platform_report", "police_complaint"]))
    def is_asked_to_agree(self, consent: str) -> None:
        before = len(self.state.agreements)
        assert _keys(self._happens(Wanted(self.now, self._facts(), consent)))
        assert len(self.state.agreements) == before, "a question is no answer"

    @precondition(lambda self: self.state.owner is Owner.BOT and self.state.case)
    @rule()
    def falls_silent_for_a_day(self) -> None:
        self._happens(Silent(self.now, self._facts()))

    @rule()
    def is_reminded(self) -> None:
        before = self.state.reminded
        effects = self._happens(Overdue(self.now, self._facts()))
        assert not (before and effects)

    @rule(minutes=st.sampled_from([1, 15, 45, 600, 3000]), is_open=st.booleans(), waiting=st.integers(0, 3))
    def time_passes(self, minutes: int, is_open: bool, waiting: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.open, self.waiting = is_open, waiting

    # What is possible from any state

    @rule(language=st.sampled_from(Language))
    def panics(self, language: Language) -> None:
        before = self.state
        effects = self._word(WORDS["panic"][language.value])
        assert [type(effect) for effect in effects] == [Wipe, Say]
        assert self.state.but(seen=None, offered=()) == before.but(seen=None, offered=())

    @rule(language=st.sampled_from(Language))
    def erases(self, language: Language) -> None:
        case = self.state.case
        effects = self._word(WORDS["erase_word"][language.value])
        assert any(isinstance(effect, Erase) for effect in effects)
        self._nothing_is_left(case)

    @rule(language=st.sampled_from(Language))
    def withdraws(self, language: Language) -> None:
        case = self.state.case
        keys = _keys(self._word(WORDS["withdraw"][language.value]))
        if any(key.startswith("danger.") for key in keys):
            return  # what was held before it is danger, and comes first
        if case is None:
            assert "withdraw.none" in keys
            return
        assert self.state.question and self.state.question.slot == "withdraw", keys
        effects = self._happens(Chose(self.now, self._facts(), "withdraw.yes"))
        assert any(isinstance(effect, Withdraw) for effect in effects)
        self._nothing_is_left(case)

    # What always holds

    def _said(self, together: Interpretation, last: Interpretation) -> list[Effect]:
        effects = self._happens(Said(self.now, self._facts(), together, last if self.state.held else None))
        if any(isinstance(effect, Hold) for effect in effects):
            self.held = together
        return effects

    def _together(self, said: Interpretation) -> Interpretation:
        """A message with the messages that are held before it."""
        if not (self.state.held and self.held):
            return said
        return replace(
            said,
            text="\n".join((*self.state.held, said.text)),
            entities=(*self.held.entities, *said.entities),
        )

    def _word(self, text: str) -> list[Effect]:
        question = Reading.of(self.state).question
        return self._said(_read("\n".join((*self.state.held, text)), question), _read(text, question))

    def _facts(self) -> Facts:
        self.number += 1
        opening = None if self.open else self.now + timedelta(hours=40)
        status = self.case.status.value if self.case and self.state.case else None
        sealed = any(case.status is Status.SEALED for case in self.over.values())
        reference = f"K7Q2-{self.number:04d}"
        return Facts(reference, self.open, opening, not self.open, self.waiting, status=status, sealed=sealed)

    def _happens(self, event: Event) -> list[Effect]:
        before = self.state
        self.state, effects = advance(FLOWS, before, event)
        self.now += timedelta(seconds=5)
        assert self.state == State.model_validate_json(self.state.model_dump_json())
        self._sentences(before, event, effects)
        kept = before.case is None or before.case == self.state.case
        assert kept or isinstance(event, Closed) or any(isinstance(effect, Withdraw | Erase) for effect in effects)
        self._fill_case(effects)
        return effects

    def _sentences(self, before: State, event: Event, effects: list[Effect]) -> None:
        says = [effect for effect in effects if isinstance(effect, Say)]
        for say in says:
            assert FLOWS.messages.text(say.key, say.language, say.params)
            if before.owner is Owner.COUNSELLOR and self.state.owner is Owner.COUNSELLOR:
                assert say.voice == "system", say.key
        if isinstance(event, Said | Waited | Chose | Shared) and before.owner is not Owner.COUNSELLOR:
            assert says or any(isinstance(effect, Hold) for effect in effects), "the child is left without an answer"
        if says:
            # A question that the child was welcomed back to after a while is not one that is repeated at it.
            returned = any(say.key == "welcome.back" for say in says)
            questions = set() if returned else {say.key for say in says if say.expects}
            self.asked = [*self.asked[-(THREE - 1) :], questions]
            running = set.intersection(*self.asked) if len(self.asked) == THREE else set()
            assert not running, f"{running} three times running"

    def _fill_case(self, effects: list[Effect]) -> None:
        """What the turn does with the case (``bot.outcome``), in memory."""
        for effect in effects:
            match effect:
                case OpenCase():
                    self.case = self.case or Case(reference=effect.reference, opened_at=self.now, channel="terminal")
                case Withdraw() | Erase() if self.case:
                    ended = withdrawn(self.case, self.now)
                    if effect.seal:
                        ended = self.case.model_copy(update={"status": Status.SEALED})
                    self.over[self.case.reference], self.case = ended, None
                case RequestHandoff():
                    assert self.state.owner is not Owner.BOT
                    assert self.state.case
                case Forget():
                    assert self.state.story == () and self.state.evidence == ()
        if self.case and self.state.case:
            self.case = fill(self.case, self.state)
            assert self.case.reference == self.state.case
            if self.case.anonymous:
                assert self.case.contact is None
            if self.case.basis != "consent":
                assert (self.case.narrative, self.case.age, self.case.evidence) == (None, None, ())

    def _nothing_is_left(self, reference: str | None) -> None:
        assert self.state.ended
        assert (self.state.case, self.state.story, self.state.evidence, self.state.held) == (None, (), (), ())
        assert {name for name in self.state.slots if self.state.slots[name] is not None} <= {"erase", "withdraw"}
        if reference and (case := self.over.get(reference)) and case.status is not Status.SEALED:
            content: dict[str, Any] = case.model_dump(exclude={"reference", "opened_at", "withdrawn_at", "status"})
            kept = {name: value for name, value in content.items() if value}
            assert kept.pop("schema_", "m3ak.case/1")
            assert not kept


def _keys(effects: list[Effect]) -> list[str]:
    return [effect.key for effect in effects if isinstance(effect, Say)]


Walk.TestCase.settings = settings(
    max_examples=WALKS,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
test_whatever_happens = Walk.TestCase
