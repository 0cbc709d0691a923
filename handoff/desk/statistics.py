"""The helpline's figures: charts with a table under each, and as CSV."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date, get_day_names
from markupsafe import Markup
from starlette.responses import Response

from handoff.desk.chart import chart
from handoff.desk.visit import Visit
from handoff.desk.words import Words
from handoff.export import as_csv, document
from handoff.period import Period, WrongPeriod, period_of
from handoff.port import CASEWORKERS, Act
from handoff.statistics import DROPPED, NONE, OUTCOME, REPORT, UNSAID

_SECTIONS = {
    "portal": ("language", "violence", "platform", "anonymous", "accompanied", "meta_platform", "meta_content",
               "meta_violence"),
    "line": ("day", "month", "weekday", "hour", "channel", "age", "danger", "wait", "answer", "status", "disposition",
             REPORT, OUTCOME, "feedback"),
    "bot": ("reason", DROPPED),
}  # fmt: skip
"""The figures in the order of the page."""
_UPRIGHT = ("day", "month", "weekday", "hour")
_SEVERAL = ("violence", "platform", "meta_platform", "meta_content", "meta_violence")
_PREFIXES = {
    "violence": "category.", "meta_platform": "platform.", "meta_content": "content_type.", "anonymous": "answer.",
    "accompanied": "answer.", "age": "age_band.", "wait": "stats.band.", "answer": "stats.band.",
    "meta_violence": "stats.meta.", REPORT: "door.", DROPPED: "stats.asked.",
}  # fmt: skip
_MOST_DAYS = 62
_OPEN_ROWS = 8


@dataclass(frozen=True, slots=True)
class Picture:
    """One figure on the page.

    Args:
        several: whether a case may count in more than one row.
        rows: label and count of each row; None for a count that is hidden.
    """

    name: str
    title: str
    several: bool
    rows: list[tuple[str, int | None]]
    svg: Markup

    @property
    def short(self) -> bool:
        return len(self.rows) <= _OPEN_ROWS


async def statistics(visit: Visit) -> Response:
    """The figures of a period and a channel."""
    try:
        period = _period(visit)
    except WrongPeriod as error:
        asked = {"first": visit.request.query_params.get("from", ""), "last": visit.request.query_params.get("to", "")}
        notice = _not_counted(visit, error)
        return visit.show("statistics.html", 422, notice=notice, asked=asked, **await _choices(visit))
    shown = await _document(visit, period)
    sections = {
        name: [_picture(visit.words, figure, shown["figures"][figure]) for figure in figures if _wanted(figure, shown)]
        for name, figures in _SECTIONS.items()
    }
    asked = {"first": period.first.isoformat(), "last": period.last.isoformat()}
    return visit.show(
        "statistics.html", shown=shown, sections=sections, asked=asked, query=_query(shown), notice=None,
        completed=_share(shown, "reason", "intake_complete"), rated=_rated(shown), **await _choices(visit),
    )  # fmt: skip


async def export(visit: Visit) -> Response:
    """The figures as CSV, with small counts hidden; the trail says who took them."""
    try:
        period = _period(visit)
    except WrongPeriod as error:
        return visit.say_no(422, _not_counted(visit, error), at_case=False)
    desk = visit.desk
    shown = document(await desk.statistics.counts(period, _channel(visit)), period, _channel(visit))
    await desk.trail.note(Act(desk.clock(), visit.user.name, "exported"))
    name = f"m3ak-{period.first}-{period.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_csv(shown), media_type="text/csv", headers=headers)


def _not_counted(visit: Visit, error: WrongPeriod) -> str:
    """Why a period is none; days that are days, as they are written elsewhere at the desk."""
    told = {"first": error.first, "last": error.last}
    if error.why == "reversed":
        told = {name: visit.words.date(date.fromisoformat(day)) for name, day in told.items()}
    return visit.words(f"stats.{error.why}", **told)


def _period(visit: Visit) -> Period:
    query = visit.request.query_params
    today = visit.desk.clock().astimezone(visit.words.zone).date()
    return period_of(query.get("from", ""), query.get("to", ""), today)


def _channel(visit: Visit) -> str | None:
    return visit.request.query_params.get("channel") or None


async def _choices(visit: Visit) -> dict[str, Any]:
    return {"channels": await visit.desk.statistics.channels(), "channel": _channel(visit)}


async def _document(visit: Visit, period: Period) -> dict[str, Any]:
    """Every count for those who read the cases; the others see what may leave the house."""
    counts = await visit.desk.statistics.counts(period, _channel(visit))
    return document(counts, period, _channel(visit), exact=visit.user.role in CASEWORKERS)


def _query(shown: dict[str, Any]) -> str:
    channel = f"&channel={shown['channel']}" if shown["channel"] else ""
    return f"from={shown['from']}&to={shown['to']}{channel}"


def _wanted(figure: str, shown: dict[str, Any]) -> bool:
    table = shown["figures"].get(figure)
    if table is None or (figure == "day" and len(table) > _MOST_DAYS):
        return False
    return figure != "month" or len(table) > 1


def _share(shown: dict[str, Any], figure: str, value: str) -> int | None:
    """What part of the cases is counted under a value, in percent; None where either is hidden or nothing."""
    number, cases = shown["figures"][figure].get(value, 0), shown["cases"]
    return round(100 * number / cases) if cases and number is not None else None


def _rated(shown: dict[str, Any]) -> int | None:
    unrated = _share(shown, "feedback", NONE)
    return None if unrated is None else 100 - unrated


def _picture(words: Words, figure: str, table: dict[str, int | None]) -> Picture:
    title = words(f"stats.{figure}")
    several = figure in _SEVERAL
    found = Counter({value: number or 0 for value, number in table.items()})
    kept = [value for value in table if value != NONE or table[value] is None or found[value]]
    if not figure.startswith(("meta_", "violence")) and figure not in _UPRIGHT:
        # A bar for each platform that nobody named would hide the others.
        kept = [value for value in kept if table[value] != 0] or kept[:1]
    rows = [(_label(words, figure, value), table[value]) for value in kept]
    bars = [
        (_short(words, figure, value, label), number or 0) for value, (label, number) in zip(kept, rows, strict=True)
    ]
    name = words("stats.picture", title=title)
    svg = chart(bars, name, upright=figure in _UPRIGHT, mirrored=words.direction == "rtl")
    return Picture(figure, title, several, rows, svg)


def _short(words: Words, figure: str, value: str, label: str) -> str:
    """The label under a bar that stands: there is no room for more."""
    if figure == "month":
        return format_date(date.fromisoformat(f"{value}-01"), "MMM", locale=words.locale)
    return str(int(value)) if figure == "hour" else label


def _label(words: Words, figure: str, value: str) -> str:
    if value == NONE:
        return words.maybe(f"stats.none.{figure}", words("stats.none"))
    if figure == "weekday":
        names = get_day_names("abbreviated", locale=words.locale)
        return str(names[("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(value)])
    if figure == "month":
        return format_date(date.fromisoformat(f"{value}-01"), "MMM yyyy", locale=words.locale)
    if figure == "day":
        return format_date(date.fromisoformat(value), "d MMM", locale=words.locale)
    if figure == "hour":
        return f"{value}:00"
    if figure == "feedback":
        return words("stats.faces", n=int(value))
    if value == UNSAID:
        return words("stats.unsaid")
    return words.maybe(_PREFIXES.get(figure, f"{figure}.") + value, value)
