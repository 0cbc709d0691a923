"""Tables for a spreadsheet program, as CSV that cannot become a formula there."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

_LIVE = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula, after blanks too (OWASP, "CSV Injection")."""


def csv_of(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV in UTF-8, with the mark by which spreadsheets know Arabic and accents.

    A text that a spreadsheet would run as a formula, in any of its lines, gets an apostrophe before it; numbers stay.
    """
    text = StringIO()
    csv.writer(text).writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    if value is None or isinstance(value, int | float):
        return value
    return "\n".join(f"'{line}" if line.lstrip().startswith(_LIVE) else line for line in str(value).splitlines())
