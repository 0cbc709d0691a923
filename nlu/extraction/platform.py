"""Where it happened."""

from functools import lru_cache
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process

from nlu.extraction import lexicon, link
from nlu.extraction.reading import Found, Reading
from nlu.interpretation import Entity, Platform

_CLOSE = 85
_CLOSE_WHEN_ASKED = 75
_SHORTEST = 6
_NOT = lexicon.word_set("not here")
_ON = lexicon.word_set("on")
_NEGATION = lexicon.word_set("negation")
_BEING = lexicon.word_set("being")
_NO_PLATFORM = lexicon.word_set("no platform")
_KEPT = frozenset(Platform)
_HOSTS = {
    "facebook.com": "facebook", "fb.com": "facebook", "fb.watch": "facebook", "m.me": "messenger",
    "instagram.com": "instagram", "ig.me": "instagram", "wa.me": "whatsapp", "whatsapp.com": "whatsapp",
    "tiktok.com": "tiktok", "snapchat.com": "snapchat", "youtube.com": "youtube", "youtu.be": "youtube",
    "t.me": "telegram", "twitter.com": "x", "x.com": "x", "discord.gg": "discord", "discord.com": "discord",
}  # fmt: skip
_WEAK = "phone calls"
_ASKED = {"bare x": "x", "bare phone": "phone", _WEAK: "phone"}
_SMALL_WORDS = frozenset({"other", "website", "game", "phone", "email"})


def find(reading: Reading) -> list[Entity]:
    """The platforms named, misspelt or linked to."""
    named = reading.found("platforms")
    hits = [f for f in named if not _is_denied(reading, f)]
    asked = reading.expects == "platform"
    found = [reading.entity("platform", f.value, f.first, f.last, f.cut) for f in hits if f.value in _KEPT]
    words = named + reading.found("contents")
    taken = {index for f in words for index in range(f.first, f.last + 1)}
    limit = _CLOSE_WHEN_ASKED if asked and len(reading.tokens) <= 3 else _CLOSE
    for index, token in enumerate(reading.tokens):
        if index in taken or len(token.text) < _SHORTEST or token.text in _NO_PLATFORM:
            continue
        if name := _resembling(token.text, limit):
            found.append(reading.entity("platform", name, index, index))
    found += _linked(reading)
    for f in hits:
        if f.value == _WEAK and reading.word(f.first - 1) in _NEGATION:
            continue  # "nobody has called me"
        if (f.value == _WEAK and not found) or (f.value in _ASKED and asked):
            found.append(reading.entity("platform", _ASKED[f.value], f.first, f.last, f.cut))
    # A number is named with most messengers; it is the place only where no other is named.
    elsewhere = [entity for entity in found if entity.value != Platform.PHONE]
    return elsewhere or found


def _is_denied(reading: Reading, hit: Found) -> bool:
    """Whether it is named to be ruled out: "not on Facebook", but not "he won't stop on Facebook"."""
    front = hit.first - 1
    if reading.word(front) in _ON:
        front -= 1
        return reading.word(front) in _NOT and (front == 0 or reading.word(front - 1) in _BEING)
    return reading.word(front) in _NOT


def _linked(reading: Reading) -> list[Entity]:
    found = []
    for url in link.urls(reading):
        try:
            host = urlsplit(url.value if "://" in url.value else "//" + url.value).hostname or ""
        except ValueError:  # a link with a bracket too many leads nowhere
            continue
        host = host.removeprefix("www.")
        for known, name in _HOSTS.items():
            if host == known or host.endswith("." + known):
                found.append(Entity("platform", name, url.start, url.end))
    return found


@lru_cache(maxsize=4096)
def _resembling(word: str, limit: int) -> str | None:
    names = _long_names()
    best = process.extractOne(word.removeprefix("ال"), names.keys(), scorer=fuzz.ratio, score_cutoff=limit)
    return names[best[0]] if best else None


@lru_cache(maxsize=1)
def _long_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for value, spellings in lexicon.read("platforms")["values"].items():
        if value in _KEPT and value not in _SMALL_WORDS and isinstance(spellings, list):
            names |= {s: value for s in spellings if len(s) >= _SHORTEST and " " not in s and not s.startswith("ال")}
    return names
