"""Danger in a message, by the rules of ``nlu/lexicon``: one file a kind, written to be read by a clinician.

A rule's phrases are looked up in any spelling (``nlu.extraction.words``). A phrase does not count right after a
negation ("pas envie de mourir") or where it lies within an idiom of the file's ``never`` list ("mort de rire");
a rule marked ``sure`` counts even there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from nlu.extraction import lexicon, words
from nlu.extraction.phrases import Hit, PhraseBook
from nlu.extraction.words import Token
from nlu.interpretation import Danger, DangerKind
from nlu.normal import fold

KINDS = (DangerKind.IMMEDIATE_DANGER, DangerKind.SELF_HARM, DangerKind.SEXUAL_ABUSE)
_NEVER = "never"
_STEPPED_OVER = lexicon.word_set("between negation and deed")
_NEGATIONS = lexicon.word_set("negation")


@dataclass(frozen=True, slots=True)
class Rule:
    """One danger rule.

    Args:
        kind: the kind of danger.
        name: its ``id``, unique in its file.
        sure: whether it counts even within an idiom and after a negation.
    """

    kind: DangerKind
    name: str
    sure: bool


def find(text: str) -> Danger | None:
    """The gravest danger that a message shows, or None. Never raises."""
    found = rules_in(text)
    for kind in KINDS:
        for rule in found:
            if rule.kind == kind:
                return Danger(kind, f"lexicon.{rule.name}")
    return None


def rules_in(text: str) -> list[Rule]:
    """Every rule that a message meets, in the order of the text."""
    tokens = words.split(fold(text))
    if not tokens:
        return []
    hits = _book().find(tokens)
    idioms = [hit for hit in hits if isinstance(hit.label, tuple) and hit.label[0] == _NEVER]
    found: list[Rule] = []
    for hit in hits:
        if isinstance(hit.label, Rule) and hit.label not in found and _counts(hit, idioms, tokens):
            found.append(hit.label)
    return found


def _counts(hit: Hit, idioms: list[Hit], tokens: Sequence[Token]) -> bool:
    rule = hit.label
    if not isinstance(rule, Rule) or rule.sure:
        return True
    before = hit.first - 1
    while before > 0 and tokens[before].text in _STEPPED_OVER:
        before -= 1
    if before >= 0 and tokens[before].text in _NEGATIONS:
        return False
    return not any(
        idiom.label == (_NEVER, rule.kind) and idiom.first <= hit.last and idiom.last >= hit.first for idiom in idioms
    )


@cache
def _book() -> PhraseBook:
    book = PhraseBook()
    for kind in KINDS:
        data = lexicon.read(kind.value)
        lists = data.get("lists", {})
        for entry in data["rules"]:
            _add(book, entry, Rule(kind, entry["id"], entry.get("sure", False)), lists)
        _add(book, data["never"], (_NEVER, kind), lists)
    return book


def _add(book: PhraseBook, entry: dict[str, Any], label: Any, lists: dict[str, Any]) -> None:
    for variety in lexicon.VARIETIES:
        for phrase in entry.get(variety, ()):
            book.add(phrase, variety, label, lists)
