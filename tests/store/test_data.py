"""``docs/DATA.md`` tells every column: how it is kept, why, and when it goes."""

import re

from store.tables import metadata
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "DATA.md").read_text(encoding="utf-8")
_SECTION = re.compile(r"^## `(\w+)`[^\n]*\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def told() -> dict[str, dict[str, str]]:
    """How each column is kept, by table, as the page has it."""
    return {name: {row[1]: row[2] for row in _ROW.finditer(text)} for name, text in _SECTION.findall(PAGE)}


def test_every_column_is_told_and_no_other() -> None:
    tables = {table.name: {column.name for column in table.columns} for table in metadata.sorted_tables}
    assert {name: set(columns) for name, columns in told().items()} == tables


def test_it_says_how_each_is_kept() -> None:
    ends = {"_sealed": "encrypted", "_hash": "hashed"}
    for table, columns in told().items():
        for column, how in columns.items():
            assert how == next((word for end, word in ends.items() if column.endswith(end)), "clear"), (table, column)
