"""A trial: what one more training sentence would change, found out in a process of its own.

``python -m bot.trial DATA HELD_OUT MODEL`` reads the sentence as JSON on its standard input, and writes a line a step.
"""

import asyncio
import json
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from nlu.document import DataFault
from nlu.engine import EmbeddedInterpreter
from nlu.examination import run
from nlu.held_out import read
from nlu.interpretation import Intent, Language
from nlu.lesson import Lesson, learn
from nlu.metrics import Metrics
from nlu.model import ModelMissing
from nlu.train import train


def figures(metrics: Metrics) -> dict[str, float]:
    """The shares that a trainer looks at, from 0 to 1."""
    found = {
        "intent": metrics.intents.accuracy,
        "danger": metrics.dangers.recall,
        "alarm": metrics.dangers.false_alarms,
        "language": metrics.languages,
    }
    return found | {f"language.{name}": accuracy for name, (accuracy, _) in metrics.intents.varieties.items()}


def attempt(lesson: Lesson, data: Path, held_out: Path, model: Path, out: TextIO) -> None:
    """Measures understanding with the training files as they are and with one sentence more.

    Args:
        lesson: the sentence.
        data: the training files, which stay as they are.
        held_out: the messages to judge by.
        model: the model at hand; where it was made of these files it is not made again.
        out: gets ``{"step": …}`` as each step begins, with the figures of the one before.
    """

    def tell(step: str, **values: object) -> None:
        out.write(json.dumps({"step": step, **values}) + "\n")
        out.flush()

    def measured(of: Path) -> dict[str, float]:
        engine = EmbeddedInterpreter.load(of)
        return figures(asyncio.run(run({"it": engine}, data=data, messages=held_out, folds=0)).held_out["it"])

    read(held_out)
    with tempfile.TemporaryDirectory(prefix="m3ak-trial-") as folder:
        copy = Path(shutil.copytree(data, Path(folder) / "data"))
        tell("before")
        known, taught = Path(folder) / "before.npz", Path(folder) / "after.npz"
        with suppress(OSError):
            shutil.copyfile(model, known)
        train(copy, known)
        before = measured(known)
        tell("trains", before=before)
        learn(lesson, copy)
        train(copy, taught)
        tell("after")
        tell("done", after=measured(taught))


def main() -> None:
    """Reads one lesson and attempts it."""
    given = json.loads(sys.stdin.readline())
    lesson = Lesson(given["line"], Intent(given["intent"]), Language(given["language"]))
    data, held_out, model = map(Path, sys.argv[1:4])
    try:
        attempt(lesson, data, held_out, model, sys.stdout)
    except (DataFault, ModelMissing, ImportError, OSError) as error:
        sys.stdout.write(json.dumps({"step": "failed", "why": " ".join(str(error).split())}) + "\n")


if __name__ == "__main__":
    main()
