"""Features: what the linear model counts in a message: words, characters, consonant skeletons, concepts."""

import re
from functools import lru_cache
from itertools import pairwise

from nlu.concepts import concepts
from nlu.skeleton import skeleton

BLOCKS = ("words", "characters", "skeletons", "concepts")
"""The kinds of features; each is weighed and normalised by itself."""

MASKS = frozenset(("xurl", "xhandle", "xphone", "xn", "xlong"))
"""What stands for an address, a handle, a number of seven digits or more, of one or two, and of others."""

_TOKEN = re.compile(r"[^\W_]+|[^\w\s]")
# In normal form "https://www.x" has become "https:/ww.x": runs are cut.
_URL = re.compile(r"(?:https?:/|ww\.)\S+|\b[a-z0-9-]+\.(?:com|ma|net|org|fr|me|tv|gg|io)\b\S*")
_HANDLE = re.compile(r"@[\w.]+")
_NUMBER = re.compile(r"\+?\d(?:[ .-]?\d){6,}")
_DIGITS = re.compile(r"(?<![^\W_])\d+(?![^\W_])")
_DOUBLED = re.compile(r"([^\W\d_])\1")
_SIZES = (2, 3, 4)
_BONES = (3,)
_WINDOW = 2  # a concept is paired with so many of those that follow

# The person of a verb or its object, which tells "they threaten me" from "can you remove".
_PERSONS = (
    (
        "+you",
        re.compile(r"(?:ت|كت|غت|س?ت).+(?:و|ون|وا)|.+(?:كم|kom|koum|kum)|(?:kat|ghat|t).+(?:o|ou|u|iw)|.+ez"),
    ),
    ("+me", re.compile(r".+(?:ني|ni)")),
    ("+i", re.compile(r"(?:كن|غن|kan|ghan).+")),
    ("+he", re.compile(r"(?:كي|غي|kay|ghay|ki|ghi).+")),
    ("+not", re.compile(r"(?:ما?|ma?).+(?:ش|ch|sh)")),
)


def masked(text: str) -> str:
    """A text in normal form with addresses, handles and numbers put under one name each."""
    if "." in text or "/" in text:
        text = _URL.sub(" xurl ", text)
    if "@" in text:
        text = _HANDLE.sub(" xhandle ", text)
    text = _NUMBER.sub(" xphone ", text)
    return _DIGITS.sub(lambda run: " xn " if len(run[0]) < 3 else " xlong ", text)


def tokens(text: str) -> list[str]:
    """The words, signs and emoji of a masked text; doubled letters count as one."""
    return _TOKEN.findall(_DOUBLED.sub(r"\1", text))


def features(text: str) -> tuple[list[str], ...]:
    """The features of a text in normal form, one list a block of ``BLOCKS``, with repetitions."""
    found = tokens(masked(text))
    blocks = across(found)
    for token in found:
        for block, names in zip(blocks, within(token), strict=True):
            block += names
    return blocks


def within(token: str) -> tuple[list[str], ...]:
    """The features that a word has by itself, whatever stands beside it."""
    bones = skeleton(token)
    return (
        [token],
        _grams(f" {token} ", _SIZES),
        [bones, *_grams(f"~{bones}~", _BONES)] if bones else [],
        [concept for layer in _meanings(token) for concept in layer],
    )


def across(found: list[str]) -> tuple[list[str], ...]:
    """The features of words that stand together."""
    bones = [bone for bone in map(skeleton, found) if bone]
    return (
        [f"{a} {b}" for a, b in pairwise(["<", *found, ">"])],
        [gram for a, b in pairwise(found) for gram in (f"{a[-1]} {b[0]}", f"{a[-2:]} {b[0]}", f"{a[-1]} {b[:2]}")],
        [f"{a} {b}" for a, b in pairwise(["<", *bones, ">"])],
        _row_of_concepts(found),
    )


def _grams(padded: str, sizes: tuple[int, ...]) -> list[str]:
    return [padded[start : start + size] for size in sizes for start in range(len(padded) - size + 1)]


def _row_of_concepts(found: list[str]) -> list[str]:
    """Pairs of near concepts of a layer in their order, the first and the last, and how much is known."""
    row = [named for token in found if any(named := _meanings(token))]
    layers = [[named for named in layer if named] for layer in zip(*row, strict=True)]
    pairs = [
        f"{a}>{b}"
        for layer in layers
        for place, named in enumerate(layer)
        for other in layer[place + 1 : place + 1 + _WINDOW]
        for a in named
        for b in other
    ]
    if row:
        pairs += [f"^{concept}" for layer in row[0] for concept in layer]
        pairs += [f"{concept}$" for layer in row[-1] for concept in layer]
    if found:
        pairs += [f"#{min(len(found), 12) // 2}", f"%{4 * len(row) // len(found)}"]
    return pairs


@lru_cache(maxsize=20_000)
def _meanings(token: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The coarse concepts of a word, with the person that its form shows, and the fine ones."""
    coarse, fine = concepts(token)
    return coarse + tuple(name for name, pattern in _PERSONS if pattern.fullmatch(token)), fine
