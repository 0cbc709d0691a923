"""A child's conversation with the pure engine, for tests: no store, no clock, no understanding."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.settings import load_settings
from dialogs.effect import Effect, Hold, Say
from dialogs.engine import advance
from dialogs.event import Chose, Closed, Event, Facts, Overdue, Released, Said, Shared, Taken, Waited, Wanted
from dialogs.flow import Flows, load_flows
from dialogs.messages import load_messages
from dialogs.state import State
from nlu.interpretation import Danger, DangerKind, Entity, EntityValue, Intent, Interpretation, Language
from tests.conftest import ROOT

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
MESSAGES = load_messages(load_settings(ROOT / "config.yml").constants())
FLOWS: Flows = load_flows(MESSAGES)


class Talker:
    """Talks with the engine and remembers what it answered."""

    def __init__(self, *, is_open: bool = True, language: Language = Language.ARY) -> None:
        self.state = State(language=language)
        self.facts = Facts("K7Q2-9MXD", is_open, None if is_open else NOW + timedelta(days=3), not is_open)
        self.now = NOW
        self.effects: list[Effect] = []
        self.held: Interpretation | None = None

    def _advance(self, event: Event) -> list[str]:
        self.state, self.effects = advance(FLOWS, self.state, event)
        self.facts = replace(self.facts, status="received" if self.state.case else None)
        self.now += timedelta(seconds=20)
        return self.keys

    @property
    def keys(self) -> list[str]:
        """The messages of the last turn."""
        return [effect.key for effect in self.effects if isinstance(effect, Say)]

    @property
    def says(self) -> list[Say]:
        return [effect for effect in self.effects if isinstance(effect, Say)]

    def of(self, kind: type) -> list[Effect]:
        """The effects of one kind of the last turn."""
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def say(
        self,
        text: str,
        intent: Intent = Intent.REPORT_INCIDENT,
        danger: DangerKind | None = None,
        confidence: float = 0.95,
        language: Language = Language.ARY,
        more: bool = False,
        **values: EntityValue | tuple[EntityValue, ...],
    ) -> list[str]:
        entities = tuple(
            Entity(name, one, 0, 1)
            for name, value in values.items()
            for one in (value if isinstance(value, tuple) else (value,))
        )
        said = Interpretation(
            text,
            language,
            intent,
            confidence,
            entities=entities,
            danger=Danger(danger, "lexicon.test") if danger else None,
        )
        return self.hear(said, more=more)

    def hear(self, said: Interpretation, *, more: bool = False) -> list[str]:
        """Says something as it was understood; without ``more`` the quiet time passes."""
        waiting = self.held if self.state.held else None
        joined = _joined(waiting, said) if waiting else said
        self._advance(Said(self.now, self.facts, joined, said if waiting else None))
        self.held = joined if self.of(Hold) else waiting
        return self.keys if more or not self.of(Hold) else self.wait()

    def wait(self) -> list[str]:
        """Lets the quiet time pass."""
        assert self.held
        return self._advance(Waited(self.now, self.facts, self.held))

    def choose(self, choice: str) -> list[str]:
        return self._advance(Chose(self.now, self.facts, choice, self.held if self.state.held else None))

    def share(self, kind: str) -> list[str]:
        return self._advance(Shared(self.now, self.facts, kind, "ref-1"))

    def taken(self) -> list[str]:
        return self._advance(Taken(self.now, self.facts, "salma"))

    def released(self) -> list[str]:
        return self._advance(Released(self.now, self.facts))

    def closed(self) -> list[str]:
        return self._advance(Closed(self.now, self.facts))

    def asked(self, consent: str) -> list[str]:
        """The counsellor has a consent asked for."""
        return self._advance(Wanted(self.now, self.facts, consent))

    def overdue(self) -> list[str]:
        return self._advance(Overdue(self.now, self.facts))

    def to_consent(self) -> None:
        self.say("wa7d kayhddedni", category="threats")

    def to_intake(self) -> None:
        """Up to the first question after consent."""
        self.to_consent()
        self.choose("consent.yes")


def _joined(held: Interpretation, said: Interpretation) -> Interpretation:
    """Two messages read as one."""
    return replace(
        said,
        text=f"{held.text}\n{said.text}",
        intent=Intent.REPORT_INCIDENT if Intent.REPORT_INCIDENT in (held.intent, said.intent) else said.intent,
        entities=(*held.entities, *said.entities),
        danger=said.danger or held.danger,
    )
