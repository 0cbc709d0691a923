"""What counsellors keep beside a case, in memory."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from handoff.casework import Hold, Link, Note, QuickReply, Task, Work
from handoff.correction import corrected
from handoff.port import Refused
from nlu.interpretation import Language
from tests.desk.memory import MemoryCases


class MemoryCasework:
    """Notes, tasks, corrections and quick replies."""

    def __init__(self, cases: MemoryCases, now: Callable[[], datetime]) -> None:
        self._cases, self._now = cases, now
        self._notes: defaultdict[str, dict[str, Note]] = defaultdict(dict)
        self._tasks: defaultdict[str, dict[str, Task]] = defaultdict(dict)
        self.holds: dict[str, Hold] = {}
        self.links: dict[str, tuple[Link, ...]] = {}
        hello = dict.fromkeys(Language, "Salam, ana {counsellor} mn {helpline}.")
        self._replies = {"hello": QuickReply("hello", "Bonjour", hello)}

    async def work(self, reference: str) -> Work:
        notes, tasks = self._notes[reference].values(), self._tasks[reference].values()
        ordered = sorted(tasks, key=lambda task: task.done_at is not None)
        return Work(tuple(notes), tuple(ordered), self.links.get(reference, ()), self.holds.get(reference))

    async def note(self, reference: str, by: str, text: str, key: str) -> Refused | None:
        self._notes[reference].setdefault(key, Note(self._now(), by, text))
        self._cases.rewrite(reference)
        return None

    async def add_task(self, reference: str, by: str, text: str, due: date | None, key: str) -> Refused | None:
        self._tasks[reference].setdefault(key, Task(key, text, due, by))
        self._cases.rewrite(reference)
        return None

    async def finish_task(self, reference: str, task: str, by: str) -> Refused | None:
        if found := self._tasks[reference].get(task):
            self._tasks[reference][task] = replace(found, done_at=self._now(), done_by=by)
            self._cases.rewrite(reference)
        return None

    async def hold(self, reference: str, by: str, reason: str) -> Refused | None:
        self.holds[reference] = Hold(self._now(), by, reason)
        return None

    async def let_go(self, reference: str, by: str) -> Refused | None:
        self.holds.pop(reference, None)
        return None

    async def correct(
        self, reference: str, by: str, before: Mapping[str, object], after: Mapping[str, object], *, over: bool = False
    ) -> Refused | None:
        entry, case = await self._cases.entry(reference), await self._cases.case(reference)
        if entry is None or case is None:
            return Refused("gone")
        if entry.taken_by != by and not over:
            return Refused("not_yours", entry.taken_by)
        shown = case.model_dump(mode="json", include=set(before))
        if changed := next((name for name, value in before.items() if shown.get(name) != value), None):
            return Refused("changed", changed)
        told = corrected(case, by, self._now(), after)
        self._cases.rewrite(reference, **{name: getattr(told, name) for name in (*after, "age_band", "timeline")})
        return None

    async def quick_replies(self) -> Sequence[QuickReply]:
        return list(self._replies.values())

    async def save_quick_reply(self, reply: QuickReply) -> None:
        id_ = reply.id or f"new-{len(self._replies)}"
        self._replies[id_] = replace(reply, id=id_)

    async def delete_quick_reply(self, id_: str) -> None:
        self._replies.pop(id_, None)
