"""Who spoke: the file and the line behind each sentence, each step and each danger rule of a turn."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import dialogs
import nlu
from bot.simulator.trial import Moment
from dialogs.catalogue import catalogue_file, read_entries
from dialogs.coverage import step_lines
from dialogs.effect import Say
from dialogs.flow import Flows
from nlu.interpretation import Danger, Language

_DIALOGS = Path(dialogs.__path__[0])
_LEXICON = Path(nlu.__path__[0]) / "lexicon"
_SAYING = {"say", "Say", "resolve"}
"""The functions by which a rule of the engine says a sentence."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, and the step there, if it is a flow's."""

    file: str
    line: int
    step: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Speaker:
    """Finds who spoke.

    Args:
        folder: where flows and texts stand.
    """

    def __init__(self, folder: Path):
        self._flows, self._locales, self._name = folder / "flows", folder / "locales", folder.name

    def of(self, say: Say, moment: Moment, flows: Flows) -> Place | None:
        """The step, or the rule of the engine, that said a sentence in a run of the dialog."""
        gone = [(flow, step) for flow, step, branch in moment.steps if branch != "passed"]
        question = moment.after.question
        if question:
            gone.append((question.flow, question.step))
        for flow, name in gone:
            sentences = flows[flow].step(name).sentences()
            if any(say.key == key or say.key.startswith(f"{key}.") for key in sentences):
                return self.step(flow, name)
        return next((place for pattern, place in _rules() if pattern.fullmatch(say.key)), None)

    def step(self, flow: str, step: str) -> Place | None:
        """Where a step stands."""
        found = _steps(self._flows, _changed(self._flows)).get((flow, step))
        return Place(f"{self._name}/flows/{found[0]}", found[1], f"{flow}.{step}") if found else None

    def sentence(self, key: str, language: Language) -> Place | None:
        """Where a sentence stands in a variety's catalogue."""
        path = catalogue_file(language, self._locales)
        line = _sentences(path, path.stat().st_mtime_ns).get(key)
        return Place(f"{self._name}/locales/{language.value}/{path.name}", line) if line else None


def danger_place(danger: Danger) -> Place | None:
    """Where the rule stands that found a danger; a model has no line."""
    origin, _, rule = danger.source.partition(".")
    file = _LEXICON / f"{danger.kind.value}.yml"
    if origin != "lexicon" or not file.exists():
        return None
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if re.search(rf"\bid:\s*{re.escape(rule)}\b", line):
            return Place(f"nlu/lexicon/{file.name}", number)
    return None


def _changed(folder: Path) -> int:
    """When the newest file of a folder was written."""
    return max(path.stat().st_mtime_ns for path in folder.glob("*.yml"))


@lru_cache(maxsize=2)
def _steps(folder: Path, changed: int) -> dict[tuple[str, str], tuple[str, int]]:
    return step_lines(folder)


@lru_cache(maxsize=8)
def _sentences(path: Path, changed: int) -> dict[str, int]:
    return {entry.key: entry.line for entry in read_entries(path)}


@lru_cache(maxsize=1)
def _rules() -> list[tuple[re.Pattern[str], Place]]:
    """The sentences that the engine says by itself: patterns of their keys, with the line that names them."""
    found = []
    for path in sorted(_DIALOGS.glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and call.args and _name(call.func) in _SAYING:
                for pattern in _patterns(call.args[0]):
                    place = Place(f"dialogs/{path.name}", call.lineno)
                    found.append((re.compile(rf"{pattern}(\.(other|young))?"), place))
    # A sentence by its name goes before one that is put together.
    return sorted(found, key=lambda rule: "\\w" in rule[0].pattern)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _patterns(argument: ast.expr) -> Iterator[str]:
    """The keys that an argument can be."""
    if isinstance(argument, ast.IfExp):
        yield from _patterns(argument.body)
        yield from _patterns(argument.orelse)
    elif isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield re.escape(argument.value)
    elif isinstance(argument, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else None for part in argument.values]
        if any(part and "." in str(part) for part in parts):
            yield "".join(r"[\w.]+" if part is None else re.escape(str(part)) for part in parts)
