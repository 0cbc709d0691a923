"""The intake's yield: fills a case from what the conversation knows."""

from typing import Any

from dialogs.state import State
from handoff.case import (
    Accompaniment,
    Case,
    Consent,
    Contact,
    DangerNote,
    Evidence,
    Handoff,
    Priority,
    Reason,
)  # fmt: skip
from nlu.interpretation import Category

_HIGH = (Category.THREATS, Category.BLACKMAIL, Category.INTIMATE_IMAGE, Category.SEXUAL_SOLICITATION)
_YOUNG = 13
_BAND = 16
"""Meta's form asks "Moins de 16 ans" or "Plus de 16 ans"; we read the second as 16 and over (CONTRACT.md)."""


def priority_of(state: State) -> Priority:
    """``urgent`` in danger; ``high`` for the gravest violence and below thirteen; else ``normal``."""
    if state.danger:
        return Priority.URGENT
    categories, age = state.slots.get("category") or (), state.slots.get("age")
    grave = isinstance(categories, tuple) and any(c in categories for c in _HIGH)
    young = isinstance(age, int) and age < _YOUNG
    return Priority.HIGH if grave or young else Priority.NORMAL


def _accompaniment(state: State) -> Accompaniment:
    wanted, kind = state.slots.get("accompaniment"), state.slots.get("accompaniment_kind")
    kinds: dict[Any, tuple[Any, ...]] = {"both": ("psychological", "legal"), None: ()}
    chosen = kinds.get(kind, (kind,)) if wanted else ()
    return Accompaniment(wanted=wanted if isinstance(wanted, bool) else None, kinds=chosen)


def _text(state: State, slot: str) -> str | None:
    value = state.slots.get(slot)
    return value if isinstance(value, str) else None


def _many(state: State, slot: str) -> tuple[str, ...]:
    value = state.slots.get(slot)
    return value if isinstance(value, tuple) else ()


def _flag(state: State, slot: str) -> bool | None:
    value = state.slots.get(slot)
    return value if isinstance(value, bool) else None


def fill(case: Case, state: State) -> Case:
    """The case with what the conversation knows now; what counsellors added stays.

    A case that was opened without consent, because somebody is in danger or asked for a chat alone, holds
    no more than the danger and what is needed to answer.
    """
    handoff = case.handoff
    if state.call and (handoff is None or (state.call.reason == Reason.DANGER and handoff.reason != Reason.DANGER)):
        taken = {"taken_by": handoff.taken_by, "taken_at": handoff.taken_at} if handoff else {}
        handoff = Handoff(requested_at=state.call.at, reason=Reason(state.call.reason), **taken)
    minimal = case.model_copy(
        update={
            "language": state.language,
            "danger": DangerNote(kind=state.danger.kind, source=state.danger.source) if state.danger else None,
            "priority": priority_of(state),
            "handoff": handoff,
            "basis": state.basis,
        }
    )
    if state.basis != "consent":
        return minimal
    age = state.slots.get("age")
    anonymous = state.slots.get("anonymous") is not False
    name = _text(state, "name")
    fields = {
        "reporter": _text(state, "reporter"),
        "age": age,
        "age_band": None if not isinstance(age, int) else "under_16" if age < _BAND else "16_and_over",
        "gender": _text(state, "gender"),
        "city": _text(state, "city"),
        "platforms": _many(state, "platform"),
        "content_types": _many(state, "content_type"),
        "categories": _many(state, "category"),
        "narrative": "\n".join(state.story) or None,
        "duration": _text(state, "duration"),
        "safe": _flag(state, "safety"),
        "trusted_adult": _flag(state, "trusted_adult"),
        "family_knows": _flag(state, "family_knows"),
        "evidence": tuple(Evidence(kind=p.kind, value=p.value, ref=p.ref) for p in state.evidence),
        "anonymous": anonymous,
        "accompaniment": _accompaniment(state),
        "consents": tuple(
            Consent(kind=a.kind, given=a.given, at=a.at, text_id=a.text_id, text_version=a.text_version,
                    language=a.language)
            for a in state.agreements
        ),
        "contact": None if anonymous or not name else Contact(name=name),
    }  # fmt: skip
    return Case.model_validate({**minimal.model_dump(by_alias=True), **fields})


def withdrawn(case: Case, at: Any) -> Case:
    """What is left of a withdrawn case: its reference and dates, for the count (CONTRACT.md)."""
    return Case(
        reference=case.reference,
        opened_at=case.opened_at,
        status="withdrawn",
        withdrawn_at=at,
        basis=None,
        anonymous=None,
        accompaniment=None,
        priority=None,
    )
