"""The script at the desk: every sentence in its four varieties, and what a trainer may do with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from dialogs.edit import Refusal
from dialogs.finding import Finding
from dialogs.messages import version_of
from nlu.interpretation import Language


@dataclass(frozen=True, slots=True)
class Written:
    """One sentence in one variety, as it stands in its file.

    Args:
        text: with ``{names}``.
        line: of its file, from 1.
        signed: who signed it off and when, or None.
        voided: whether another wording than this was signed off.
    """

    text: str
    line: int
    signed: str | None = None
    voided: bool = False

    @property
    def version(self) -> str:
        """Changes with the text."""
        return version_of(self.text)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence.

    Args:
        key: its message key.
        texts: by variety.
        place: the flow file and line that says it, or the program's; empty where nothing does.
        limit: characters that the platforms show.
    """

    key: str
    texts: Mapping[Language, Written]
    place: str
    limit: int


class Script(Protocol):
    """What the bot says, as files."""

    @property
    def writable(self) -> bool:
        """Whether the catalogues may be written here."""
        ...

    @property
    def findings(self) -> Sequence[Finding]:
        """What is wrong with the files as they are; the bot speaks from the last good ones meanwhile."""
        ...

    def told(self, slot: str, answer: bool | str, language: Language) -> tuple[str, str]:
        """A question that the flows ask, by its slot, and an answer to it, both in words."""
        ...

    def sentences(self) -> Sequence[Sentence]:
        """Every sentence in the order of the French catalogue.

        Raises:
            BrokenCatalogue: when a catalogue cannot be read.
        """
        ...

    def write(self, key: str, texts: Mapping[Language, str], versions: Mapping[Language, str]) -> Refusal | None:
        """Writes a sentence into the catalogues, all its varieties or none.

        Args:
            key: which sentence.
            texts: the wordings; those that are as before change nothing.
            versions: of the wordings that they replace, as they were read.
        """
        ...

    def sign(self, key: str, language: Language, version: str, name: str, on: date) -> Refusal | None:
        """Signs one wording off, by name and date; it is void when the wording changes."""
        ...
