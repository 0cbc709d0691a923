"""Parts: what a message is made of; one may ask something, and another answer."""

import re
from functools import lru_cache

from dialogs.messages import Messages
from dialogs.phrase import holds, plain
from nlu.interpretation import Language

_SIGN = re.compile(r"([.,;:!?؟،…\n]+)")
_ASKING_SIGNS = ("?", "؟")


def parts(text: str, messages: Messages) -> list[str]:
    """What a message is made of, each part with the question mark that ends it: what one asks, another may answer."""
    pieces = [*_SIGN.split(text), ""]
    found: list[str] = []
    for said, sign in zip(pieces[::2], pieces[1::2], strict=True):
        *first, last = _joins(messages).split(said.casefold())
        found += [*first, last + "?" if any(mark in sign for mark in _ASKING_SIGNS) else last]
    return [part for part in found if plain(part)]


@lru_cache
def _joins(messages: Messages) -> re.Pattern[str]:
    """The words that set off what follows ("but"), in all varieties, as they are written: "mé" is one, "me" is not."""
    words = [word.strip() for language in Language for word in messages.text("words.but", language).split(",")]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b")


def asks(part: str, messages: Messages) -> bool:
    """Whether a part of a message asks something: "safe from what" says of nobody that they are safe."""
    return part.endswith("?") or holds(part, "words.asks", messages)
