"""Web addresses and account names."""

import re
from typing import NamedTuple

from nlu.extraction.reading import Reading
from nlu.interpretation import Entity

_TLD = (
    "com|net|org|ma|fr|me|io|co|tv|info|app|gg|be|ly|gl|link|site|online|xyz|live|eu|uk|us|es|de|it|ru|cc|to|biz|shop|"
    "web|dev|ai|tn|dz|sa|ae|eg|html|watch"
)
_REST = r"[^\s<>\"'«»،؛؟]"
_URL = re.compile(
    rf"(?:https?://|www\.){_REST}+"
    rf"|(?<![\w@.\-])(?:[a-z0-9][a-z0-9\-]{{0,62}}\.)+(?:{_TLD})\b(?![@\w])(?:[/?#]{_REST}*)?",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?)]}'\"…*"
_HANDLE = re.compile(r"(?<![\w.@/])@([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,38}[A-Za-z0-9_])?)")
_PART = r"[a-z0-9]+(?:[._]+[a-z0-9]+)*"
_PLAIN = re.compile(
    r"(?<![\w.@/:\-])(?=[a-z0-9._]*[a-z])"
    rf"({_PART}_+(?:{_PART})?|_+[a-z0-9][a-z0-9_.]*[a-z0-9_])(?![\w@\-])",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:pseudo|username|user|nom d'utilisateur|identifiant|id|اليوزر|يوزر|اسم المستخدم|اسم الحساب|compte|kont|konta"
    r"|كونط|الكونط|حساب|snap|insta|instagram|tiktok)[ \t]*"
    r"(?:dyalo|dyalha|ديالو|ديالها|هو|howa|est|c'est)?[ \t]*[:=][ \t]*"
    r"([A-Za-z0-9_][A-Za-z0-9_.]{2,38})",
    re.IGNORECASE,
)


class Url(NamedTuple):
    """A web address as written, and its place in the text as received."""

    value: str
    start: int
    end: int


def urls(reading: Reading) -> list[Url]:
    """The web addresses of a message, without the punctuation that follows them."""
    found = []
    if "." in reading.text:
        for match in _URL.finditer(reading.text):
            value = match.group().rstrip(_TRAILING)
            if "." in value:
                found.append(Url(value, match.start(), match.start() + len(value)))
    return found


def find(reading: Reading) -> list[Entity]:
    """Web addresses (``url``) and account names (``handle``, without the @)."""
    found = [Entity("url", *url) for url in urls(reading)]
    for pattern, marks in ((_HANDLE, "@"), (_PLAIN, "_"), (_LABELLED, ":=")):
        if not any(mark in reading.text for mark in marks):
            continue
        for match in pattern.finditer(reading.text):
            start, end = match.span(1)
            value = match.group(1)
            if value.isdecimal() or len(value) < 3:
                continue
            begin = start - 1 if pattern is _HANDLE else start
            if all(end <= other.start or begin >= other.end for other in found):
                found.append(Entity("handle", value, begin, end))
    return found
