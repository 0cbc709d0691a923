"""Slots: the values that a conversation remembers, and which answers each may take."""

from dataclasses import dataclass
from typing import Literal

from nlu.interpretation import Category, ContentType, Gender, Language, Platform, Reporter

SlotValue = str | int | bool | tuple[str, ...] | None
"""None is an answer too: the child skipped the question, or did not know."""

Kind = Literal["choice", "many", "yes_no", "number", "text"]

SKIP, MORE = "skip", "more"
"""The answers that any slot may take: none, and "tell me more first"."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One remembered value.

    Args:
        name: as in CONTRACT.md's ``expects``, or one of ours.
        kind: ``choice`` one of ``values``; ``many`` several of them; ``yes_no``; ``number``; ``text``.
        values: the answers of a ``choice`` or ``many``.
        entity: the entity that fills it from any message, or None where only an answer does.
        private: a confirmation inside a topic: forgotten when it ends; in ``expects`` only by ``asked_as``.
        asked_as: the name in ``expects``, where it is not simply ``name``.
        consent: whether a yes or no is kept as a consent of that kind, with the sentence that asked for it.
        further: a flow file declares it (``further``): its answer is kept in the case beside the fields that we know.
    """

    name: str
    kind: Kind
    values: tuple[str, ...] = ()
    entity: str | None = None
    private: bool = False
    asked_as: str | None = None
    consent: bool = False
    further: bool = False

    @property
    def expects(self) -> str | None:
        """The name in CONTRACT.md's ``expects``."""
        return self.asked_as or (None if self.private or self.further else self.name)


CORRECTABLE = (
    "narrative", "reporter", "age", "platform", "content_type", "safety", "anonymous", "accompaniment",
)  # fmt: skip
"""What the child can change from the summary."""

DEPENDENT = {"accompaniment": ("accompaniment_kind",), "anonymous": ("name",), "narrative": ("category",)}
"""What makes no sense any more when an answer is taken back."""

SLOTS: dict[str, Slot] = {
    slot.name: slot
    for slot in (
        Slot("language", "choice", tuple(Language), private=True, asked_as="language"),
        Slot("consent", "yes_no"),
        Slot("reporter", "choice", tuple(Reporter), "reporter"),
        Slot("narrative", "text"),
        Slot("age", "number", entity="age"),
        Slot("gender", "choice", tuple(Gender), "gender"),
        Slot("platform", "many", tuple(Platform), "platform"),
        Slot("content_type", "many", tuple(ContentType), "content_type"),
        Slot("category", "many", tuple(Category), "category"),
        Slot("safety", "yes_no"),
        Slot("trusted_adult", "yes_no", entity="trusted_adult"),
        Slot("family_knows", "yes_no", entity="family_knows"),
        Slot("city", "text", entity="city"),
        Slot("duration", "text", entity="duration"),
        Slot("anonymous", "yes_no"),
        Slot("name", "text"),
        Slot("accompaniment", "yes_no"),
        Slot("accompaniment_kind", "choice", ("psychological", "legal", "both")),
        Slot("whose", "choice", ("aggressor", "own", "other"), asked_as="evidence"),
        Slot("recontact", "yes_no", consent=True),
        Slot("guardian_contact", "yes_no", asked_as="consent", consent=True),
        Slot("platform_report", "yes_no", asked_as="consent", consent=True),
        Slot("police_complaint", "yes_no", asked_as="consent", consent=True),
        Slot("improvement", "yes_no", asked_as="consent", consent=True),
        Slot("feedback", "number", ("1", "2", "3", "4", "5")),
        Slot("summary", "yes_no"),
        Slot("correct", "choice", CORRECTABLE, asked_as="summary"),
        Slot("withdraw", "yes_no", private=True),
        Slot("erase", "yes_no", private=True),
        Slot("restart", "yes_no", private=True),
    )
}

CONSENTS = frozenset(slot.name for slot in SLOTS.values() if slot.consent)
"""The slots whose yes or no is kept as a consent."""

YOUNGEST, OLDEST = 3, 99
"""Ages outside this range are slips of the finger."""
