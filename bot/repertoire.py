"""The repertoire: all stories replayed, in parallel where there are many, and what they went through."""

import asyncio
import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bot.chat import Chat
from bot.comparison import Fault, beside
from bot.rehearsal import rehearse
from bot.script import read_script
from bot.settings import Settings
from bot.stage import Stage
from bot.story import Story, load_stories
from dialogs.catalogue import catalogue_file, read_entries
from dialogs.coverage import Coverage, Share, gravity, step_lines
from dialogs.flow import Branch
from nlu.interpretation import Language

_FEW = 20
"""Stories for which a second process is not worth its start."""
_MOST = 4
"""Processes: beyond that the disk is what they wait for."""
_SHOWN = 30
"""Lines of what is missing that the terminal shows; the page has them all."""
_PLACES = {
    "taken": "is never reached", "passed": "is never passed over", "answered": "is never answered",
    "skipped": "is never skipped", "again": "is never asked again in other words",
    "more": "is never asked for more", "insist": "is never insisted on",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What came of replaying stories.

    Args:
        faults: what came otherwise than it should, by the name of the story; in their order.
        shares: what of the flows was gone through, by variety.
    """

    faults: dict[str, list[Fault]]
    shares: dict[Language, Share]

    @property
    def failures(self) -> dict[str, list[Fault]]:
        """The stories that did not go as they say."""
        return {name: faults for name, faults in self.faults.items() if faults}

    @property
    def missing(self) -> list[str]:
        """The steps and branches that no story goes through, with the varieties that lack them; the gravest first."""
        lines = step_lines()
        found = sorted(
            (gravity(flow, step), *lines[flow, step], step, branch, names) for flow, step, branch, names in self.lacking
        )
        return [
            f"{file}:{line}: {step} {_PLACES[branch]} ({', '.join(names)})"
            for _, file, line, step, branch, names in found
        ]

    @property
    def unsaid(self) -> list[str]:
        """The sentences that no story hears, with the varieties that lack them; the gravest first."""
        found: dict[str, list[Language]] = {}
        for language, share in self.shares.items():
            for key in share.unsaid:
                found.setdefault(key, []).append(language)
        lines = {
            language: {entry.key: entry.line for entry in read_entries(catalogue_file(language))}
            for language in {names[0] for names in found.values()}
        }
        return [
            f"dialogs/locales/{names[0].value}/m3ak.po:{lines[names[0]][key]}: {key} is never said"
            f" ({', '.join(name.value for name in names)})"
            for key, names in sorted(found.items(), key=lambda item: (gravity(item[0]), item[0]))
        ]

    @property
    def lacking(self) -> list[tuple[str, str, Branch, list[str]]]:
        """The flow, step and branch of what no story goes through, with the varieties that lack it."""
        found: dict[tuple[str, str, Branch], list[str]] = {}
        for language, share in self.shares.items():
            for place in share.missing:
                found.setdefault(place, []).append(language.value)
        return [(*place, names) for place, names in found.items()]

    def table(self) -> str:
        """The outcome for people."""
        lines = []
        for name, faults in self.failures.items():
            lines += [f"FAILED  {name}", *(f"    {line}" for fault in faults for line in beside(fault)), ""]
        lines.append(f"{len(self.faults) - len(self.failures)} of {len(self.faults)} stories went as they say.")
        lines.append(f"\n{'coverage':<10}{'steps':>12}{'branches':>12}{'messages':>12}")
        for language, share in self.shares.items():
            unsaid = len(share.unsaid)
            parts = ((share.missing_steps, share.steps), (share.missing_branches, share.branches),
                     (unsaid, share.messages))  # fmt: skip
            lines.append(f"{language.value:<10}" + "".join(f"{percent(*part):>12}" for part in parts))
        missing = [*self.missing, *self.unsaid]
        rest = [f"and {len(missing) - _SHOWN} more"] if len(missing) > _SHOWN else []
        return "\n".join([*lines, "", *missing[:_SHOWN], *rest]).rstrip()

    def as_dict(self) -> dict[str, Any]:
        """The outcome for machines."""
        coverage = {
            language.value: {
                "steps": [share.steps - share.missing_steps, share.steps],
                "branches": [share.branches - share.missing_branches, share.branches],
                "messages": [share.messages - len(share.unsaid), share.messages],
                "unsaid": list(share.unsaid),
            }
            for language, share in self.shares.items()
        }
        return {
            "stories": {name: [str(fault) for fault in faults] for name, faults in self.faults.items()},
            "coverage": coverage, "missing": self.missing, "unsaid": self.unsaid, "lacking": self.lacking,
        }  # fmt: skip


def replay(settings: Settings, paths: Sequence[Path]) -> Told:
    """Replays files of stories.

    Raises:
        BrokenStory: when a file is none.
    """
    stories = [story for path in paths for story in load_stories(path)]
    workers = 1 if len(stories) < _FEW else min(os.cpu_count() or 1, _MOST)
    if workers == 1:
        parts = [_replay(settings, stories)]
    else:
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            shares = _shared_out(stories, workers)
            parts = list(pool.map(_replay, [settings] * workers, shares))
    outcome: dict[str, list[Fault]] = {}
    coverage = Coverage()
    for faults, gone_through in parts:
        outcome.update(faults)
        coverage.add(gone_through)
    flows = read_script(settings)
    return Told(
        {story.name: outcome[story.name] for story in stories},
        {language: coverage.share(flows, language) for language in Language},
    )


def _replay(settings: Settings, stories: Sequence[Story]) -> tuple[dict[str, list[Fault]], Coverage]:
    coverage = Coverage()
    with tempfile.TemporaryDirectory(prefix="m3ak-rehearsal-") as folder:
        stage = Stage(settings, Path(folder), coverage)
        return asyncio.run(_play(stage, stories)), coverage


async def _play(stage: Stage, stories: Sequence[Story]) -> dict[str, list[Fault]]:
    outcome: dict[str, list[Fault]] = {}
    heads: dict[str, Path] = {}
    for story in stories:
        begun = heads.get(story.head) if story.head else None
        async with stage.chat(story.language, begun) as chat:

            def keep(head: str | None = story.head, chat: Chat = chat) -> None:
                if head:
                    heads[head] = stage.keep(chat)

            try:
                faults = await rehearse(chat, story, stage.coverage, begun is not None, keep)
            except Exception as error:  # a story that breaks the bot is told as a fault of that story
                faults = [Fault("the story", "its end", repr(error))]
        outcome[story.name] = faults
    return outcome


def _shared_out(stories: Sequence[Story], workers: int) -> list[list[Story]]:
    """The stories of one variety together, as they begin alike."""
    languages = list(Language)
    shares: list[list[Story]] = [[] for _ in range(workers)]
    for story in stories:
        shares[languages.index(story.language) % workers if story.language else 0].append(story)
    return shares


def percent(missing: int, every: int) -> str:
    """How much is there, never rounded up to all."""
    return f"{100 * (every - missing) // every} %"
