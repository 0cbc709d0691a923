"""Whether a trusted grown-up knows, and whether the family knows of this complaint."""

from nlu.extraction import lexicon
from nlu.extraction.reading import Found, Reading
from nlu.interpretation import Entity

_LONGEST_ANSWER = 5


def find(reading: Reading) -> list[Entity]:
    """``trusted_adult`` and ``family_knows``, at most one of each."""
    hits = [hit for hit in reading.all_found("adults") if reading.meant(hit, "adults") and hit.value != lexicon.NEVER]
    found: list[Entity] = []
    complaint = _longest([f for f in hits if f.value.startswith("complaint")])
    if complaint:
        found.append(_entity(reading, "family_knows", complaint))
        hits = [f for f in hits if f.last < complaint.first or f.first > complaint.last]
    told = _longest([f for f in hits if f.value.startswith("told")])
    if told:
        found.append(_entity(reading, "trusted_adult", told))
    elif reading.expects == "trusted_adult" and len(reading.tokens) <= _LONGEST_ANSWER:
        for value, answer in (("nobody", False), ("adult", True)):
            if named := _longest([f for f in hits if f.value == value]):
                found.append(reading.entity("trusted_adult", answer, named.first, named.last, named.cut))
                break
    return found


def _longest(hits: list[Found]) -> Found | None:
    return max(hits, key=lambda f: (f.last - f.first, f.value.endswith("false"), -f.first), default=None)


def _entity(reading: Reading, name: str, hit: Found) -> Entity:
    return reading.entity(name, hit.value.endswith("true"), hit.first, hit.last, hit.cut)
