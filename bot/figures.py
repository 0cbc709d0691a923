"""The helpline's figures for the terminal."""

from collections.abc import Iterator
from typing import Any

from handoff.statistics import FIGURES

_WIDTH = 40
_MOST_DAYS = 62
"""Days of a period that are listed one by one."""
_LEFT_OUT = ("meta",)
"""What other tables show too."""
_SEVERAL = {figure.name for figure in FIGURES if not figure.partition}


def lines(document: dict[str, Any]) -> Iterator[str]:
    """A document ``m3ak.stats/1`` with every count, as lines of text; rows without a case are left out."""
    channel = f", {document['channel']} alone" if document["channel"] else ""
    yield f"{document['from']} to {document['to']}{channel}"
    yield f"cases {document['cases']}, withdrawn {document['withdrawn']}"
    if document["feedback_average"] is not None:
        yield f"feedback {document['feedback_average']} of 5 on average"
    for name, table in document["figures"].items():
        rows = {value: number for value, number in table.items() if number}
        if not rows or name in _LEFT_OUT or (name == "day" and len(table) > _MOST_DAYS):
            continue
        yield ""
        yield f"{name}{' (a case may count more than once)' if name in _SEVERAL else ''}"
        label, most = max(map(len, rows)), max(rows.values())
        for value, number in rows.items():
            bar = "█" * max(1, round(_WIDTH * number / most))
            yield f"  {value:<{label}}  {number:>6}  {bar}"
