"""A review: the outcome of the stories as one HTML page, for trainers."""

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from bot.comparison import Fault, rows
from bot.repertoire import Told, percent

REVIEW = Path("reports/dialogs.html")
_STYLE = (
    "body{font:15px/1.5 system-ui,'Noto Sans Arabic',sans-serif;max-width:1000px;margin:2em auto;padding:0 1em;"
    "color:#16211d}table{border-collapse:collapse;margin:.5em 0 1.5em;width:100%;table-layout:fixed}"
    "td,th{border:1px solid #c6d0d3;padding:.25em .6em;text-align:start;vertical-align:top}"
    "td{overflow-wrap:anywhere}td.n{text-align:end;width:9em}tr.bad td{background:#fbe6e4}"
    "h3{margin-bottom:0}small{color:#4d5d66;display:block}.bad{color:#a1201b}li{overflow-wrap:anywhere}"
)


def write(told: Told, path: Path = REVIEW) -> Path:
    """Writes the page, and says where it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(told), encoding="utf-8")
    return path


def page(told: Told) -> str:
    """The page: what failed side by side, the coverage by variety, and what is missing, the gravest first."""
    return "\n".join([
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>",
        f"<title>Stories</title><style>{_STYLE}</style><h1>Stories</h1>",
        f"<p{' class=bad' if told.failures else ''}>{len(told.faults) - len(told.failures)} of {len(told.faults)}",
        "stories went as they say.</p>",
        *(line for name, faults in told.failures.items() for line in _story(name, faults)),
        "<h2>Coverage</h2>", *_coverage(told),
        *_list("Steps and branches that no story goes through", told.missing),
        *_list("Sentences that no story hears", told.unsaid), "</html>",
    ]) + "\n"  # fmt: skip


def _story(name: str, faults: Iterable[Fault]) -> Iterator[str]:
    yield f"<h2>{escape(name)}</h2>"
    for fault in faults:
        yield f"<h3 dir=auto>{escape(fault.turn)}</h3><table><tr><th>expected</th><th>came</th></tr>"
        for row in rows(fault):
            text = f"<small dir=auto>{escape(row.text)}</small>" if row.text else ""
            mark = "" if row.agrees else " class=bad"
            expected, came = escape(row.expected) or "–", escape(row.came) or "–"
            yield f"<tr{mark}><td>{expected}</td><td>{came}{text}</td></tr>"
        yield "</table>"


def _coverage(told: Told) -> Iterator[str]:
    yield "<table><tr><th>variety</th><th>steps</th><th>branches</th><th>messages</th></tr>"
    for language, share in told.shares.items():
        parts = ((share.missing_steps, share.steps), (share.missing_branches, share.branches),
                 (len(share.unsaid), share.messages))  # fmt: skip
        cells = "".join(f"<td class=n>{percent(*part)} of {part[1]}</td>" for part in parts)
        yield f"<tr><td>{language.value}</td>{cells}</tr>"
    yield "</table>"


def _list(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        yield f"<h2>{title}</h2><p>The gravest first.</p><ol>{items}</ol>"
