"""The figures as a document: exact for the house, suppressed for whatever leaves it; as JSON and as CSV."""

from collections.abc import Sequence
from typing import Any

from handoff.period import Period
from handoff.spreadsheet import csv_of
from handoff.statistics import BESIDE, FIGURES, Counts, Figure, average, filled
from handoff.suppression import FEWEST, safe, safe_number

SCHEMA = "m3ak.stats/1"
HIDDEN = f"<{FEWEST}"
"""What stands in a CSV for a count that is hidden; the one that protects it may be larger."""
OTHER = "other"
_BESIDE = {figure.name for figure in BESIDE}
_HACKING, _ON_META = "hacking_impersonation", "hacking"


def document(counts: Counts, period: Period, channel: str | None = None, *, exact: bool = False) -> dict[str, Any]:
    """The figures as a document, ``m3ak.stats/1``.

    Args:
        counts: what was counted.
        period, channel: of which days, and of which channel alone.
        exact: every figure with every count, for the house alone; otherwise None stands for a count that is hidden.
    """
    figures = [figure for figure in (*FIGURES, *BESIDE) if exact or figure.exported]
    tables = {figure.name: _table(figure, counts, period) for figure in figures}
    shown = dict(tables) if exact else _safe(tables, counts)
    mean = None if None in shown["feedback"].values() else average(counts.table("feedback"))
    return {
        "schema": SCHEMA,
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "channel": channel,
        "suppressed_below": 0 if exact else FEWEST,
        "cases": counts.cases if exact else safe_number(counts.cases),
        "withdrawn": counts.withdrawn if exact else safe_number(counts.withdrawn),
        "feedback_average": round(mean, 1) if mean is not None else None,
        "figures": shown,
    }


def _safe(tables: dict[str, dict[str, int]], counts: Counts) -> dict[str, dict[str, int | None]]:
    meta = safe(tables["meta_violence"], _universe("meta_violence", counts))
    # Where nearly every case is on Meta, hacked accounts there follow from those everywhere.
    also = {"violence": (_HACKING,)} if meta[_ON_META] is None else {}
    return {name: safe(table, _universe(name, counts), also.get(name, ())) for name, table in tables.items()}


def as_csv(document: dict[str, Any]) -> bytes:
    """A document as CSV: a row for each count, by figure and value."""
    rows: list[Sequence[object]] = [("figure", "value", "count")]
    rows += [(name, document[name] or "all", "") for name in ("from", "to", "channel")]
    rows += [(name, "", _shown(document[name])) for name in ("cases", "withdrawn")]
    rows.append(("feedback_average", "", document["feedback_average"]))
    for figure, table in document["figures"].items():
        rows += [(figure, value, _shown(number)) for value, number in table.items()]
    return csv_of(rows)


def _shown(number: int | None) -> object:
    return HIDDEN if number is None else number


def _table(figure: Figure, counts: Counts, period: Period) -> dict[str, int]:
    """The whole table, with every value that could have been counted: which rows there are tells nothing."""
    table = dict(filled(figure, counts.table(figure.name), period, every=True))
    if figure.values:
        known = {str(value) for value in figure.values}
        for value in set(table) - known:
            table[OTHER] = table.get(OTHER, 0) + table.pop(value)
    return table


def _universe(name: str, counts: Counts) -> int:
    """How many a table counts."""
    if name in _BESIDE:
        return sum(counts.table(name).values())
    if name.startswith("meta_"):
        return counts.on_meta
    return counts.cases
