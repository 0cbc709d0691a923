"""Danger in a message, by the rules of ``nlu/lexicon``: one file a kind, written to be read by a clinician.

A rule's phrases are looked up in any spelling (``nlu.extraction.words``). A phrase does not count right after a
negation ("pas envie de mourir") or where it lies within an idiom of the file's ``never`` list ("mort de rire");
a rule marked ``sure`` counts even there.
"""

from dataclasses import dataclass
from functools import cache

from nlu.extraction import lexicon
from nlu.extraction.reading import Found, Reading
from nlu.interpretation import Danger, DangerKind, Question

_STEPPED_OVER = lexicon.word_set("between negation and deed")
_NEGATIONS = lexicon.word_set("negation")
_SUBJECTS = lexicon.word_set("before a French verb")


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
    return within(Reading(text, Question()))


def within(reading: Reading) -> Danger | None:
    """The same for a message that has been read already."""
    found = _met(reading)
    return Danger(found[0].kind, f"lexicon.{found[0].name}") if found else None


def rules_in(text: str) -> list[Rule]:
    """Every rule that a message meets, the gravest first."""
    return _met(Reading(text, Question()))


def _met(reading: Reading) -> list[Rule]:
    found: list[Rule] = []
    for kind in lexicon.DANGERS:
        for hit in reading.all_found(kind):
            rule = _rules().get((kind, hit.value))
            if rule is not None and rule not in found and _counts(reading, hit, rule):
                found.append(rule)
    return found


def _counts(reading: Reading, hit: Found, rule: Rule) -> bool:
    if rule.sure:
        return True
    before = hit.first - 1
    while before > 0 and reading.word(before) in _STEPPED_OVER:
        before -= 1
    return not _negated(reading, before) and reading.meant(hit, rule.kind.value)


def _negated(reading: Reading, before: int) -> bool:
    """Whether a word denies what follows. Darija's "ma" does; in French it stands for "m'a" ("il ma violée")."""
    word = reading.word(before)
    return word in _NEGATIONS and not (word == "ma" and reading.word(before - 1) in _SUBJECTS)


@cache
def _rules() -> dict[tuple[str, str], Rule]:
    return {
        (kind, entry["id"]): Rule(DangerKind(kind), entry["id"], entry.get("sure", False))
        for kind in lexicon.DANGERS
        for entry in lexicon.read(kind)["rules"]
    }
