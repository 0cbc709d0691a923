"""What a conversation must have known, told from its case: for a state that cannot be read any more."""

from dialogs.slot import SlotValue
from dialogs.state import Agreement, Call, Owner, Peril, Proof, State
from handoff.case import Case
from nlu.interpretation import Language


def restored(case: Case, owner: Owner) -> State:
    """The state of a conversation, as far as its case shows it: ``fill(case, restored(case, …))`` is the case again.

    Where the dialog stood is not in a case; a human goes on.

    Args:
        case: the conversation's case.
        owner: who held the conversation.
    """
    kinds = case.accompaniment.kinds if case.accompaniment else ()
    kind = "both" if len(kinds) > 1 else kinds[0] if kinds else None
    values: dict[str, SlotValue] = {
        "reporter": case.reporter,
        "age": case.age,
        "gender": case.gender,
        "city": case.city,
        "platform": case.platforms or None,
        "content_type": case.content_types or None,
        "category": case.categories or None,
        "duration": case.duration,
        "safety": case.safe,
        "trusted_adult": case.trusted_adult,
        "family_knows": case.family_knows,
        "anonymous": case.anonymous,
        "accompaniment": case.accompaniment.wanted if case.accompaniment else None,
        "accompaniment_kind": kind,
        "name": case.contact.name if case.contact else None,
        "recontact": case.contact.recontact or None if case.contact else None,
        "consent": True if case.basis == "consent" else None,
        **case.further,
    }
    call = Call(reason=case.handoff.reason, at=case.handoff.requested_at) if case.handoff else None
    return State(
        language=case.language or Language.ARY,
        settled=case.language is not None,
        owner=owner,
        slots={name: value for name, value in values.items() if value is not None},
        story=tuple(case.narrative.split("\n")) if case.narrative else (),
        evidence=tuple(Proof(kind=one.kind, value=one.value, ref=one.ref, whose=one.whose) for one in case.evidence),
        danger=Peril(kind=case.danger.kind, source=case.danger.source) if case.danger else None,
        case=case.reference,
        basis=case.basis,
        agreements=tuple(
            Agreement(kind=one.kind, given=one.given, at=one.at, text_id=one.text_id, text_version=one.text_version,
                      language=one.language)
            for one in case.consents
        ),
        call=call,
        named=bool(case.own_details),
    )  # fmt: skip
