"""Pictures of the flows, written to a folder."""

import json
from pathlib import Path

from bot.script import read_script
from bot.settings import Settings
from dialogs.flow import Flows
from dialogs.graph import Drawing, Lacking, mermaid, svg
from nlu.interpretation import Language

COVERAGE = Path("reports/dialogs.json")
"""What ``m3ak test dialogs`` writes."""


class NoSuchFlow(Exception):
    """A flow is named that there is not. The message names those that there are."""


def draw(settings: Settings, names: tuple[str, ...], language: str, coverage: Path, out: Path) -> list[Path]:
    """Draws flows as ``FLOW.svg`` and ``FLOW.mmd``.

    Args:
        settings: all settings.
        names: which flows; none for all.
        language: the variety that is quoted.
        coverage: the outcome of ``m3ak test dialogs``; without it nothing is coloured in.
        out: the folder.

    Raises:
        NoSuchFlow: naming those that there are.
    """
    flows = read_script(settings)
    written = []
    out.mkdir(parents=True, exist_ok=True)
    for name in names or sorted(flows.flows):
        drawing = drawing_of(flows, name, Language(language), read_lacking(coverage))
        for ending, text in (("svg", svg(drawing)), ("mmd", mermaid(drawing))):
            path = out / f"{name}.{ending}"
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return written


def drawing_of(flows: Flows, name: str, language: Language, lacking: Lacking | None) -> Drawing:
    """The drawing of one flow.

    Raises:
        NoSuchFlow: naming those that there are.
    """
    if name not in flows.flows:
        raise NoSuchFlow(f"There is no flow {name!r}; there are {', '.join(sorted(flows.flows))}.")
    return Drawing(flows[name], flows.messages, language, lacking)


def read_lacking(coverage: Path) -> Lacking | None:
    """What no story goes through, as ``m3ak test dialogs`` found it; None where it was never run."""
    try:
        found = json.loads(coverage.read_text(encoding="utf-8"))["lacking"]
        return {(flow, step, branch): tuple(names) for flow, step, branch, names in found}
    except (OSError, ValueError, KeyError, TypeError):
        return None
