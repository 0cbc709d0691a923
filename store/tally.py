"""Tallies as they last: one beside each case while it is kept, and sums by month when its time is over."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, reduce
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, bindparam, cast, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from handoff.case import Status
from handoff.period import Period
from handoff.statistics import BETWEEN, COLUMNS, GROUPS, NONE, OUTCOME, REPORT, Counts, count, groups_of
from handoff.tally import Tally, band
from store import tables as t
from store.database import Database, aware, upsert

_TALLY, _SUM, _REPORT = t.tally.c, t.sum_.c, t.report.c
CASES = "cases"
"""The figure under which the sums hold the number of cases themselves."""
_NUMBERED = select(*(_TALLY[name] for name in COLUMNS))
_BY_REFERENCE = _NUMBERED.where(_TALLY.case_reference == bindparam("key"))
_NEXT = ","


def _joined(group: tuple[str, ...]) -> ColumnElement[str]:
    """One value a case, all in one text: reading row by row takes several times longer than counting."""
    return func.aggregate_strings(reduce(lambda left, right: left + BETWEEN + right, map(_text, group)), _NEXT)


def _text(name: str) -> ColumnElement[str]:
    column = _TALLY[name]
    return func.coalesce(column if isinstance(column.type, String) else cast(column, String), "")


_JOINED = select(*map(_joined, GROUPS))
_ANSWERED = (
    update(t.tally)
    .where(_TALLY.case_reference == bindparam("key"), _TALLY.answer.is_(None))
    .values(answer=bindparam("band"))
)


def keep_tally(connection: Connection, reference: str, tally: Tally | None) -> None:
    """Writes what is counted of a case, in the transaction that writes the case; None counts it no longer."""
    if tally is None:
        connection.execute(delete(t.tally).where(_TALLY.case_reference == reference))
        return
    values = {"case_reference": reference, **asdict(tally)}
    if tally.status == Status.WITHDRAWN:
        values["answer"] = None
    upsert(connection, t.tally, values)


def note_answer(connection: Connection, reference: str, after: timedelta) -> None:
    """Notes how long after the call for a human a counsellor first wrote; later answers change nothing."""
    connection.execute(_ANSWERED, {"key": reference, "band": band(after)})


def add(connection: Connection, counts: Counts, day: date, channel: str) -> None:
    """Adds to the sums: what is counted without a case, and a case whose time is over.

    Args:
        connection: the transaction.
        counts: what to add.
        day: the day to count it under.
        channel: by which it came.
    """
    tables = {**counts.tables, CASES: Counter({"": counts.cases})} if counts.cases else counts.tables
    # In one order, so that two that add at the same time never wait for each other.
    for figure in sorted(tables):
        for value, number in sorted(tables[figure].items()):
            key = {"day": day, "channel": channel, "figure": figure, "value": value}
            connection.execute(_add(connection.dialect.name), {**key, "number": number})


@cache
def _add(dialect: str) -> Any:
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(t.sum_)
    more = {"number": t.sum_.c.number + statement.excluded.number}
    return statement.on_conflict_do_update(index_elements=list(t.sum_.primary_key), set_=more)


def fold(connection: Connection, reference: str, zone: tzinfo) -> None:
    """Adds the tally of a case whose time is over to the sums of the month in which it was opened."""
    row = connection.execute(_BY_REFERENCE, {"key": reference}).first()
    if row is None or row.status == Status.WITHDRAWN:
        return
    opened = datetime.fromtimestamp(row.hour * 3600, zone)
    add(connection, count(groups_of([row]), 0, zone), opened.date().replace(day=1), row.channel or "")
    sent = select(_REPORT.at, _REPORT.door, _REPORT.outcome).where(_REPORT.case_reference == reference)
    for report in connection.execute(sent).all():
        tables = {REPORT: Counter({report.door: 1}), OUTCOME: Counter({report.outcome or NONE: 1})}
        month = aware(report.at).astimezone(zone).date().replace(day=1)
        add(connection, Counts(tables=tables), month, row.channel or "")


def counts(connection: Connection, period: Period, zone: tzinfo, channel: str | None = None) -> Counts:
    """What is counted in a period, of one channel where one is asked for."""
    first, until = period.hours(zone)
    within = (_TALLY.hour >= first, _TALLY.hour < until)
    here = within if channel is None else (*within, _TALLY.channel == channel)
    row = connection.execute(_JOINED.where(*here, _TALLY.status != Status.WITHDRAWN)).one()
    groups = {group: Counter((joined or "").split(_NEXT)) for group, joined in zip(GROUPS, row, strict=True)}
    if row[0] is None:
        groups = dict(groups_of(()))
    withdrawn = connection.scalar(select(func.count()).where(*here, _TALLY.status == Status.WITHDRAWN)) or 0
    kept = (_SUM.day >= period.first, _SUM.day <= period.last)
    sums = select(_SUM.figure, _SUM.value, func.sum(_SUM.number)).group_by(_SUM.figure, _SUM.value)
    found = count(groups, withdrawn, zone)
    for figure, value, number in connection.execute(
        sums.where(*kept) if channel is None else sums.where(*kept, _SUM.channel == channel)
    ):
        found.plus(figure, value, number)
    begin, end = (datetime.fromtimestamp(hour * 3600, UTC) for hour in (first, until))
    reports = (
        select(_REPORT.door, _REPORT.outcome, func.count())
        .join(t.tally, _TALLY.case_reference == _REPORT.case_reference)
        .where(_REPORT.at >= begin, _REPORT.at < end, _TALLY.status != Status.WITHDRAWN)
        .group_by(_REPORT.door, _REPORT.outcome)
    )
    for door, outcome, number in connection.execute(
        reports if channel is None else reports.where(_TALLY.channel == channel)
    ):
        found.plus(REPORT, door, number)
        found.plus(OUTCOME, outcome or NONE, number)
    older = found.tables.pop(CASES, Counter())[""]
    return replace(found, cases=found.cases + older)


class StoredStatistics:
    """``handoff.statistics.Statistics`` on the database.

    Args:
        database: where the tallies last.
        zone: where hours and days are read.
    """

    def __init__(self, database: Database, zone: tzinfo):
        self._database, self._zone = database, zone

    async def counts(self, period: Period, channel: str | None = None) -> Counts:
        return await self._database.read(lambda c: counts(c, period, self._zone, channel))

    async def channels(self) -> Sequence[str]:
        query = select(_TALLY.channel).union(select(_SUM.channel))
        found = await self._database.read(lambda c: c.scalars(query).all())
        return sorted({channel for channel in found if channel})
