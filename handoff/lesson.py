"""Teaching: what the bot did not understand, what a trainer makes of it, and what that would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from nlu.interpretation import Language


@dataclass(frozen=True, slots=True)
class Sample:
    """A message that was not understood, redacted, of a child who agreed to help.

    Args:
        expects: what was asked, or None.
    """

    id: str
    at: datetime
    language: Language
    expects: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as a trainer labels it.

    Args:
        line: with its entities marked in Rasa's way, ``[ig](platform)``.
        intent, language: as posted; any text.
        sample: the id of the sample it comes from, or empty.
    """

    line: str
    intent: str
    language: str
    sample: str = ""


Figures = Mapping[str, float]
"""Shares of the held-out messages by what was told right, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a draft would change, or will be known to.

    Args:
        step: what is being done: ``waits``, ``before``, ``trains``, ``after``, ``done`` or ``failed``.
        before, after: the figures without and with the draft, once they are known.
        why: for ``failed``, a sentence.
    """

    draft: Draft
    step: Literal["waits", "before", "trains", "after", "done", "failed"] = "waits"
    before: Figures = field(default_factory=dict)
    after: Figures = field(default_factory=dict)
    why: str = ""


class Lessons(Protocol):
    """What trainers teach."""

    @property
    def writable(self) -> bool:
        """Whether the training files may be written here."""
        ...

    async def samples(self) -> Sequence[Sample]: ...
    async def drop(self, id_: str) -> None:
        """Erases a sample that teaches nothing."""
        ...

    def fault(self, draft: Draft) -> str | None:
        """What is wrong with a draft: ``empty``, ``long``, ``marks``, ``known``, ``kind`` or ``broken``."""
        ...

    async def try_(self, draft: Draft) -> str:
        """Begins to find out what a draft would change, in the background; returns the id of the trial."""
        ...

    async def trial(self, id_: str) -> Trial | None: ...
    async def learn(self, draft: Draft) -> str | None:
        """Writes a draft into the training files and erases its sample; what is wrong with it otherwise."""
        ...

    def report(self) -> str | None:
        """The page that ``m3ak test nlu`` wrote last, or None."""
        ...
