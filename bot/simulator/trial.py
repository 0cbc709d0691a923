"""A trial: one conversation tried out on a database of its own. Everything that each turn did is kept to be looked at.

Nothing real is touched: the chat has no messenger but the terminal's, and its database goes when it is closed.
"""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.act import BEGIN, perform
from bot.channels.channel import Outbound
from bot.chat import Chat
from bot.record import Record
from bot.stage import Stage
from dialogs.effect import Effect
from dialogs.event import Event
from dialogs.flow import Branch, Flows
from dialogs.state import State
from nlu.interpretation import Language

Act = Mapping[str, Any]
"""What happens in one turn, as a story writes it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One run of the dialog: what happened, what it changed, and the steps that it went through."""

    event: Event
    before: State
    after: State
    effects: tuple[Effect, ...]
    steps: tuple[tuple[str, str, Branch], ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a trial.

    Args:
        act: what was done.
        at: when, by the trial's clock.
        messages: what the child read then.
        moments: the runs of the dialog, in order; none where only a counsellor wrote.
        before, after: the state before and after it.
    """

    act: Act
    at: datetime
    messages: tuple[Outbound, ...]
    moments: tuple[Moment, ...]
    before: State
    after: State


class Trial:
    """One conversation that is tried out.

    Args:
        language: what the helpline begins in.
        settled: whether the child has chosen it, so that it stays.
        flows: the flows that are tried.
    """

    def __init__(self, language: Language, settled: bool, flows: Flows):
        self.language, self.settled, self.flows = language, settled, flows
        self.turns: list[Turn] = []
        self.record = Record(language)
        self.chat: Chat
        self._steps: list[tuple[str, str, Branch]] = []
        self._moments: list[Moment] = []
        self._open = AsyncExitStack()

    @property
    def acts(self) -> list[Act]:
        """What was done so far."""
        return [turn.act for turn in self.turns]

    @property
    def start(self) -> State:
        """The state before the first turn."""
        return State(language=self.language, settled=self.settled)

    async def open(self, stage: Stage) -> None:
        """Begins on an empty database."""
        flows = replace(self.flows, watch=lambda _, *place: self._steps.append(place))
        self.chat = await self._open.enter_async_context(stage.chat(self.language, flows=flows))
        self.chat.clock.stop(BEGIN)
        if self.settled:
            await self.chat.settle()
        self.chat.app.turns.watch = self._watch

    async def close(self) -> None:
        """The database goes."""
        await self._open.aclose()

    async def act(self, act: Act) -> Turn:
        """Does one thing more.

        Raises:
            NotNow: when it cannot be done as the chat stands.
        """
        before = await self.chat.state()
        self._moments.clear()
        self._steps.clear()
        messages = await perform(self.chat, act)
        after = await self.chat.state()
        self.record.note(act, messages, after)
        turn = Turn(act, self.chat.clock.now(), tuple(messages), tuple(self._moments), before, after)
        self.turns.append(turn)
        return turn

    def _watch(self, event: Event, before: State, after: State, effects: Sequence[Effect]) -> None:
        self._moments.append(Moment(event, before, after, tuple(effects), tuple(self._steps)))
        self._steps.clear()
