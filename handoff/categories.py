"""The kinds of violence in three vocabularies: ours, the seeds' six (the helpline's chart) and Meta's four.

Sources: the reporting portal's charts of the training module, unit 2, chapter 5 ("Moqueries", "Publication d'une
photo intime ou à contenu sexuel", "Menaces en ligne", "Insulte", "Piratage de comptes ou usurpation d'identité
digitale", "Autres"; for Meta "Piratage de compte", "Propos de haine", "Violence", "Autre").
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from nlu.interpretation import Category


class Violence(StrEnum):
    """The six kinds that the helpline has counted since 2021, in its chart's order."""

    MOCKERY = "mockery"
    INTIMATE_IMAGE = "intimate_image"
    THREATS = "threats"
    INSULTS = "insults"
    HACKING_IMPERSONATION = "hacking_impersonation"
    OTHER = "other"


class MetaViolence(StrEnum):
    """The four kinds that reports to Meta are counted by, in the chart's order."""

    HACKING = "hacking"
    HATE_SPEECH = "hate_speech"
    VIOLENCE = "violence"
    OTHER = "other"


class Kin(NamedTuple):
    """What one of our categories counts as elsewhere."""

    seeds: Violence
    meta: MetaViolence


KIN: Mapping[Category, Kin] = MappingProxyType({
    Category.MOCKERY: Kin(Violence.MOCKERY, MetaViolence.OTHER),
    Category.INSULTS: Kin(Violence.INSULTS, MetaViolence.OTHER),
    Category.THREATS: Kin(Violence.THREATS, MetaViolence.VIOLENCE),
    # Blackmail is a threat to publish, rarely one to hurt: for Meta it is sexual exploitation, in none of its three.
    Category.BLACKMAIL: Kin(Violence.THREATS, MetaViolence.OTHER),
    Category.INTIMATE_IMAGE: Kin(Violence.INTIMATE_IMAGE, MetaViolence.OTHER),
    Category.HACKING_IMPERSONATION: Kin(Violence.HACKING_IMPERSONATION, MetaViolence.HACKING),
    Category.HATE_SPEECH: Kin(Violence.OTHER, MetaViolence.HATE_SPEECH),
    Category.HARASSMENT: Kin(Violence.OTHER, MetaViolence.OTHER),
    Category.SEXUAL_SOLICITATION: Kin(Violence.OTHER, MetaViolence.OTHER),
    Category.VIOLENCE: Kin(Violence.OTHER, MetaViolence.VIOLENCE),
    Category.OTHER: Kin(Violence.OTHER, MetaViolence.OTHER),
})  # fmt: skip
"""Every category, once. The seeds' "Autres" takes what their chart has no bar for."""


def seeds_of(categories: Iterable[Category]) -> tuple[Violence, ...]:
    """The seeds' kinds of a case: each once, in the chart's order, so that a case is counted once in a bar."""
    found = {KIN[category].seeds for category in categories}
    return tuple(kind for kind in Violence if kind in found)


def meta_of(categories: Iterable[Category]) -> tuple[MetaViolence, ...]:
    """Meta's kinds of a case: each once, in the chart's order."""
    found = {KIN[category].meta for category in categories}
    return tuple(kind for kind in MetaViolence if kind in found)
