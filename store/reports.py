"""Reports as they last: ``handoff.report.door.Reports`` on the database."""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from handoff.case import Case, Happening, Status
from handoff.port import Refused
from handoff.report.content import content
from handoff.report.door import Door, Outcome, Report, closed_by
from nlu.interpretation import Platform
from store import tables as t
from store.cases import CaseFile
from store.conversations import Conversations
from store.database import Database, aware, insert_new
from store.keyring import Keyring
from store.trail import leave_trace
from store.vault import NoKeys, Vault


class StoredReports:
    """The reports in the database.

    Args:
        database, vault: where they last.
        now: the clock.
    """

    def __init__(self, database: Database, vault: Vault, now: Callable[[], datetime]):
        self._database, self._vault, self._now = database, vault, now

    async def of_case(self, reference: str) -> Sequence[Report]:
        return await self._database.read(lambda c: reports_of(c, Keyring(c, self._vault), reference))

    async def send(self, reference: str, by: str, door: Door, platform: Platform | None, key: str) -> Refused | None:
        def work(c: Connection, keys: Keyring, case: Case) -> Refused | str:
            if refused := closed_by(case, door):
                return refused
            told = content(case, door, platform)
            if told is None:
                return Refused("nothing")
            sealed = keys.seal(reference, json.dumps(told, ensure_ascii=False))
            values = {"case_reference": reference, "id": key, "door": door.value, "at": self._now(), "author": by,
                      "content_sealed": sealed}  # fmt: skip
            return f"reported.{door}" if insert_new(c, t.report, values) else ""

        return await self._beside(reference, by, "report_sent", work)

    async def conclude(
        self, reference: str, report: str, by: str, outcome: Outcome, on: date, remark: str
    ) -> Refused | None:
        def work(c: Connection, keys: Keyring, case: Case) -> Refused | str:
            if case.status in (Status.WITHDRAWN, Status.SEALED):
                return Refused(case.status.value)
            mine = (t.report.c.case_reference == reference, t.report.c.id == report)
            sent = c.scalar(select(t.report.c.at).where(*mine))
            if sent is None:
                return Refused("gone")
            if on < aware(sent).date():
                return Refused("day")
            values = {"outcome": outcome.value, "outcome_on": on, "outcome_at": self._now(), "outcome_by": by,
                      "remark_sealed": keys.seal(reference, remark)}  # fmt: skip
            c.execute(update(t.report).where(*mine).values(**values))
            return f"outcome.{outcome}"

        return await self._beside(reference, by, "report_outcome", work)

    async def _beside(
        self, reference: str, by: str, what: str, write: Callable[[Connection, Keyring, Case], Refused | str]
    ) -> Refused | None:
        """Writes about a case, with a line in its timeline and in the trail, or says why not."""

        def work(c: Connection) -> Refused | None:
            # Whoever changes a case holds its conversation's lock, so that no withdrawal comes in between.
            keys = Keyring(c, self._vault)
            Conversations(c, keys).of_case(reference)
            cases = CaseFile(c, keys)
            held = cases.locked(reference)
            if held is None:
                return Refused("gone")
            case = held[0]
            done = write(c, keys, case)
            if isinstance(done, Refused):
                return done
            if done:
                told = Happening(at=self._now(), what=done, by=by)
                cases.amend(reference, case.model_copy(update={"timeline": (*case.timeline, told)}))
                leave_trace(c, self._now(), by, what, reference)
            return None

        return await self._database.write(work)


def reports_of(connection: Connection, keys: Keyring, reference: str) -> list[Report]:
    """The reports of a case, the oldest first, within a transaction."""
    query = select(t.report).where(t.report.c.case_reference == reference).order_by(t.report.c.at, t.report.c.id)
    return [_report(row, keys) for row in connection.execute(query)]


def _report(row: Row[Any], keys: Keyring) -> Report:
    told = json.loads(_opened(keys, row.case_reference, row.content_sealed) or "{}")
    remark = _opened(keys, row.case_reference, row.remark_sealed) if row.remark_sealed else ""
    outcome = Outcome(row.outcome) if row.outcome else None
    return Report(
        row.id, Door(row.door), aware(row.at), row.author, told, outcome, row.outcome_on, row.outcome_by, remark
    )  # fmt: skip


def _opened(keys: Keyring, reference: str, sealed: bytes) -> str:
    try:
        return keys.open(reference, sealed)
    except NoKeys:
        # A damaged line must not hide that a report was sent.
        return ""
