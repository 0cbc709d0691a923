"""Examination: the trainers' test of understanding, by cross-validation and on held-out messages."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nlu import examples, held_out
from nlu.engine import EmbeddedInterpreter
from nlu.examples import LEXICON, Example
from nlu.held_out import Message
from nlu.interpretation import Intent, Interpreter, Language, Question
from nlu.metrics import Metrics, Reading, measure
from nlu.report import page

FOLDS = 5

GOALS = {
    "intent accuracy": 0.93,
    "slot F1": 0.93,
    "script and French": 0.97,
    "danger recall": 0.98,
    "danger false alarms": 0.02,
}
"""What an engine must reach on the held-out messages; the last is a ceiling, the others are floors."""

_FEWEST = 10  # values of a slot that a figure can be judged by


@dataclass(frozen=True, slots=True)
class Examination:
    """What came out.

    Args:
        held_out: each engine's figures on the held-out messages.
        cross_validation: the embedded engine's figures on its own sentences, each read by a model that has
            not seen it; None where it was not asked for.
        failures: the goals that were missed, in words.
    """

    held_out: Mapping[str, Metrics]
    cross_validation: Metrics | None = None
    failures: Sequence[str] = field(default_factory=tuple)

    @property
    def passed(self) -> bool:
        """Whether every engine reached every goal."""
        return not self.failures

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "passed": self.passed,
            "failures": list(self.failures),
            "held_out": {engine: metrics.as_dict() for engine, metrics in self.held_out.items()},
            "cross_validation": self.cross_validation.as_dict() if self.cross_validation else None,
        }

    def table(self) -> str:
        """For the terminal: the engines side by side."""
        sets = dict(self.held_out)
        if self.cross_validation:
            sets["cross-validation"] = self.cross_validation
        rows = [_Row(name, metrics) for name, metrics in sets.items()]
        lines = [f"{'':<28}" + "".join(f"{row.name:>18}" for row in rows)]
        for label in dict.fromkeys(label for row in rows for label in row.cells):
            lines.append(f"{label:<28}" + "".join(f"{row.cells.get(label, '-'):>18}" for row in rows))
        lines += [f"FAILED {failure}" for failure in self.failures]
        return "\n".join(lines)


class _Row:
    """One column of the table: an engine on a set."""

    def __init__(self, name: str, metrics: Metrics) -> None:
        self.name = name
        intents, dangers = metrics.intents, metrics.dangers
        self.cells = {
            "messages": str(metrics.messages),
            "intent accuracy": f"{intents.accuracy:.3f}",
            "intent macro-F1": f"{intents.macro_f1:.3f}",
        }
        for variety, (accuracy, macro) in intents.varieties.items():
            self.cells[f"  {variety}: accuracy, F1"] = f"{accuracy:.3f}  {macro:.3f}"
        self.cells["language"] = f"{metrics.languages:.3f}"
        self.cells["  script and French"] = f"{metrics.scripts:.3f}"
        if dangers.support:
            self.cells["danger recall"] = f"{dangers.recall:.3f} of {dangers.support}"
            self.cells["danger false alarms"] = f"{dangers.false_alarms:.3f}"
        for intent, score in intents.each.items():
            self.cells[f"  {intent} F1"] = f"{score.f1:.3f} of {score.support}"
        for slot, score in metrics.slots.items():
            self.cells[f"slot {slot} F1"] = f"{score.f1:.3f} of {score.support}"


async def run(
    engines: Mapping[str, Interpreter],
    *,
    data: Path,
    messages: Path,
    reports: Path | None = None,
    json_file: Path | None = None,
    folds: int = FOLDS,
) -> Examination:
    """Examines engines side by side.

    Args:
        engines: the engines by name.
        data: the folder of the training sentences, for cross-validation.
        messages: the folder of the held-out messages.
        reports: where to put ``nlu.html``, or None.
        json_file: where to put the figures for machines, or None.
        folds: how many parts to cross-validate in; 0 leaves it out.

    Raises:
        DataFault: a file cannot be used.
    """
    asked = held_out.read(messages)
    found = {name: measure(await _read(engine, asked)) for name, engine in engines.items()}
    crossed = await asyncio.to_thread(cross_validated, data, folds) if folds else None
    failures = [failure for name, metrics in found.items() for failure in missed(name, metrics)]
    examination = Examination(found, crossed, failures)
    if json_file:
        _write(json_file, json.dumps(examination.as_dict(), ensure_ascii=False, indent=1))
    if reports:
        sets = {f"{name}, held-out messages": metrics for name, metrics in found.items()}
        if crossed:
            sets["embedded, cross-validation"] = crossed
        _write(reports / "nlu.html", page(sets, failures))
    return examination


def _write(file: Path, content: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, "utf-8", errors="replace")


async def _read(engine: Interpreter, asked: Sequence[Message]) -> list[Reading]:
    return [Reading(message, await engine.parse(message.text, message.question)) for message in asked]


def missed(engine: str, metrics: Metrics) -> list[str]:
    """The goals that an engine did not reach, in words; slots seen fewer than ten times are not judged."""
    reached = [
        ("intent accuracy", "", metrics.intents.accuracy),
        ("script and French", "", metrics.scripts),
        ("danger recall", "", metrics.dangers.recall),
    ]
    reached += [
        ("slot F1", f" of {slot}", score.f1) for slot, score in metrics.slots.items() if score.support >= _FEWEST
    ]
    failures = [
        f"{engine}: {goal}{which} {figure:.3f} < {GOALS[goal]}"
        for goal, which, figure in reached
        if figure < GOALS[goal]
    ]
    ceiling = GOALS["danger false alarms"]
    if metrics.dangers.false_alarms > ceiling:
        failures.append(f"{engine}: danger false alarms {metrics.dangers.false_alarms:.3f} > {ceiling}")
    return failures


def cross_validated(data: Path, folds: int) -> Metrics:
    """The embedded engine on its training sentences, each part read by a model of the other parts.

    Slots and danger are not judged: the sentences are annotated in part.

    Raises:
        DataFault: the training files are not usable.
    """
    from nlu.train import fit

    found, dangers, told = examples.read(data), examples.read_danger(LEXICON), examples.read_told(LEXICON)
    idle, asked = examples.read_idle(LEXICON), examples.read_asked(LEXICON)
    parts = _parts(found, folds)
    readings = []
    for part in range(folds):
        rest = [example for example, where in zip(found, parts, strict=True) if where != part]
        model = fit(rest, dangers, told, idle, asked)
        engine = EmbeddedInterpreter(model)
        for example, where in zip(found, parts, strict=True):
            if where == part:
                readings.append(_crossed(engine, example))
    return measure(readings)


def _crossed(engine: EmbeddedInterpreter, example: Example) -> Reading:
    said = replace(engine.read(example.text, Question()), entities=(), danger=None)
    message = Message(
        example.text, (example.intent,), example.language, example.language, frozenset(), None, Question()
    )
    return Reading(message, said)


def _parts(found: Sequence[Example], folds: int) -> list[int]:
    """The part that each sentence falls in, every intent of every variety spread evenly; no chance in it."""
    dealt: dict[tuple[Intent, Language], int] = {}
    parts = []
    for example in found:
        key = (example.intent, example.language)
        dealt[key] = dealt.get(key, -1) + 1
        parts.append(dealt[key] % folds)
    return parts
