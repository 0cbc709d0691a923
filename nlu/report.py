"""Report: an examination as one HTML page, with the confusion matrix as a picture."""

from collections.abc import Mapping, Sequence
from html import escape

from nlu.interpretation import Intent
from nlu.metrics import Metrics, Score

_CELL = 30  # pixels
_MARGIN = 140
_CHANGED = ("intent", "language", "danger")
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:1000px;margin:2em auto;padding:0 1em;color:#222}"
    "table{border-collapse:collapse;margin:1em 0}td,th{border:1px solid #ccc;padding:.2em .6em}"
    "td,th{text-align:start}"
    "td.n{text-align:end;font-variant-numeric:tabular-nums}.bad{color:#a11}svg{max-width:100%;height:auto}"
)


def page(sets: Mapping[str, Metrics], failures: Sequence[str]) -> str:
    """The page.

    Args:
        sets: the figures by the name of their engine and messages.
        failures: the goals that were missed.
    """
    verdict = (
        "<p class=bad>Missed: " + "; ".join(map(escape, failures)) + "</p>"
        if failures
        else "<p>Every goal is reached.</p>"
    )
    body = "".join(_section(name, metrics) for name, metrics in sets.items())
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Understanding</title>"
        f"<style>{_STYLE}</style><h1>Understanding</h1>{verdict}{body}</html>"
    )


def _section(name: str, metrics: Metrics) -> str:
    dangers = metrics.dangers
    rows = [
        ("messages", str(metrics.messages)),
        ("intent accuracy", f"{metrics.intents.accuracy:.3f}"),
        ("intent macro-F1", f"{metrics.intents.macro_f1:.3f}"),
        ("language", f"{metrics.languages:.3f}"),
        ("script, and French from Arabizi", f"{metrics.scripts:.3f}"),
        (f"danger recall (of {dangers.support})", f"{dangers.recall:.3f}"),
        ("danger of the right kind", f"{dangers.same_kind:.3f}"),
        ("danger false alarms", f"{dangers.false_alarms:.3f}"),
    ]
    rows += [
        (f"{variety}: accuracy, macro-F1", f"{accuracy:.3f}, {macro:.3f}")
        for variety, (accuracy, macro) in metrics.intents.varieties.items()
    ]
    rows += [
        (f"confidence {mean:.2f} ({number} messages)", f"{accuracy:.3f} right")
        for mean, accuracy, number in metrics.confident
    ]
    return (
        f"<h2>{escape(name)}</h2>{_table(('figure', ''), rows)}"
        f"<h3>Intents</h3>{_scores('intent', metrics.intents.each)}"
        f"<h3>Confusion</h3><p>A row is what was meant, a column what was read.</p>{picture(metrics)}"
        f"<h3>Slots</h3>{_scores('slot', metrics.slots)}"
        f"<h3>Errors ({len(metrics.errors)})</h3>{_errors(metrics)}"
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = "".join(
        f"<tr><td>{escape(row[0])}</td>" + "".join(f"<td class=n>{escape(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    )
    return f"<table><tr>{top}</tr>{lines}</table>"


def _scores(name: str, scores: Mapping[str, Score]) -> str:
    rows = [
        (label, f"{score.precision:.3f}", f"{score.recall:.3f}", f"{score.f1:.3f}", str(score.support))
        for label, score in scores.items()
    ]
    return _table((name, "precision", "recall", "F1", "of"), rows)


def _errors(metrics: Metrics) -> str:
    lines = []
    for error in metrics.errors:
        wrong = "; ".join(
            f"{key}: {(' → ' if key in _CHANGED else ', ').join(map(str, value))}"
            for key, value in error.items()
            if key not in ("text", "variety")
        )
        lines.append(
            f"<tr><td>{escape(error['variety'])}</td><td dir=auto>{escape(error['text'])}</td>"
            f"<td>{escape(wrong)}</td></tr>"
        )
    return f"<table><tr><th>variety</th><th>message</th><th>wrong</th></tr>{''.join(lines)}</table>"


def picture(metrics: Metrics) -> str:
    """The confusion matrix as an inline SVG; each row's shades are shares of that row."""
    labels = [intent.value for intent in Intent]
    size = _MARGIN + _CELL * len(labels)
    totals: dict[str, int] = {}
    for (expected, _), number in metrics.intents.confusion.items():
        totals[expected] = totals.get(expected, 0) + number
    parts = [
        f'<svg viewBox="0 0 {size} {size}" width="{size}" height="{size}" role="img" '
        'aria-label="Confusion matrix" font-size="11" font-family="system-ui,sans-serif">'
    ]
    for place, label in enumerate(labels):
        middle = _MARGIN + _CELL * place + _CELL // 2
        parts.append(f'<text x="{_MARGIN - 6}" y="{middle + 4}" text-anchor="end">{label}</text>')
        parts.append(f'<text transform="translate({middle + 4} {_MARGIN - 6}) rotate(-90)">{label}</text>')
    for row, expected in enumerate(labels):
        for column, read in enumerate(labels):
            number = metrics.intents.confusion.get((expected, read), 0)
            parts.append(_square(row, column, number, number / totals[expected] if number else 0.0))
    return "".join(parts) + "</svg>"


def _square(row: int, column: int, number: int, share: float) -> str:
    x, y = _MARGIN + _CELL * column, _MARGIN + _CELL * row
    hue = "34,110,70" if row == column else "170,40,30"
    written = ""
    if number:
        ink = "#fff" if share > 0.5 else "#222"
        place = f'x="{x + _CELL // 2}" y="{y + _CELL // 2 + 4}"'
        written = f'<text {place} text-anchor="middle" fill="{ink}">{number}</text>'
    fill = f"rgba({hue},{share:.2f})" if number else "#fff"
    box = f'x="{x}" y="{y}" width="{_CELL}" height="{_CELL}"'
    return f'<rect {box} fill="{fill}" stroke="#ddd"/>{written}'
