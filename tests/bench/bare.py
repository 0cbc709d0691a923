"""The ceiling: reading a message and advancing the dialog in a bare loop, with no database and no network."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.app import build_interpreter
from bot.clock import new_reference
from bot.reading import Reading
from dialogs.engine import advance
from dialogs.event import Chose, Facts, Said, Waited
from dialogs.flow import Flows, load_flows
from dialogs.messages import load_messages
from dialogs.state import State
from nlu.interpretation import Interpreter
from tests.bench.load import Result
from tests.chaos.children import Saying
from tests.conftest import settings_in

_NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Bare:
    """The engine and the dialog alone.

    Args:
        folder: of the settings.
        sayings: what a child says.
    """

    def __init__(self, folder: Path, sayings: Sequence[Saying]):
        settings = settings_in(folder)
        self._flows: Flows = load_flows(load_messages(settings.constants()))
        self._interpreter: Interpreter = build_interpreter(settings)
        self._sayings = sayings
        self._begun = asyncio.run(self._begin(State(language=settings.helpline.language)))

    async def _begin(self, state: State) -> State:
        """After the first message and the quiet time behind it."""
        state = await self._turn(state, self._sayings[0])
        said, _ = await Reading.of(state).read(self._interpreter)
        return advance(self._flows, state, Waited(_NOW, _facts(), said))[0] if said else state

    async def _turn(self, state: State, saying: Saying) -> State:
        if saying.choice:
            return advance(self._flows, state, Chose(_NOW, _facts(), saying.choice, None))[0]
        said, last = await Reading.of(state).read(self._interpreter, saying.text)
        assert said
        return advance(self._flows, state, Said(_NOW, _facts(), said, last))[0]

    def answers(self, children: int, rate: float | None = None) -> Result:
        """Over so many children's answers; so many a second, or one after the other."""

        async def talk() -> None:
            for _ in range(children):
                state = self._begun
                for saying in self._sayings[1:]:
                    if rate:
                        await asyncio.sleep(1 / rate)
                    state = await self._turn(state, saying)

        started, worked = time.perf_counter(), time.process_time()
        asyncio.run(talk())
        seconds, worked = time.perf_counter() - started, time.process_time() - worked
        return Result(children * len(self._sayings[1:]), seconds, worked=worked)


def _facts() -> Facts:
    return Facts(new_reference(), open=True)
