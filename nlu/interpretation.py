"""What a message means: the types and enumerations that the other rooms share."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

EntityValue = str | int | bool


class Language(StrEnum):
    """The four varieties that a child writes and the bot answers in (BCP 47)."""

    ARY = "ary"
    ARY_LATN = "ary-Latn"
    AR = "ar"
    FR = "fr"


class Intent(StrEnum):
    """What a message is for."""

    GREET = "greet"
    AFFIRM = "affirm"
    DENY = "deny"
    UNSURE = "unsure"
    REPORT_INCIDENT = "report_incident"
    ASK_HUMAN = "ask_human"
    ASK_PRIVACY = "ask_privacy"
    ASK_HOW_IT_WORKS = "ask_how_it_works"
    ASK_HOURS = "ask_hours"
    ASK_STATUS = "ask_status"
    ASK_REPORT_GUIDE = "ask_report_guide"
    ADD_EVIDENCE = "add_evidence"
    WITHDRAW_CASE = "withdraw_case"
    ERASE_DATA = "erase_data"
    CHANGE_LANGUAGE = "change_language"
    RESTART = "restart"
    THANK = "thank"
    GOODBYE = "goodbye"
    INSULT = "insult"
    OUT_OF_SCOPE = "out_of_scope"


class Platform(StrEnum):
    """Where it happened."""

    FACEBOOK = "facebook"
    MESSENGER = "messenger"
    INSTAGRAM = "instagram"
    WHATSAPP = "whatsapp"
    TIKTOK = "tiktok"
    SNAPCHAT = "snapchat"
    YOUTUBE = "youtube"
    TELEGRAM = "telegram"
    X = "x"
    DISCORD = "discord"
    GAME = "game"
    WEBSITE = "website"
    PHONE = "phone"
    EMAIL = "email"
    OTHER = "other"


class ContentType(StrEnum):
    """The form that the content takes."""

    VIDEO = "video"
    PHOTO = "photo"
    COMMENT = "comment"
    ACCOUNT = "account"
    MESSAGE = "message"
    VOICE = "voice"
    LIVE = "live"
    GROUP = "group"
    OTHER = "other"


class Category(StrEnum):
    """The kind of violence."""

    MOCKERY = "mockery"
    INSULTS = "insults"
    THREATS = "threats"
    BLACKMAIL = "blackmail"
    INTIMATE_IMAGE = "intimate_image"
    HACKING_IMPERSONATION = "hacking_impersonation"
    HATE_SPEECH = "hate_speech"
    HARASSMENT = "harassment"
    SEXUAL_SOLICITATION = "sexual_solicitation"
    VIOLENCE = "violence"
    OTHER = "other"


class Reporter(StrEnum):
    """Who is writing."""

    SELF = "self"
    FRIEND = "friend"
    SIBLING = "sibling"
    PARENT = "parent"
    TEACHER = "teacher"
    OTHER = "other"


class Gender(StrEnum):
    """The child's gender, where the child has shown it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class Query(StrEnum):
    """What a message asks straight out, and is answered in two or three lines. Ours beside the contract's intents,
    which have no room for it: ``ask_privacy`` does not say whether it is the parents or the police."""

    ROBOT = "robot"
    POLICE = "police"
    PARENTS = "parents"
    PAY = "pay"
    FREE = "free"
    REMOVE = "remove"
    FAULT = "fault"
    WHO = "who"
    REVENGE = "revenge"
    KNOWN = "known"
    PRISON = "prison"
    MEET = "meet"
    TELL = "tell"
    KEPT = "kept"
    TOLD = "told"
    ACCOUNT = "account"
    REPLY = "reply"
    WOMAN = "woman"
    CALL = "call"
    WAIT = "wait"


class DangerKind(StrEnum):
    """The kinds of danger that are answered before anything else."""

    SELF_HARM = "self_harm"
    IMMEDIATE_DANGER = "immediate_danger"
    SEXUAL_ABUSE = "sexual_abuse"


