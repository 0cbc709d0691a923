"""Reports in memory."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from handoff.case import Happening, Status
from handoff.port import Refused
from handoff.report.content import content
from handoff.report.door import Door, Outcome, Report, closed_by
from nlu.interpretation import Platform
from tests.desk.memory import MemoryCases


class MemoryReports:
    """What was sent, and what came of it."""

    def __init__(self, cases: MemoryCases, now: Callable[[], datetime]) -> None:
        self._cases, self._now = cases, now
        self._kept: defaultdict[str, dict[str, Report]] = defaultdict(dict)

    async def of_case(self, reference: str) -> Sequence[Report]:
        return list(self._kept[reference].values())

    async def send(self, reference: str, by: str, door: Door, platform: Platform | None, key: str) -> Refused | None:
        case = self._cases.kept(reference)
        if refused := closed_by(case, door):
            return refused
        told = content(case, door, platform)
        if told is None:
            return Refused("nothing")
        if key not in self._kept[reference]:
            self._kept[reference][key] = Report(key, door, self._now(), by, told)
            self._tell(reference, f"reported.{door}", by)
        return None

    async def conclude(
        self, reference: str, report: str, by: str, outcome: Outcome, on: date, remark: str
    ) -> Refused | None:
        if (status := self._cases.kept(reference).status) in (Status.SEALED, Status.WITHDRAWN):
            return Refused(status.value)
        found = self._kept[reference].get(report)
        if found is None:
            return Refused("gone")
        if on < found.at.date():
            return Refused("day")
        self._kept[reference][report] = replace(found, outcome=outcome, on=on, outcome_by=by, remark=remark)
        self._tell(reference, f"outcome.{outcome}", by)
        return None

    def _tell(self, reference: str, what: str, by: str) -> None:
        told = Happening(at=self._now(), what=what, by=by)
        self._cases.rewrite(reference, timeline=(*self._cases.kept(reference).timeline, told))
