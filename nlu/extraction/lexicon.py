"""The lexicon files of ``nlu/lexicon``: what a trainer or clinician writes, as phrase books.

A file holds ``values``, for each value its phrases by variety (``any`` for names spelt alike everywhere, which
may be written as a bare list), and ``lists`` of phrases for ``@name``. Phrases under ``never`` are turns of speech
in which no value of the file is meant. The files of danger hold ``rules`` in the place of values, see ``nlu.danger``.
"""

import io
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from nlu.document import digest
from nlu.extraction.finder import Finder
from nlu.extraction.phrases import PhraseBook, PhraseError
from nlu.normal import normalise

FOLDER = Path(__file__).parent.parent / "lexicon"
VARIETIES = ("ary", "ary-Latn", "ar", "fr", "any")
_TOPICS = (
    "adults", "ages", "categories", "cities", "contents", "durations", "genders", "languages", "names", "numbers",
    "platforms", "questions", "refusals", "reporters",
)  # fmt: skip
DANGERS = ("immediate_danger", "self_harm", "sexual_abuse")
"""The files of danger rules, the gravest first."""

NEVER = "never"
"""The value of a phrase in which nothing of its file is meant."""

_CODE = ("builder.py", "finder.py", "lexicon.py", "packing.py", "phrases.py", "syntax.py", "words.py")
"""What a compiled book depends on beside the lexicons."""

_FINDER: list[Finder] = []  # one or none


@cache
def read(name: str) -> dict[str, Any]:
    """One lexicon file as data, not to be changed.

    Raises:
        PhraseError: the file is not a mapping.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is there
    with (FOLDER / f"{name}.yml").open(encoding="utf-8") as file:
        data = yaml.load(file, Loader=loader)  # noqa: S506 - both are safe loaders
    if not isinstance(data, dict):
        raise PhraseError(f"{name}.yml holds no mapping")
    return data


@cache
def word_set(name: str) -> frozenset[str]:
    """A list of small words of ``words.yml``, in normal form."""
    return frozenset(normalise(word) for word in read("words")[name].split())


def fill(book: PhraseBook, topic: str, phrases: Mapping[str, Sequence[str]], value: Any, lists: Any) -> None:
    """Adds phrases by variety to a book, under the label ``(topic, value)``.

    Raises:
        PhraseError: a variety or a phrase is wrong; names the file.
    """
    for variety, written in phrases.items():
        if variety not in VARIETIES:
            raise PhraseError(f"{topic}.yml, {value}: no variety {variety!r}")
        for phrase in written:
            try:
                book.add(phrase, variety, (topic, value), lists)
            except PhraseError as error:
                raise PhraseError(f"{topic}.yml, {value}: {error}") from error


def finder() -> Finder:
    """All values and danger rules that are looked up, in one book so that a message is walked once."""
    if not _FINDER:
        _FINDER.append(Finder(_book().packed()))
    return _FINDER[0]


def pack() -> bytes:
    """The book as training keeps it beside the model: to compile it takes longer than all else at the start."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **_book().packed())
    return f"{_digest()}\n".encode() + file.getvalue()


def unpack(packed: bytes) -> None:
    """Takes the book that training has kept, unless a lexicon or the code that reads it has changed since."""
    made_of, _, book = packed.partition(b"\n")
    if not _FINDER and made_of.decode() == _digest():
        with np.load(io.BytesIO(book), allow_pickle=False) as arrays:
            _FINDER.append(Finder(arrays))


def _digest() -> str:
    here = Path(__file__).parent
    files = (*sorted(FOLDER.glob("*.yml")), *(here / name for name in _CODE), here.parent / "normal.py")
    return f"{sys.byteorder} {digest(files)}"


def _book() -> PhraseBook:
    book = PhraseBook()
    for topic in (*_TOPICS, *DANGERS):
        data = read(topic)
        lists = data.get("lists", {})
        for value, phrases in data.get("values", {}).items():
            fill(book, topic, {"any": phrases} if isinstance(phrases, list) else phrases, value, lists)
        for rule in data.get("rules", ()):
            fill(book, topic, {name: rule[name] for name in VARIETIES if name in rule}, rule["id"], lists)
        fill(book, topic, data.get(NEVER, {}), NEVER, lists)
    return book
