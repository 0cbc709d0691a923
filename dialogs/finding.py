"""A finding: something in the flows or catalogues that a trainer should see, with its place and its cure."""

from dataclasses import dataclass
from typing import Literal

Weight = Literal["error", "warning", "unsigned"]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing found.

    Args:
        file: as it is opened from the project's folder.
        line: from 1.
        weight: an ``error`` stops the check; a ``warning`` is for a human to judge; ``unsigned`` waits for one.
        text: what is wrong.
        cure: what to do.
    """

    file: str
    line: int
    weight: Weight
    text: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.weight}: {self.text}; {self.cure}"
