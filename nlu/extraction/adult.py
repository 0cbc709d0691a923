"""Whether a trusted grown-up knows, and whether the family knows of this complaint."""

from nlu.extraction import lexicon
from nlu.extraction.reading import Found, Reading
from nlu.interpretation import Entity

_LONGEST_ANSWER = 5


def find(reading: Reading) -> list[Entity]:
    """``trusted_adult`` and ``family_knows``, at most one of each."""
    hits = reading.all_found("adults")
    found: list[Entity] = []
    family = [f for f in hits if f.value.startswith("complaint")]
    complaint = _longest(family)
    if complaint:
        found.append(_entity(reading, "family_knows", complaint))
    meant = [f for f in hits if f.value != lexicon.NEVER and reading.meant(f, "adults")]
    own = [f for f in family if complaint and f.value == complaint.value]
    told = _longest([f for f in meant if f.value.startswith("told") and not _same(f, own)])
    if told:
        found.append(_entity(reading, "trusted_adult", told))
    elif reading.expects == "trusted_adult" and len(reading.tokens) <= _LONGEST_ANSWER:
        for value, answer in (("nobody", False), ("adult", True)):
            if named := _longest([f for f in meant if f.value == value]):
                found.append(reading.entity("trusted_adult", answer, named.first, named.last, named.cut))
                break
    return found


def _same(told: Found, family: list[Found]) -> bool:
    """Whether the words that tell of a grown-up only say what the family knows or not.

    Who told nobody at home may have told nobody at all; whose mother sits beside it may have told her.
    """
    if told.value.endswith("false"):
        return any(one.first <= told.first and told.last <= one.last for one in family)
    return any(
        told.first <= one.last and told.last >= one.first and (one.value.endswith("false") or told.first >= one.first)
        for one in _tightest(family)
    )


def _tightest(hits: list[Found]) -> list[Found]:
    """Those within which there is no other."""
    return [
        hit
        for hit in hits
        if not any(hit.first <= one.first and one.last <= hit.last and one[1:3] != hit[1:3] for one in hits)
    ]


def _longest(hits: list[Found]) -> Found | None:
    return max(hits, key=lambda f: (f.last - f.first, f.value.endswith("false"), -f.first), default=None)


def _entity(reading: Reading, name: str, hit: Found) -> Entity:
    return reading.entity(name, hit.value.endswith("true"), hit.first, hit.last, hit.cut)
