"""A case that came by mail, phone, SMS or the site's form: what a counsellor writes down, and the case it becomes.

The fields are those of the helpline's contact form (name, organisation, e-mail, subject, message) and what the bot
would have asked. There is no conversation: whoever wrote is answered by the way it came.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol

from dialogs.slot import SlotValue
from dialogs.state import Agreement, Call, Owner, Peril, Proof, State
from handoff.case import Case, Consent, ConsentKind, Contact, Happening, Reason
from handoff.intake import fill
from handoff.port import Refused, Role
from nlu.interpretation import Category, ContentType, DangerKind, Gender, Language, Platform, Reporter

CONSENT = "arrival.consent"
"""The sentence of the desk that says what the person agreed to."""
LATER = "arrival.agree"
"""What the sentences of further consents begin with."""
LONGEST_MESSAGE, LONGEST_LINE = 8000, 200
"""Characters of the message, and of everything else that is typed."""
_PHONE = re.compile(r"\+?[\d ().-]{6,}")


class Way(StrEnum):
    """The ways in that are no chat."""

    EMAIL = "email"
    PHONE = "phone"
    SMS = "sms"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Arrival:
    """What was written down.

    Args:
        way: how it came.
        language: what the person speaks.
        message: what it said, in its own words as far as possible.
        subject: of the mail or the form.
        consent: whether it agreed that this is kept; without, only danger is a reason to.
        said_by: who said so.
        text_version: of the sentence that told what it agrees to.
        agreed: further consents that it gave.
        evidence: addresses, accounts and numbers of whoever did it.
        anonymous: whether it stays so; None where nothing was said, which counts as yes.
    """

    way: Way
    language: Language
    message: str
    subject: str = ""
    consent: bool = False
    said_by: Reporter | None = None
    text_version: str = ""
    agreed: tuple[str, ...] = ()
    danger: DangerKind | None = None
    reporter: Reporter | None = None
    age: int | None = None
    gender: Gender | None = None
    city: str | None = None
    platforms: tuple[Platform, ...] = ()
    content_types: tuple[ContentType, ...] = ()
    categories: tuple[Category, ...] = ()
    evidence: tuple[str, ...] = ()
    accompaniment: bool | None = None
    accompaniment_kinds: tuple[str, ...] = ()
    anonymous: bool | None = None
    name: str | None = None
    organisation: str | None = None
    email: str | None = None
    phone: str | None = None

    @property
    def reachable(self) -> bool:
        """Whether anything was written down that says who it is."""
        return any((self.name, self.organisation, self.email, self.phone))


Problem = Literal["no_consent", "nobody_said", "anonymous"]


def problem(arrival: Arrival) -> Problem | None:
    """Why it cannot be kept: without a consent or a danger, without saying who gave it, or with the name of somebody
    who stays anonymous."""
    if not arrival.consent and arrival.danger is None:
        return "no_consent"
    if arrival.consent and arrival.said_by is None:
        return "nobody_said"
    return "anonymous" if arrival.reachable and arrival.anonymous is not False else None


def case_of(arrival: Arrival, reference: str, by: str, at: datetime, *, take: bool) -> tuple[Case, State]:
    """The case, filled by the same rules as one that came by chat.

    Args:
        arrival: what was written down.
        reference: the new case's.
        by: the counsellor who wrote it down.
        at: when.
        take: whether that counsellor keeps it; otherwise it waits in the queue.

    Raises:
        ValueError: when a value is none that a case can hold.
    """
    state = _state(arrival, at, Owner.COUNSELLOR if take else Owner.QUEUE)
    case = fill(Case(reference=reference, opened_at=at, channel=arrival.way), state)
    lines = [Happening(at=at, what="entered", by=by)]
    if arrival.consent and arrival.said_by:
        lines.append(Happening(at=at, what="consent_noted", by=by, chosen=(arrival.said_by,)))
    if take:
        lines.append(Happening(at=at, what="taken", by=by))
    taken = {"taken_by": by, "taken_at": at} if take else {}
    reason = Reason.DANGER if arrival.danger else Reason.INTAKE_COMPLETE
    told: dict[str, Any] = {
        "handoff": {"requested_at": at, "reason": reason, **taken},
        "timeline": tuple(lines),
        "narrative": "\n".join(filter(None, (arrival.subject, arrival.message))),
        "contact": _contact(arrival),
        "anonymous": arrival.anonymous is not False,
    }  # fmt: skip
    return Case.model_validate({**case.model_dump(by_alias=True), **told}), state


@dataclass(frozen=True, slots=True)
class Yes:
    """A further consent, given after the case was opened.

    Args:
        kind: to what.
        said_by: who gave it.
        language: in which the sentence was said.
        text_version: of that sentence.
    """

    kind: ConsentKind
    said_by: Reporter
    language: Language
    text_version: str


def agreed(case: Case, yes: Yes, by: str, at: datetime) -> Case:
    """The case with a further consent, and the line that says who noted it."""
    consent = Consent(
        kind=yes.kind, given=True, at=at, text_id=f"{LATER}.{yes.kind}", text_version=yes.text_version,
        language=yes.language,
    )  # fmt: skip
    line = Happening(at=at, what="consent_noted", by=by, chosen=(yes.said_by,))
    return case.model_copy(update={"consents": (*case.consents, consent), "timeline": (*case.timeline, line)})


def _state(arrival: Arrival, at: datetime, owner: Owner) -> State:
    """What a conversation would have known."""
    kinds = arrival.accompaniment_kinds
    slots: dict[str, SlotValue] = {
        "consent": arrival.consent or None, "reporter": arrival.reporter, "age": arrival.age,
        "gender": arrival.gender, "city": arrival.city, "platform": arrival.platforms or None,
        "content_type": arrival.content_types or None, "category": arrival.categories or None,
        "anonymous": arrival.anonymous, "accompaniment": arrival.accompaniment,
        "accompaniment_kind": "both" if len(kinds) > 1 else kinds[0] if kinds else None,
    }  # fmt: skip
    given = ("processing", *arrival.agreed) if arrival.consent else ()
    agreements = [
        Agreement.model_validate({
            "kind": kind, "given": True, "at": at, "text_id": CONSENT, "text_version": arrival.text_version,
            "language": arrival.language,
        })
        for kind in given
    ]  # fmt: skip
    return State(
        language=arrival.language,
        settled=True,
        owner=owner,
        slots={name: value for name, value in slots.items() if value is not None},
        evidence=tuple(map(_proof, arrival.evidence)),
        danger=Peril(kind=arrival.danger, source="counsellor") if arrival.danger else None,
        basis="consent" if arrival.consent else "vital_interest",
        agreements=tuple(agreements),
        call=Call(reason="danger" if arrival.danger else "intake_complete", at=at),
    )


def _proof(line: str) -> Proof:
    if line.startswith(("http://", "https://", "www.")):
        return Proof(kind="url", value=line, whose="aggressor")
    return Proof(kind="phone" if _PHONE.fullmatch(line) else "handle", value=line, whose="aggressor")


def _contact(arrival: Arrival) -> Contact | None:
    """Whom to answer. Somebody in danger must be found again, with or without a consent to keep the rest."""
    if not arrival.reachable:
        return None
    return Contact(
        name=arrival.name, phone=arrival.phone, email=arrival.email, organisation=arrival.organisation,
        recontact="recontact" in arrival.agreed,
    )  # fmt: skip


class Arrivals(Protocol):
    """Cases without a chat: every call is one transaction, and leaves its trace in it."""

    async def enter(self, arrival: Arrival, by: str, key: str, *, take: bool) -> str:
        """Opens a case.

        Args:
            arrival: what was written down, without a ``problem``.
            by: the counsellor who wrote it down.
            key: made by the browser once a form, so that a form sent twice opens one case.
            take: whether that counsellor keeps it; otherwise it waits in the queue.

        Returns:
            its reference.
        """
        ...

    async def withdraw(self, reference: str, by: str, role: Role) -> Refused | None:
        """Withdraws a case because the person asks for it, as a child would in its chat: erased, or sealed first
        where there was danger. ``Refused("chat")`` where there is a conversation, whose child says so itself."""
        ...

    async def agree(self, reference: str, by: str, yes: Yes) -> Refused | None:
        """Notes a consent that was given later, by whoever holds the case. ``Refused("chat")`` where the child is
        asked in its chat, ``Refused("no_record")`` where nobody agreed that a case is kept."""
        ...
