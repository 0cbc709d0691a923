"""A flow as a picture: as Mermaid for documents, as SVG for the eye, coloured by what the stories go through."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal

from dialogs.condition import Condition
from dialogs.coverage import branches
from dialogs.flow import Branch, Flow, Step
from dialogs.messages import Messages
from nlu.interpretation import Language

Lacking = Mapping[tuple[str, str, Branch], tuple[str, ...]]
"""The varieties in which no story goes through a branch, by flow, step and branch; empty where all do."""

Shade = Literal["unknown", "whole", "part", "never"]

_WIDTH, _BOX, _LEFT, _ROW, _GAP = 860, 380, 170, 22, 26
_SENTENCE = 52
_PILLS: Mapping[Branch, str] = {
    "answered": "answered", "skipped": "skipped", "again": "again", "more": "know more", "insist": "insists",
    "passed": "passed over",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn of a flow.

    Args:
        flow: the flow.
        messages: its sentences.
        language: the variety that the picture quotes.
        lacking: what stories do not go through, or None when that is not known.
    """

    flow: Flow
    messages: Messages
    language: Language = Language.FR
    lacking: Lacking | None = None

    def shade(self, step: Step, branch: Branch) -> Shade:
        """How far stories go through a branch: in all varieties, in some, or in none."""
        if self.lacking is None:
            return "unknown"
        missing = len(self.lacking.get((self.flow.name, step.id, branch), ()))
        return "whole" if not missing else "part" if missing < len(Language) else "never"

    def sentence(self, step: Step) -> str:
        """The beginning of what a step says."""
        key = step.ask or (step.say[0] if step.say else "")
        text = " ".join(self.messages.sentences[self.language][key].text.split()) if key else f"▸ {step.do}"
        return text if len(text) <= _SENTENCE else f"{text[: _SENTENCE - 1]}…"

    def begins(self) -> str:
        """What starts the flow."""
        calls = [*self.flow.intents, *self.flow.questions]
        if self.flow.opening or self.flow.otherwise:
            return "opening" if self.flow.opening else "otherwise"
        return ", ".join(calls) or self.flow.name


def condition_words(step: Step) -> str:
    """A step's condition in one line, or empty."""

    def part(condition: Condition) -> str:
        return ", ".join(f"{name}: {' / '.join(values)}" for name, values in condition.items())

    parts = [part(step.when), f"not ({part(step.unless)})" if step.unless else ""]
    return " and ".join(p for p in parts if p)


