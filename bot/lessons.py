"""Lessons: what trainers teach, in the training files and by trials in the background."""

import asyncio
import json
import sys
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import structlog

from bot.clock import new_id
from bot.settings import NluSettings
from handoff.lesson import Draft, Sample, Trial
from nlu.document import DataFault
from nlu.interpretation import Intent, Language
from nlu.lesson import Lesson, fault, learn, writable
from store.samples import StoredSamples

log = structlog.get_logger()

_REMEMBERED = 20
"""Trials whose outcome is kept."""
REPORT = Path("reports/nlu.html")


class FiledLessons:
    """``handoff.lesson.Lessons`` on the training files.

    Args:
        samples: what was not understood.
        settings: where the files are.
        report: the page that ``m3ak test nlu`` writes.
    """

    def __init__(self, samples: StoredSamples, settings: NluSettings, report: Path = REPORT):
        self._samples, self._settings, self._report = samples, settings, report
        self._trials: OrderedDict[str, Trial] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._one = asyncio.Lock()

    @property
    def writable(self) -> bool:
        try:
            return writable(self._settings.data)
        except DataFault:
            return False

    async def samples(self) -> Sequence[Sample]:
        return await self._samples.samples()

    async def drop(self, id_: str) -> None:
        await self._samples.drop(id_)

    def fault(self, draft: Draft) -> str | None:
        lesson = _lesson(draft)
        if lesson is None:
            return "kind"
        try:
            return fault(lesson, self._settings.data)
        except DataFault:
            return "broken"

    async def try_(self, draft: Draft) -> str:
        id_ = new_id()
        self._trials[id_] = Trial(draft)
        while len(self._trials) > _REMEMBERED:
            self._trials.popitem(last=False)
        task = asyncio.create_task(self._attempt(id_))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return id_

    async def trial(self, id_: str) -> Trial | None:
        return self._trials.get(id_)

    async def close(self) -> None:
        """Ends what is being tried."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _attempt(self, id_: str) -> None:
        """One trial after the other: each takes a processor for a while."""
        async with self._one:
            draft = self._trials[id_].draft if id_ in self._trials else None
            if draft is None:
                return
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot.trial", str(self._settings.data), str(self._settings.held_out),
                str(self._settings.model),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            assert process.stdin and process.stdout
            try:
                process.stdin.write(json.dumps({"line": draft.line, "intent": draft.intent,
                                                "language": draft.language}).encode() + b"\n")  # fmt: skip
                process.stdin.close()
                async for line in process.stdout:
                    self._note(id_, line)
                await process.wait()
            finally:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
            trial = self._trials.get(id_)
            if trial and trial.step not in ("done", "failed"):
                log.error("trial_failed", code=process.returncode)
                self._trials[id_] = replace(trial, step="failed")

    def _note(self, id_: str, line: bytes) -> None:
        with suppress(ValueError, TypeError):
            if id_ in self._trials:
                self._trials[id_] = replace(self._trials[id_], **json.loads(line))

    async def learn(self, draft: Draft) -> str | None:
        wrong, lesson = self.fault(draft), _lesson(draft)
        if wrong or lesson is None:
            return wrong or "kind"
        try:
            learn(lesson, self._settings.data)
        except (DataFault, OSError):
            return "broken"
        log.info("lesson_written", intent=lesson.intent.value, language=lesson.language.value)
        if draft.sample:
            await self._samples.drop(draft.sample)
        return None

    def report(self) -> str | None:
        try:
            return self._report.read_text("utf-8")
        except OSError:
            return None


def _lesson(draft: Draft) -> Lesson | None:
    try:
        return Lesson(" ".join(draft.line.split()), Intent(draft.intent), Language(draft.language))
    except ValueError:
        return None
