"""Concepts: words of the four varieties that mean alike, under one name.

There are two layers, and a word may have a part in both: ``concepts.yml`` is coarse ("somebody of the family"), the
files of ``lexicon/meanings`` are fine ("aunt"). What is learnt in one variety so helps to read the others.
"""

import json
import re
from pathlib import Path

from nlu.document import digest, load
from nlu.normal import normalise

_HERE = Path(__file__).parent
_DOUBLED = re.compile(r"([^\W\d_])\1")
_ARABIC = re.compile(r"[\u0621-\u064a]")
_ARABIC_PREFIX = re.compile(
    r"^(?:و|ف)?(?:لل|ال|غادي|غا|كان|كات|كاي|كن|كت|كي|تي|تن|غن|غت|غي|سن|ست|سي|سا|مكان|ماكان|ما|م|ب|ل|ف|ك|و|غ|س|ن|ت|ي|ا)"
)
_LATIN_PREFIX = re.compile(
    r"^(?:makan|makat|makay|matan|mata|kan|kat|kay|kai|ki|ka|tan|tat|tay|ta|ghan|ghat|ghay|ghadi|gha|ghi|bel|bl|fel|fl|lel|wl|dl|del|el|al"
    r"|ma|ba|n|t|y|l|f|b|w|d|s|m)"
)
_SHORTEST = 3

_FINE = "."  # what the names of fine concepts begin with

_Words = dict[str, tuple[str, ...]]
_Layer = tuple[_Words, _Words]
_LAYERS: list[_Layer] = []  # none or both


def files() -> list[Path]:
    """The files of both layers."""
    return [_HERE / "concepts.yml", *sorted((_HERE / "lexicon" / "meanings").glob("*.yml"))]


def pack() -> bytes:
    """The words of both layers as training keeps them beside the model: to read the files takes longer."""
    return f"{digest(files())}\n{json.dumps(_layers())}".encode()


def unpack(packed: bytes) -> None:
    """Takes the words that training has kept, unless a file has changed since."""
    made_of, _, layers = packed.partition(b"\n")
    if not _LAYERS and made_of.decode() == digest(files()):
        same: dict[tuple[str, ...], tuple[str, ...]] = {}  # most words share theirs with others
        for whole, beginnings in json.loads(layers):
            _LAYERS.append((_shared(whole, same), _shared(beginnings, same)))


def _shared(words: dict[str, list[str]], same: dict[tuple[str, ...], tuple[str, ...]]) -> _Words:
    return {word: same.setdefault(named := tuple(kinds), named) for word, kinds in words.items()}


def _layers() -> list[_Layer]:
    if not _LAYERS:
        coarse, *fine = files()
        _LAYERS.extend((_read([coarse]), _read(fine, _FINE)))
    return _LAYERS


def _read(sources: list[Path], mark: str = "") -> _Layer:
    """The concepts of each whole word, and of each beginning of a word; before each concept's name its layer's mark."""
    whole: _Words = {}
    beginnings: _Words = {}
    for source in sources:
        for concept, words in load(source).items():
            for word in words.split():
                stem = _DOUBLED.sub(r"\1", normalise(word.rstrip("*")))
                into = beginnings if word.endswith("*") else whole
                into[stem] = tuple(dict.fromkeys((*into.get(stem, ()), mark + concept)))
    return whole, beginnings


def _look_up(word: str, layer: _Layer) -> tuple[str, ...]:
    """The concepts of a word as it stands: as a whole, else by its longest known beginning."""
    whole, beginnings = layer
    if word in whole:
        return whole[word]
    for end in range(len(word), 1, -1):
        if word[:end] in beginnings:
            return beginnings[word[:end]]
    return ()


def concepts(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The coarse and the fine concepts that a word in normal form stands for; mostly none or one of each."""
    word = _DOUBLED.sub(r"\1", word)
    coarse, fine = _layers()
    return _within(word, coarse), _within(word, fine)


def _within(word: str, layer: _Layer) -> tuple[str, ...]:
    found = _look_up(word, layer)
    marks = _ARABIC_PREFIX if _ARABIC.search(word) else _LATIN_PREFIX
    while not found and (prefix := marks.match(word)) and len(word) - prefix.end() >= _SHORTEST:
        word = word[prefix.end() :]
        found = _look_up(word, layer)
    return found
