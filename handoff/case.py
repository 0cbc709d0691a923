"""The structured case, ``m3ak.case/1``: what a counsellor is handed and other systems read."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from nlu.interpretation import Category, ContentType, DangerKind, Gender, Language, Platform, Reporter

SCHEMA = "m3ak.case/1"
_BAND = 16


def _utc(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


Moment = Annotated[datetime, PlainSerializer(_utc, return_type=str)]


class Status(StrEnum):
    """Where a case stands: the seeds' five steps, and the ends."""

    RECEIVED = "received"
    ANALYSIS = "analysis"
    TREAT = "treat"
    ARCHIVE = "archive"
    REPORTED = "reported"
    ACCOMPANIED = "accompanied"
    CLOSED = "closed"
    SEALED = "sealed"
    WITHDRAWN = "withdrawn"


class Priority(StrEnum):
    """How soon a counsellor must look."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"


class Reason(StrEnum):
    """Why a human was asked for."""

    INTAKE_COMPLETE = "intake_complete"
    DANGER = "danger"
    ASKED_FOR_HUMAN = "asked_for_human"
    NOT_UNDERSTOOD = "not_understood"
    BOT_FAILURE = "bot_failure"
    TAKEN_OVER = "taken_over"


Disposition = Literal["helped", "oriented", "reported", "no_answer", "not_concerned", "other"]
"""How a case closed."""
DISPOSITIONS: tuple[str, ...] = get_args(Disposition)

ConsentKind = Literal[
    "processing", "guardian_contact", "platform_report", "police_complaint", "recontact", "improvement"
]
"""What a child may agree to."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def age_band(age: object) -> str | None:
    """An age as Meta's form asks for it: "Moins de 16 ans" or "Plus de 16 ans"; we read the second as 16 and over
    (CONTRACT.md)."""
    return None if not isinstance(age, int) else "under_16" if age < _BAND else "16_and_over"


class Evidence(_Part):
    """Something that shows what happened: a value the child typed, or media it sent (``ref`` only)."""

    kind: Literal["url", "phone", "handle", "image", "video", "voice", "document", "other"]
    value: str | None = None
    ref: str | None = None
    whose: Literal["aggressor", "own", "other"] | None = None


class DangerNote(_Part):
    """The gravest danger found in the conversation."""

    kind: DangerKind
    source: str


class Accompaniment(_Part):
    """Whether the child wants to be accompanied, and how."""

    wanted: bool | None = None
    kinds: tuple[Literal["psychological", "legal"], ...] = ()


class Consent(_Part):
    """One consent, with the very sentence that the child read."""

    kind: ConsentKind
    given: bool
    at: Moment
    text_id: str
    text_version: str
    language: Language


class Contact(_Part):
    """What the child chose to give, so that somebody can find it again."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    organisation: str | None = None
    recontact: bool = False


class Line(_Part):
    """One message of the transcript."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    at: Moment
    from_: Literal["child", "bot", "counsellor", "system"] = Field(alias="from")
    text: str
    media: str | None = None
    """The kind of media that came (``image``, ``voice`` …), where the message was not text alone."""
    undelivered: str | None = None
    """Why the child did not get it (a code), where the messenger said so."""
    delivery: Literal["waiting", "sent", "delivered", "read"] | None = None
    """How far one of our messages has come, as far as the messenger says."""


class Handoff(_Part):
    """When and why a human was asked for, and who answered."""

    requested_at: Moment
    reason: Reason
    taken_by: str | None = None
    taken_at: Moment | None = None


class Happening(_Part):
    """One line of the case's timeline."""

    at: Moment
    what: str
    by: str | None = None
    was: str | None = None
    """What a corrected field held before, or where a case that was moved stood."""
    why: str | None = None
    """The reason that was given for a move."""
    chosen: tuple[str, ...] = ()
    """What was chosen for it: laws and rules, a partner, a disposition."""


class Case(_Part):
    """A case. ``basis`` says why it may be kept: the child's consent, somebody's vital interest, or
    only while a chat lasts that the child asked for without consenting to a record."""

    schema_: Literal["m3ak.case/1"] = Field(default="m3ak.case/1", alias="schema")
    reference: str
    opened_at: Moment
    status: Status = Status.RECEIVED
    basis: Literal["consent", "vital_interest", "chat_only"] | None = "consent"
    language: Language | None = None
    channel: str | None = None
    reporter: Reporter | None = None
    age: int | None = None
    age_band: Literal["under_16", "16_and_over"] | None = None
    gender: Gender | None = None
    city: str | None = None
    platforms: tuple[Platform, ...] = ()
    content_types: tuple[ContentType, ...] = ()
    categories: tuple[Category, ...] = ()
    narrative: str | None = None
    duration: str | None = None
    impact: str | None = None
    aggressor: str | None = None
    demands: str | None = None
    safe: bool | None = None
    trusted_adult: bool | None = None
    family_knows: bool | None = None
    evidence: tuple[Evidence, ...] = ()
    danger: DangerNote | None = None
    priority: Priority | None = Priority.NORMAL
    anonymous: bool | None = True
    accompaniment: Accompaniment | None = Accompaniment()
    own_details: bool | None = False
    """Whether a child who stays anonymous has said its own name or number: not to be used."""
    further: dict[str, bool | str] = Field(default_factory=dict)
    """Answers to the questions that a helpline's own flows add, by the question's name."""
    consents: tuple[Consent, ...] = ()
    contact: Contact | None = None
    transcript: tuple[Line, ...] = ()
    handoff: Handoff | None = None
    timeline: tuple[Happening, ...] = ()
    feedback: int | None = Field(default=None, ge=1, le=5)
    """How the child found it, in faces, after the case was closed."""
    closed_at: Moment | None = None
    disposition: Disposition | None = None
    withdrawn_at: Moment | None = None

    def agrees(self, kind: ConsentKind) -> bool:
        """Whether the child agreed to something, the last time that it was asked."""
        given = [consent.given for consent in self.consents if consent.kind == kind]
        return bool(given) and given[-1]

    def document(self) -> dict[str, Any]:
        """The case as the JSON document of ``m3ak.case/1``."""
        return self.model_dump(mode="json", by_alias=True)


def case_schema() -> dict[str, Any]:
    """The JSON Schema of a case, as ``m3ak case schema`` prints it."""
    return Case.model_json_schema(mode="serialization", by_alias=True)
