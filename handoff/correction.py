"""Corrections: what a counsellor changes in a case. What was corrected stays, whatever the dialog still believes."""

from collections.abc import Mapping
from datetime import datetime

from handoff.case import Case, Happening, age_band

MARK = "corrected."
"""Before a field's name: what the timeline calls its correction."""

PARTS = ("priority",)
"""Fields that may be corrected in a case without consent, which holds no others."""
FIELDS = (
    *PARTS, "reporter", "age", "gender", "city", "platforms", "content_types", "categories", "duration", "narrative",
    "aggressor", "demands", "impact", "safe", "trusted_adult", "family_knows",
)  # fmt: skip
"""Fields that may be corrected. What a child decided, its consents and its name, may not."""


def fields_of(case: Case) -> tuple[str, ...]:
    """The fields of a case that may be corrected."""
    return FIELDS if case.basis == "consent" else PARTS


def corrected(case: Case, by: str, at: datetime, changes: Mapping[str, object]) -> Case:
    """The case with changes, each noted in its timeline with what it was before.

    Args:
        case: the case.
        by: who corrects.
        at: when.
        changes: new values by field, as a case holds them.

    Raises:
        ValueError: when a field may not be corrected, or its value is none that a case can hold.
    """
    if wrong := set(changes) - set(fields_of(case)):
        raise ValueError(f"no field to correct: {', '.join(sorted(wrong))}")
    old = case.model_dump(mode="json", by_alias=True)
    new = {**case.model_dump(by_alias=True), **changes}
    if "age" in changes:
        new["age_band"] = age_band(changes["age"])
    told = tuple(Happening(at=at, what=MARK + name, by=by, was=_shown(old[name])) for name in changes)
    return Case.model_validate({**new, "timeline": (*case.timeline, *told)})


def corrected_fields(case: Case) -> frozenset[str]:
    """The fields that were corrected, and what follows from them."""
    names = {line.what.removeprefix(MARK) for line in case.timeline if line.what.startswith(MARK)}
    return frozenset(names | ({"age_band"} if "age" in names else set()))


def _shown(value: object) -> str | None:
    if isinstance(value, list):
        return " ".join(map(str, value)) or None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)
