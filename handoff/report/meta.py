"""Meta's form, filled from a case.

Source: the helpline's "Formulaire de signalement des contenus Méta" (training module, unit 2, chapter 5): Sexe*, Age*,
Contenu illégal*, Type de contenu*, Plateformes*.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from handoff.case import Case
from handoff.categories import MetaViolence, meta_of
from handoff.report.trace import accounts, links
from nlu.interpretation import Category, ContentType, Gender, Platform

CONTENT_TYPES = (ContentType.VIDEO, ContentType.PHOTO, ContentType.COMMENT, ContentType.ACCOUNT)
PLATFORMS = (Platform.FACEBOOK, Platform.MESSENGER, Platform.INSTAGRAM, Platform.WHATSAPP)
STARRED = ("sex", "age", "illegal_content", "content_types", "platforms")
"""What the form does not go without."""

ON_THE_FORM: Mapping[str, str] = MappingProxyType({
    "sex": "Sexe", "age": "Age", "illegal_content": "Contenu illégal", "content_types": "Type de contenu",
    "platforms": "Plateformes", "female": "Féminin", "male": "Masculin", "under_16": "Moins de 16 ans",
    "16_and_over": "Plus de 16 ans", "video": "Vidéo", "photo": "Photo", "comment": "Commentaire",
    "account": "Compte", "facebook": "Facebook", "messenger": "Messenger", "instagram": "Instagram",
    "whatsapp": "Whatsapp",
})  # fmt: skip
"""What our values are called on the form, which is in French."""


class MetaReport(BaseModel):
    """What goes to Meta: the form's fields as the case has them, and nothing that says who the child is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: Literal["m3ak.meta-report/1"] = Field(default="m3ak.meta-report/1", alias="schema")
    reference: str
    sex: Gender | None
    age: Literal["under_16", "16_and_over"] | None
    illegal_content: tuple[Category, ...]
    violence: tuple[MetaViolence, ...]
    """The same in Meta's four kinds."""
    content_types: tuple[ContentType, ...]
    platforms: tuple[Platform, ...]
    links: tuple[str, ...]
    accounts: tuple[str, ...]
    """Names and numbers of the aggressor's accounts, where there is no link."""

    def document(self) -> dict[str, Any]:
        """The report as a JSON document."""
        return self.model_dump(mode="json", by_alias=True)

    def missing(self) -> tuple[str, ...]:
        """The starred fields that the case leaves empty."""
        return tuple(name for name in STARRED if not getattr(self, name))


def meta_report(case: Case) -> MetaReport | None:
    """The report on a case, or None where it touches none of Meta's platforms."""
    platforms = tuple(platform for platform in case.platforms if platform in PLATFORMS)
    if not platforms:
        return None
    return MetaReport(
        reference=case.reference,
        # The form knows two.
        sex=case.gender if case.gender in (Gender.FEMALE, Gender.MALE) else None,
        age=case.age_band,
        illegal_content=case.categories,
        violence=meta_of(case.categories),
        content_types=tuple(kind for kind in case.content_types if kind in CONTENT_TYPES),
        platforms=platforms,
        links=links(case),
        accounts=accounts(case),
    )