def mermaid(drawing: Drawing) -> str:
    """The flow as a Mermaid flowchart."""
    lines = ["flowchart TD", f'  start(["{drawing.begins()}"])']
    classes: dict[Shade, list[str]] = {"whole": [], "part": [], "never": []}
    before = [("start", "")]
    for number, step in enumerate(drawing.flow.steps):
        here, gate = f"s{number}", f"c{number}"
        shape = ("[/", "/]") if step.ask else ("[[", "]]") if step.do else ("[", "]")
        lines.append(f'  {here}{shape[0]}"{_quoted(f"{step.id}: {drawing.sentence(step)}")}"{shape[1]}')
        words = condition_words(step)
        if words:
            lines.append(f'  {gate}{{"{_quoted(words)}"}}')
            lines.append(f"  {gate} -->|yes| {here}")
        lines += [f"  {name} -->{label} {gate if words else here}" for name, label in before]
        before = [*([] if step.end else [(here, "")]), *([(gate, "|no|")] if words else [])]
        if step.end:
            lines.append(f"  {here} --> end{number}((end))")
        shade = drawing.shade(step, "taken")
        if shade != "unknown":
            classes[shade].append(here)
    lines += [f"  {name} -->{label} last((end))" for name, label in before]
    colours: dict[Shade, str] = {"whole": "fill:#d9f2e3,stroke:#1d7a4c", "part": "fill:#fdefc8,stroke:#8a6100",
                                 "never": "fill:#fbdcd9,stroke:#a1201b"}  # fmt: skip
    for shade, names in classes.items():
        if names:
            lines += [f"  classDef {shade} {colours[shade]},color:#16211d", f"  class {','.join(names)} {shade}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return text.replace('"', "#quot;")


_STYLE = """text{font:13px system-ui,"Noto Sans","Noto Sans Arabic",sans-serif;fill:#16211d}
.title{font-size:18px;font-weight:700}.id{font-weight:600}.soft{fill:#55645e;font-size:12px}
.box{fill:#fff;stroke:#7d8b85;stroke-width:1.5}.line{stroke:#7d8b85;stroke-width:1.5;fill:none}
.whole{fill:#d9f2e3;stroke:#1d7a4c}.part{fill:#fdefc8;stroke:#8a6100}.never{fill:#fbdcd9;stroke:#a1201b}
.ask{stroke-width:3}.do{stroke-dasharray:5 3}"""


def svg(drawing: Drawing) -> str:
    """The flow as an SVG picture: steps from top to bottom, what they wait for on the left, branches on the right."""
    parts: list[str] = []
    y = 84
    middle = _LEFT + _BOX // 2
    marks: list[tuple[int, int, bool]] = []
    for step in drawing.flow.steps:
        height = 2 * _ROW + 10
        words = condition_words(step)
        label = f"{step.id}{' ■' if step.end else ''}"
        kind = "ask" if step.ask else "do" if step.do else "say"
        shade = drawing.shade(step, "taken")
        parts.append(f'<rect class="box {kind} {shade}" x="{_LEFT}" y="{y}" width="{_BOX}" height="{height}" rx="8"/>')
        parts.append(_text(_LEFT + 12, y + 20, f"{'? ' if step.ask else ''}{label}", "id"))
        parts.append(_text(_LEFT + 12, y + 42, drawing.sentence(step), "", drawing.language))
        for row, line in enumerate(_wrapped(words)):
            parts.append(_text(_LEFT - 14, y + 16 + 15 * row, line, "soft", anchor="end"))
        parts += _pills(drawing, step, y)
        marks.append((y, y + height, bool(words)))
        y += height + _GAP
    for (_, bottom, _), (top, _, _) in zip([(0, 66, False), *marks[:-1]], marks, strict=True):
        parts.append(f'<path class="line" d="M{middle} {bottom}V{top - 2}" marker-end="url(#arrow)"/>')
    for top, bottom, conditional in marks:
        if conditional:
            # Where the condition does not hold, the way goes past the step.
            path = f"M{middle} {top - 14}H{_LEFT - 7}V{bottom + 12}H{middle}"
            parts.append(f'<path class="line" stroke-dasharray="3 4" d="{path}"/>')
    name, begins = drawing.flow.name, drawing.begins()
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {y + 10}" width="{_WIDTH}" height="{y + 10}"'
        f' role="img" aria-label="{escape(name)}">',
        f"<style>{_STYLE}</style>",
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#7d8b85"/></marker></defs>',
        f'<rect width="{_WIDTH}" height="{y + 10}" fill="#f6f8f7"/>',
        _text(16, 30, name, "title"),
        _text(_WIDTH - 16, 30, _legend(drawing), "soft", anchor="end"),
        f'<rect class="box" x="{_LEFT}" y="40" width="{_BOX}" height="26" rx="13"/>',
        _text(middle, 58, begins, "soft", anchor="middle"),
    ]
    return "\n".join([*head, *parts, "</svg>"]) + "\n"


def _pills(drawing: Drawing, step: Step, y: int) -> Iterator[str]:
    """What can happen at a step, beside it, in as many rows as it needs."""
    begin = _LEFT + _BOX + 14
    rows: list[list[tuple[Branch, int, int]]] = [[]]
    x = begin
    for branch in branches(step):
        if branch == "taken" or (branch == "passed" and drawing.lacking is None):
            continue
        width = 14 + 7 * len(_PILLS[branch])
        if x + width > _WIDTH - 8:
            rows.append([])
            x = begin
        rows[-1].append((branch, x, width))
        x += width + 6
    for number, row in enumerate(rows):
        top = y + 14 + (2 * number - len(rows) + 1) * 14
        for branch, x, width in row:
            shade = drawing.shade(step, branch)
            yield f'<rect class="box {shade}" x="{x}" y="{top}" width="{width}" height="24" rx="12"/>'
            yield _text(x + width // 2, top + 17, _PILLS[branch], "soft", anchor="middle")


def _legend(drawing: Drawing) -> str:
    shown = "? question   dashed: action   ■ end"
    return shown if drawing.lacking is None else f"{shown}   green: in all 4 varieties, yellow: in some, red: in none"


def _text(x: int, y: int, text: str, kind: str, language: Language | None = None, anchor: str = "start") -> str:
    direction = ' direction="rtl"' if language in (Language.ARY, Language.AR) else ""
    if direction:
        x, anchor = x + _BOX - 24, "start"
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}"{direction}>{escape(text)}</text>'


def _wrapped(words: str, width: int = 24) -> list[str]:
    lines = [""]
    for word in words.split():
        if len(lines[-1]) + len(word) + 1 > width and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:4]
