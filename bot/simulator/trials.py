"""The trials that are open. Whoever tries something out sends what was done so far, and any process goes on from there:
a trial is what was done in it, and is played again where none stands at that point."""

import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.act import NotNow
from bot.settings import Settings
from bot.simulator.trial import Act, Trial
from bot.stage import Stage
from dialogs.coverage import Coverage
from dialogs.flow import Flows
from nlu.interpretation import Interpreter, Language

_IDLE = 6
"""Trials that are kept open for the next turn: each holds a database and a thread."""


class Trials:
    """Opens trials, and keeps the last ones for their next turn.

    Args:
        settings: all settings; the storage is replaced by a temporary one.
        flows: the flows as they are now.
        interpreter: reads messages.
    """

    def __init__(self, settings: Settings, flows: Callable[[], Flows], interpreter: Interpreter):
        self._settings, self._flows, self._interpreter = settings, flows, interpreter
        self._idle: list[Trial] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._stage: Stage | None = None

    @asynccontextmanager
    async def at(self, language: Language, acts: Sequence[Act], *, settled: bool = False) -> AsyncIterator[Trial]:
        """A trial in which just this was done, for one caller at a time.

        Args:
            language: what the helpline begins in.
            acts: what was done.
            settled: whether the child has chosen the variety, so that it stays.

        Raises:
            NotNow: when one of the acts cannot be done.
        """
        trial = self._waiting(language, acts, settled) or await self._played(language, acts, settled)
        try:
            yield trial
        except NotNow:
            self._idle.append(trial)
            raise
        except BaseException:
            await trial.close()
            raise
        self._idle.append(trial)
        while len(self._idle) > _IDLE:
            await self._idle.pop(0).close()

    async def close(self) -> None:
        """Ends all trials; nothing of them is left."""
        while self._idle:
            await self._idle.pop().close()
        if self._folder:
            self._folder.cleanup()

    def _waiting(self, language: Language, acts: Sequence[Act], settled: bool) -> Trial | None:
        flows = self._flows()
        for trial in self._idle:
            like = (trial.language, trial.settled) == (language, settled) and trial.flows is flows
            if like and trial.acts == list(acts):
                self._idle.remove(trial)
                return trial
        return None

    async def _played(self, language: Language, acts: Sequence[Act], settled: bool) -> Trial:
        flows = self._flows()
        if self._stage is None or self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="m3ak-simulator-")
            folder = Path(self._folder.name)
            self._stage = Stage(self._settings, folder, Coverage(), flows, self._interpreter)
        trial = Trial(language, settled, flows)
        await trial.open(self._stage)
        try:
            for act in acts:
                await trial.act(act)
        except BaseException:
            await trial.close()
            raise
        return trial
