"""Redaction: a child's message without what leads to anybody, for those who teach the bot."""

import re
from collections.abc import Iterable

from nlu.extraction import extract
from nlu.interpretation import Question

_PLACES = {"phone": "(téléphone)", "url": "(lien)", "handle": "(compte)", "name": "(nom)", "city": "(ville)"}
"""What stands for what is taken out: words in brackets, which the training files have too."""
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.\w+")
_URL = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|ma|net|org|fr|me|io|gg|tv|be)\b\S*", re.I)
_HANDLE = re.compile(r"(?<!\w)@[\w.]+")
_NUMBER = re.compile(r"(?<![^\W_])\+?\d(?:[\d .\-/:]*\d)?(?![^\W_])")
_CAPITAL = re.compile(r"(?<=[\w,;]\s)[A-ZÀ-Þ][\w'’-]+")
"""Inside a sentence a capital is a name; what is lost by that is little."""


def redacted(text: str, names: Iterable[str] = ()) -> str:
    """The message with numbers, names, handles, links and towns taken out.

    Args:
        text: as the child wrote it.
        names: those that are known from its case.
    """
    pieces, at = [], 0
    for entity in extract(text, Question()):
        if entity.entity in _PLACES and entity.start >= at:
            pieces += [text[at : entity.start], _PLACES[entity.entity]]
            at = entity.end
    text = "".join([*pieces, text[at:]])
    parts = {part for name in names for part in name.split() if len(part) > 1}
    for part in sorted(parts, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", _PLACES["name"], text, flags=re.I)
    text = _URL.sub(_PLACES["url"], _MAIL.sub(_PLACES["url"], text))
    text = _HANDLE.sub(_PLACES["handle"], text)
    text = _NUMBER.sub("(nombre)", text)
    return _CAPITAL.sub(_PLACES["name"], text)
