"""Answers: one-word replies, which a model of character n-grams cannot tell apart by themselves.

A message counts here when nothing but an answer stands in it: "la", "wakha", "oui oui", "لا شكرا".
The phrases are in ``answers.yml``.
"""

import re
from collections.abc import Mapping, Set
from functools import cache
from pathlib import Path

from nlu.document import load
from nlu.interpretation import Intent
from nlu.normal import normalise

_WORD = re.compile(r"[^\W_]+")
_SIGN = re.compile(r"[^\w\s.,;:!?'\"()\[\]{}<>/\\|*+=~^#%&@$-]")
_DOUBLED = re.compile(r"(.)\1+")
_LONGEST = 60
_NOT_NOW = "not_now"


@cache
def _phrases(consent: bool = False) -> tuple[dict[str, Intent], frozenset[str], int]:
    """The intent of each phrase, the polite phrases, and the most words that a phrase has; where consent is asked for,
    "not now" is no refusal."""
    content = load(Path(__file__).parent / "answers.yml")
    intents: dict[str, Intent] = {}
    for name in content:
        if name != "polite":
            intent = Intent(name) if name != _NOT_NOW else Intent.UNSURE if consent else Intent.DENY
            for phrase in content[name].split(","):
                intents.setdefault(_key(normalise(phrase)), intent)
    polite = frozenset(_key(normalise(phrase)) for phrase in content["polite"].split(","))
    return intents, polite, max(len(phrase.split()) for phrase in intents)


def _key(text: str) -> str:
    """A text in normal form without signs and doubled letters; only its emoji where it has no word."""
    words = _WORD.findall(text)
    return " ".join(_DOUBLED.sub(r"\1", word) for word in words) if words else "".join(_SIGN.findall(text))


def answer(text: str, expects: str | None = None) -> Intent | None:
    """The intent of a text in normal form that is an answer and nothing else, or None.

    Args:
        text: the text in normal form.
        expects: what the bot has asked for, if anything: "ok merci" is then a yes and not only thanks.
    """
    if len(text) > _LONGEST:
        return None
    phrases = _phrases(expects == "consent")
    intents, _, _ = phrases
    key = _key(text)
    if key in intents:
        return intents[key]
    if not _WORD.search(text):
        return intents.get(key[:1])
    said = _in_a_row(key.split(), *phrases)
    if said is None:
        return None
    if not said:
        return Intent.GREET  # "please" alone calls somebody
    if said & {Intent.DENY, Intent.UNSURE} or (expects and Intent.AFFIRM in said):
        said.discard(Intent.THANK)
    if Intent.THANK in said:
        said.discard(Intent.AFFIRM)
    if len(said) > 1:
        said.discard(Intent.GREET)
    return said.pop() if len(said) == 1 else None


def opening(text: str) -> Intent | None:
    """The answer that a text in normal form begins with ("non il m'a bloqué"), or None."""
    intents, _, longest = _phrases()
    words = _key(text[:_LONGEST]).split()
    for end in range(min(len(words), longest), 0, -1):
        said = intents.get(" ".join(words[:end]))
        if said is not None:
            return said
    return None


def put_off(text: str) -> bool:
    """Whether a text in normal form begins with "not now" and refuses nothing after it ("pas maintenant, demain")."""
    (plain, _, longest), (asked, _, _) = _phrases(), _phrases(consent=True)
    words = _key(text[:_LONGEST]).split()
    for end in range(min(len(words), longest), 0, -1):
        begun = " ".join(words[:end])
        if plain.get(begun) is not asked.get(begun):
            rest = words[end:]
            runs = (rest[start:stop] for start in range(len(rest)) for stop in range(start + 1, len(rest) + 1))
            return all(asked.get(" ".join(run)) is not Intent.DENY for run in runs)
    return False


def _in_a_row(words: list[str], intents: Mapping[str, Intent], polite: Set[str], longest: int) -> set[Intent] | None:
    """The answers that the words are made of, phrases as long as can be; None where a word is left over."""
    said: set[Intent] = set()
    start = 0
    while start < len(words):
        for end in range(min(len(words), start + longest), start, -1):
            phrase = " ".join(words[start:end])
            if phrase in intents or phrase in polite:
                if phrase in intents:
                    said.add(intents[phrase])
                start = end
                break
        else:
            return None
    return said