ENTITIES = (
    "age", "birth_year", "platform", "content_type", "category", "phone", "url", "handle", "city",
    "reporter", "duration", "name", "gender", "trusted_adult", "family_knows", "language", "question",
)  # fmt: skip
"""The contract's entities, and ours beside them: the last four."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A value found in a message.

    Args:
        entity: one of ``ENTITIES``.
        value: normalised; ages in whole years, durations in ISO 8601, phones in E.164.
        start: the first character in the text as received.
        end: one past the last character.
    """

    entity: str
    value: EntityValue
    start: int
    end: int

    def as_dict(self) -> dict[str, Any]:
        return {"entity": self.entity, "value": self.value, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Danger:
    """Somebody is in danger.

    Args:
        kind: what kind.
        source: the rule or model that found it (``lexicon.RULE`` or ``model``), never the text.
    """

    kind: DangerKind
    source: str

    def as_dict(self) -> dict[str, str]:
        return {"kind": self.kind.value, "source": self.source}


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What one message means.

    Args:
        text: the message as received.
        language: the variety it is written in; where it cannot be told, the best guess.
        language_sure: whether the text shows its language at all ("ok", "14" and "🙏" do not).
        intent: what it is for.
        confidence: between 0 and 1.
        ranking: the intents with their confidences, best first.
        entities: the values found, by their place in the text.
        danger: the gravest danger found, or None.
        truncated: whether the text was too long and only its beginning was read.
    """

    text: str
    language: Language
    intent: Intent
    confidence: float
    language_sure: bool = True
    ranking: tuple[tuple[Intent, float], ...] = ()
    entities: tuple[Entity, ...] = ()
    danger: Danger | None = None
    truncated: bool = False

    def values(self, entity: str) -> tuple[EntityValue, ...]:
        """The distinct values of one entity, in the order of the text."""
        return tuple(dict.fromkeys(e.value for e in self.entities if e.entity == entity))

    def as_dict(self) -> dict[str, Any]:
        """Rasa's parse format, with ``language`` and ``danger`` beside it."""
        result: dict[str, Any] = {
            "text": self.text,
            "language": self.language.value,
            "language_sure": self.language_sure,
            "intent": {"name": self.intent.value, "confidence": round(self.confidence, 4)},
            "intent_ranking": [{"name": i.value, "confidence": round(c, 4)} for i, c in self.ranking],
            "entities": [e.as_dict() for e in self.entities],
            "danger": self.danger.as_dict() if self.danger else None,
        }
        if self.truncated:
            result["truncated"] = True
        return result


@dataclass(frozen=True, slots=True)
class Question:
    """What the bot has asked, for reading an answer in its light.

    Args:
        expects: the slot asked for (CONTRACT.md's ``expects``), or None.
        language: the conversation's language, kept where a message does not show its own.
        other: whether it is about somebody else than the writer.
    """

    expects: str | None = None
    language: Language | None = None
    other: bool = False


class Interpreter(Protocol):
    """Reads messages. Implemented by the embedded engine and by a Rasa server."""

    async def parse(self, text: str, question: Question) -> Interpretation:
        """Reads one message; answers for any string, and never raises."""
        ...


def interpretation_from(data: Mapping[str, Any]) -> Interpretation:
    """The inverse of ``Interpretation.as_dict``, for replaying recorded conversations."""
    danger = data.get("danger")
    return Interpretation(
        text=data["text"],
        language=Language(data["language"]),
        language_sure=data.get("language_sure", True),
        intent=Intent(data["intent"]["name"]),
        confidence=data["intent"]["confidence"],
        ranking=tuple((Intent(i["name"]), i["confidence"]) for i in data["intent_ranking"]),
        entities=tuple(Entity(**e) for e in data["entities"]),
        danger=Danger(DangerKind(danger["kind"]), danger["source"]) if danger else None,
        truncated=data.get("truncated", False),
    )
