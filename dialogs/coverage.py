"""Coverage: which steps and branches of the flows conversations have gone through, in each variety."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from dialogs.document import read_root
from dialogs.flow import FLOWS, Branch, Flows, Step
from nlu.interpretation import Language

Place = tuple[Language, str, str, Branch]
"""A variety, a flow, a step, and what happened there."""


@dataclass(slots=True)
class Coverage:
    """What conversations have gone through. ``note`` is a ``Watch`` for ``Flows``.

    Args:
        seen: how often each place was gone through.
        said: how often each message was said, by variety and key.
    """

    seen: Counter[Place] = field(default_factory=Counter)
    said: Counter[tuple[Language, str]] = field(default_factory=Counter)

    def note(self, language: Language, flow: str, step: str, branch: Branch) -> None:
        """Notes one place."""
        self.seen[language, flow, step, branch] += 1

    def add(self, other: "Coverage") -> None:
        """Takes in what other conversations have gone through."""
        self.seen += other.seen
        self.said += other.said

    def share(self, flows: Flows, language: Language) -> "Share":
        """How much of the flows was gone through in one variety."""
        every = list(places(flows))
        missing = [place for place in every if (language, *place) not in self.seen]
        silent = [key for key in flows.messages.sentences[language] if not _label(key)]
        unsaid = [key for key in silent if (language, key) not in self.said]
        return Share(
            steps=sum(branch == "taken" for _, _, branch in every),
            branches=sum(branch != "taken" for _, _, branch in every),
            messages=len(silent),
            missing=tuple(missing),
            unsaid=tuple(unsaid),
        )


@dataclass(frozen=True, slots=True)
class Share:
    """How much was gone through in one variety.

    Args:
        steps, branches, messages: how many there are.
        missing: flow, step and branch of what was never gone through.
        unsaid: the keys of the sentences that were never said.
    """

    steps: int
    branches: int
    messages: int
    missing: tuple[tuple[str, str, Branch], ...]
    unsaid: tuple[str, ...]

    @property
    def missing_steps(self) -> int:
        return sum(branch == "taken" for _, _, branch in self.missing)

    @property
    def missing_branches(self) -> int:
        return len(self.missing) - self.missing_steps


def places(flows: Flows) -> Iterable[tuple[str, str, Branch]]:
    """Every step of every flow, and every branch of each."""
    for flow in flows.flows.values():
        asked: set[str | None] = set()
        for step in flow.steps:
            for branch in branches(step):
                # What an earlier step asks in other words is answered there before it can be passed over.
                if branch != "passed" or step.slot is None or step.slot not in asked:
                    yield flow.name, step.id, branch
            asked.add(step.slot)


def branches(step: Step) -> Iterable[Branch]:
    """What can happen at a step."""
    yield "taken"
    if step.when or step.unless:
        yield "passed"
    if step.ask:
        yield "answered"
    if "skip" in step.choices:
        yield "skipped"
    if step.again:
        yield "again"
    if step.more:
        yield "more"
    if step.insist:
        yield "insist"


_GRAVE = (
    ("danger", "safety", "unsafe", "failure"),
    ("consent", "keep", "refused", "withdraw", "erase", "police_complaint", "platform_report", "guardian_contact"),
    ("handoff", "human", "queue", "call", "doors", "recontact", "privacy"),
    ("intake", "narrative", "blackmail", "threats", "image", "grooming", "summary", "meanwhile"),
)
"""Beginnings of names, the gravest first: what goes wrong there costs a child most."""


def gravity(*names: str) -> int:
    """How grave it is that something was never tried, 0 the gravest.

    Args:
        names: what it is called: the flow, the step, the keys of its sentences.
    """
    ranks = [rank for rank, begins in enumerate(_GRAVE) if any(name.startswith(begins) for name in names)]
    return min(ranks, default=len(_GRAVE))


def _label(key: str) -> bool:
    """Whether a key is no sentence of its own: a button, a word that is heard, or a part of other sentences."""
    return key.startswith(("choice.", "words.", "value.", "time.", "day.", "list.", "summary.")) and key not in (
        "summary.ask", "summary.again", "summary.which", "summary.which_again",
    )  # fmt: skip


def step_lines(folder: Path = FLOWS) -> dict[tuple[str, str], tuple[str, int]]:
    """The file and the line in which each step stands, by flow and step."""
    lines: dict[tuple[str, str], tuple[str, int]] = {}
    for path in sorted(folder.glob("*.yml")):
        root = read_root(path.read_text(encoding="utf-8"))
        if not isinstance(root, yaml.MappingNode):
            continue
        parts = {key.value: value for key, value in root.value}
        for step in parts["steps"].value:
            name = next(value for key, value in step.value if key.value == "id")
            lines[parts["flow"].value, name.value] = (path.name, name.start_mark.line + 1)
    return lines
