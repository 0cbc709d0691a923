"""Concepts: words of the four varieties that mean alike, under one name; they are in ``concepts.yml``."""

import re
from functools import cache, lru_cache
from pathlib import Path

from nlu.document import load
from nlu.normal import normalise

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


@cache
def _stems() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The concepts of each whole word, and of each beginning of a word."""
    whole: dict[str, list[str]] = {}
    beginnings: dict[str, list[str]] = {}
    content = load(Path(__file__).parent / "concepts.yml")
    for concept, words in content.items():
        for word in words.split():
            stem = _DOUBLED.sub(r"\1", normalise(word.rstrip("*")))
            into = beginnings if word.endswith("*") else whole
            named = into.setdefault(stem, [])
            if concept not in named:
                named.append(concept)
    return (
        {stem: tuple(named) for stem, named in whole.items()},
        {stem: tuple(named) for stem, named in beginnings.items()},
    )


def _look_up(word: str) -> tuple[str, ...]:
    """The concepts of a word as it stands: as a whole, else by its longest known beginning."""
    whole, beginnings = _stems()
    if word in whole:
        return whole[word]
    for end in range(len(word), 1, -1):
        if word[:end] in beginnings:
            return beginnings[word[:end]]
    return ()


@lru_cache(maxsize=20_000)
def concepts(word: str) -> tuple[str, ...]:
    """The concepts that a word in normal form stands for; mostly none or one."""
    word = _DOUBLED.sub(r"\1", word)
    found = _look_up(word)
    if found:
        return found
    prefix = (_ARABIC_PREFIX if _ARABIC.search(word) else _LATIN_PREFIX).match(word)
    while prefix is not None and len(word) - prefix.end() >= _SHORTEST:
        word = word[prefix.end() :]
        found = _look_up(word)
        if found:
            return found
        prefix = (_ARABIC_PREFIX if _ARABIC.search(word) else _LATIN_PREFIX).match(word)
    return ()
