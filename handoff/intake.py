"""The intake's yield: fills a case from what the conversation knows."""

from typing import Any

from dialogs.slot import SLOTS
from dialogs.state import Agreement, Proof, State
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
    age_band,
)  # fmt: skip
from handoff.correction import corrected_fields
from nlu.interpretation import Category

_HIGH = (Category.THREATS, Category.BLACKMAIL, Category.INTIMATE_IMAGE, Category.SEXUAL_SOLICITATION)
_YOUNG = 13


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


def _further(state: State) -> dict[str, bool | str]:
    """The answers that no field of ours holds: a helpline's own flows asked for them."""
    own = ((name, value) for name, value in state.slots.items() if name not in SLOTS)
    return {name: value for name, value in own if isinstance(value, bool | str)}


def _evidence(proof: Proof, anonymous: bool) -> Evidence:
    """A piece of evidence; the own number of a child who stays anonymous is noted, and not kept."""
    value = None if anonymous and proof.whose == "own" else proof.value
    return Evidence(kind=proof.kind, value=value, ref=proof.ref, whose=proof.whose)


def consent_of(agreement: Agreement) -> Consent:
    """A consent as a case holds it."""
    return Consent(
        kind=agreement.kind, given=agreement.given, at=agreement.at, text_id=agreement.text_id,
        text_version=agreement.text_version, language=agreement.language,
    )  # fmt: skip


def fill(case: Case, state: State) -> Case:
    """The case with what the conversation knows now; what counsellors added stays.

    A case that was opened without consent, because somebody is in danger or asked for a chat alone, holds
    no more than the danger and what is needed to answer.
    """
    handoff = case.handoff
    if state.call and (handoff is None or (state.call.reason == Reason.DANGER and handoff.reason != Reason.DANGER)):
        taken = {"taken_by": handoff.taken_by, "taken_at": handoff.taken_at} if handoff else {}
        handoff = Handoff(requested_at=state.call.at, reason=Reason(state.call.reason), **taken)
    kept = corrected_fields(case)
    if state.danger and case.danger is None:
        # Nobody has weighed this danger yet.
        kept -= {"priority"}
    minimal = case.model_copy(
        update={
            "language": state.language,
            "danger": DangerNote(kind=state.danger.kind, source=state.danger.source) if state.danger else None,
            "priority": case.priority if "priority" in kept else priority_of(state),
            "handoff": handoff,
            "basis": state.basis,
        }
    )
    if state.basis != "consent":
        return minimal
    age = state.slots.get("age")
    anonymous = state.slots.get("anonymous") is not False
    name, again = _text(state, "name"), _flag(state, "recontact") is True
    fields = {
        "reporter": _text(state, "reporter"),
        "age": age,
        "age_band": age_band(age),
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
        "evidence": tuple(_evidence(proof, anonymous) for proof in state.evidence),
        "own_details": anonymous and (state.named or any(proof.whose == "own" for proof in state.evidence)),
        "anonymous": anonymous,
        "accompaniment": _accompaniment(state),
        "further": _further(state),
        "consents": tuple(map(consent_of, state.agreements)),
        "contact": None if anonymous or not (name or again) else Contact(name=name, recontact=again),
    }  # fmt: skip
    told = {name: value for name, value in fields.items() if name not in kept}
    return Case.model_validate({**minimal.model_dump(by_alias=True), **told})


def withdrawn(case: Case, at: Any) -> Case:
    """What is left of a withdrawn case: its reference and dates, for the count (CONTRACT.md)."""
    return Case(
        reference=case.reference,
        opened_at=case.opened_at,
        status="withdrawn",
        withdrawn_at=at,
        basis=None,
        anonymous=None,
        own_details=None,
        accompaniment=None,
        priority=None,
    )
