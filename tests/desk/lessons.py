"""Lessons on memory: two samples, and trials that are as far as a test says."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handoff.lesson import Draft, Sample, Trial
from nlu.interpretation import Intent, Language

REPORT = "<!doctype html><html lang=en><title>Understanding</title><style>p{color:red}</style><p>Understanding</p>"


class MemoryLessons:
    """What waits, what was tried, and what was written."""

    def __init__(self, now: datetime) -> None:
        self.writable = True
        self.waiting = [
            Sample("s1", now - timedelta(hours=2), Language.ARY_LATN, "platform", "f dak lblan dyal tsawer insta"),
            Sample("s2", now - timedelta(days=3), Language.ARY, None, "(نوم) كيصيفط ليا شي حوايج"),
        ]
        self.trials: dict[str, Trial] = {}
        self.learnt: list[Draft] = []

    async def samples(self) -> Sequence[Sample]:
        return self.waiting

    async def drop(self, id_: str) -> None:
        self.waiting = [sample for sample in self.waiting if sample.id != id_]

    def fault(self, draft: Draft) -> str | None:
        if not draft.line:
            return "empty"
        return "kind" if draft.intent not in tuple(Intent) or draft.language not in tuple(Language) else None

    async def try_(self, draft: Draft) -> str:
        id_ = f"t{len(self.trials)}"
        self.trials[id_] = Trial(draft, "trains", {"intent": 0.958, "alarm": 0.01, "language.ary": 0.9})
        return id_

    def finish(self, id_: str) -> None:
        """The trial is done: the intent is told better, false alarms are more, and Darija as before."""
        figures = {"intent": 0.961, "alarm": 0.012, "language.ary": 0.9}
        self.trials[id_] = replace(self.trials[id_], step="done", after=figures)

    async def trial(self, id_: str) -> Trial | None:
        return self.trials.get(id_)

    async def learn(self, draft: Draft) -> str | None:
        self.learnt.append(draft)
        await self.drop(draft.sample)
        return None

    def report(self) -> str | None:
        return REPORT
