"""Counts: how many training sentences there are, a variety and an intent."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from nlu import examples
from nlu.document import DataFault
from nlu.examples import Example
from nlu.interpretation import Intent, Language


def counted(found: Sequence[Example]) -> dict[Intent, dict[Language, int]]:
    """The number of sentences of each intent in each variety."""
    number = Counter((example.intent, example.language) for example in found)
    return {intent: {language: number[intent, language] for language in Language} for intent in Intent}


def check(found: Sequence[Example]) -> None:
    """Refuses training sentences that would leave a variety without an intent.

    Raises:
        DataFault: an intent has no sentence in a variety; names every such pair.
    """
    missing = [
        f"{intent.value} in {language.value}"
        for intent, numbers in counted(found).items()
        for language, number in numbers.items()
        if not number
    ]
    if missing:
        raise DataFault(f"no training sentence for: {', '.join(missing)}")


def table(data: Path) -> str:
    """The counts of the files under ``data`` as a table for the terminal.

    Raises:
        DataFault: a file is not readable.
    """
    numbers = counted(examples.read(data))
    lines = [f"{'intent':<18}" + "".join(f"{language.value:>10}" for language in Language) + f"{'all':>8}"]
    for intent, row in numbers.items():
        cells = "".join(f"{number:>10}" for number in row.values())
        lines.append(f"{intent.value:<18}{cells}{sum(row.values()):>8}")
    sums = [sum(row[language] for row in numbers.values()) for language in Language]
    lines.append(f"{'all':<18}" + "".join(f"{number:>10}" for number in sums) + f"{sum(sums):>8}")
    return "\n".join(lines)
