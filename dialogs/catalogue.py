"""A catalogue as a file that people edit: its sentences with their lines, and one of them written anew.

Only the lines of the sentence change, so that a correction can be reviewed line by line.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from babel.messages.pofile import escape, unescape

from dialogs.messages import LOCALES, BrokenCatalogue, valid, version_of
from nlu.interpretation import Language

_SIGNED = "# reviewed:"


@dataclass(frozen=True, slots=True)
class Entry:
    """One sentence where it stands.

    Args:
        key: its message key.
        text: the sentence, with ``{names}``.
        line: the line of its ``msgid``, from 1.
        first, last: the lines from its first comment to the end of its text, from 1.
        reviewed: who signed it off and when, or None.
        voided: whether another wording than this was signed off.
        fuzzy: whether it is marked as uncertain.
    """

    key: str
    text: str
    line: int
    first: int
    last: int
    reviewed: str | None
    voided: bool
    fuzzy: bool


def catalogue_file(language: Language, folder: Path = LOCALES) -> Path:
    """The catalogue of a variety."""
    return folder / language.value / "m3ak.po"


def read_entries(path: Path) -> list[Entry]:
    """The sentences of a catalogue in their order, repeated ones too; without the heading.

    Raises:
        BrokenCatalogue: naming the line and the cure.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        raise BrokenCatalogue(f"{path}: is missing; every variety needs its catalogue.") from None
    except UnicodeDecodeError:
        raise BrokenCatalogue(f"{path}: is not UTF-8; save it as UTF-8.") from None
    entries, block = [], list[int]()
    for number in range(len(lines) + 1):
        if number < len(lines) and lines[number].strip():
            block.append(number)
            continue
        if any(not lines[n].startswith("#") for n in block):
            entries.append(_entry(path, lines, block))
        block = []
    return [entry for entry in entries if entry.key]


def _entry(path: Path, lines: list[str], block: list[int]) -> Entry:
    parts: dict[str, list[str]] = {"msgid": [], "msgstr": []}
    at, now = block[0], ""
    for number in block:
        line = lines[number].strip()
        if line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word in parts and not parts[word]:
            now = word
            at = number if word == "msgid" else at
        else:
            rest = line
        if not now or len(rest) < 2 or rest[0] != '"' or rest[-1] != '"':
            raise BrokenCatalogue(
                f"{path}:{number + 1}: is no line of a catalogue; each sentence is msgid \"KEY\", msgstr \"TEXT\" and"
                " an empty line."
            )  # fmt: skip
        parts[now].append(unescape(rest))
    comments = [lines[n].strip() for n in block if lines[n].startswith("#")]
    mark = next((c.removeprefix(_SIGNED).strip() for c in comments if c.startswith(_SIGNED)), None)
    fuzzy = any(c.startswith("#,") and "fuzzy" in c for c in comments)
    key, text = "".join(parts["msgid"]), "".join(parts["msgstr"])
    reviewed = valid(mark, text)
    return Entry(key, text, at + 1, block[0] + 1, block[-1] + 1, reviewed, bool(mark) and not reviewed, fuzzy)


def write_sentence(path: Path, key: str, text: str, signed: tuple[str, date] | None, version: str) -> bool:
    """Writes one sentence anew; whoever signed the old wording has not signed the new one.

    Args:
        path: the catalogue.
        key: which sentence.
        text: the wording.
        signed: who signs it off and when, or None.
        version: of the wording that it replaces.

    Returns:
        whether it was written; False when the file no longer has that wording.

    Raises:
        BrokenCatalogue: when the file is broken.
        OSError: when it cannot be written.
    """
    with _alone(path.parent):
        entry = next((entry for entry in read_entries(path) if entry.key == key), None)
        if entry is None or version_of(entry.text) != version:
            return False
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = [n for n in lines[entry.first - 1 : entry.line - 1] if not n.startswith(_SIGNED)]
        if signed:
            kept.append(f"{_SIGNED} {signed[0]}, {signed[1].isoformat()}, {version_of(text)}")
        elif text == entry.text and entry.reviewed:
            kept.append(f"{_SIGNED} {entry.reviewed}, {version}")
        lines[entry.first - 1 : entry.last] = [*kept, f"msgid {escape(key)}", f"msgstr {escape(text)}"]
        beside = path.with_suffix(".new")
        beside.write_text("\n".join(lines) + "\n", encoding="utf-8")
        beside.replace(path)
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two trainers in two processes write one after the other."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
