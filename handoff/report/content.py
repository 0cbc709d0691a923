"""What exactly may be passed on through each door."""

from typing import Any

from handoff.case import Case
from handoff.report.door import Door
from handoff.report.meta import PLATFORMS, meta_report
from handoff.report.trace import accounts, links
from nlu.interpretation import ContentType, Platform

_PICTURES = (ContentType.PHOTO, ContentType.VIDEO, ContentType.LIVE)
_NOWHERE = (Platform.PHONE, Platform.EMAIL, Platform.OTHER)
"""Where no platform answers."""
POLICE = (
    "reference", "opened_at", "reporter", "age", "gender", "city", "language", "contact", "platforms",
    "content_types", "categories", "duration", "narrative", "aggressor", "demands", "impact", "evidence",
    "trusted_adult", "family_knows",
)  # fmt: skip
"""The fields of a case that a complaint is made of; what the team thinks of it stays here."""


def other_platforms(case: Case) -> tuple[Platform, ...]:
    """The platforms of a case that take reports and are not Meta's."""
    return tuple(p for p in case.platforms if p not in PLATFORMS and p not in _NOWHERE)


def content(case: Case, door: Door, platform: Platform | None = None) -> dict[str, Any] | None:
    """What a report holds, as a JSON document, or None where there is nothing to pass on.

    No picture is ever part of it. To the IWF goes where the content is and of what kind, nothing else; to a platform,
    what it must look at; to the police, what happened, and of who the child is what it chose to give.

    Args:
        case: the case.
        door: where it goes.
        platform: which one, for ``Door.PLATFORM``.
    """
    match door:
        case Door.META:
            report = meta_report(case)
            return report.document() if report else None
        case Door.IWF:
            kinds = [kind.value for kind in case.content_types if kind in _PICTURES]
            return {"links": list(links(case)), "kinds": kinds} if links(case) else None
        case Door.PLATFORM:
            if platform not in other_platforms(case):
                return None
            return {
                "platform": platform.value,
                "age": case.age_band,
                "illegal_content": [category.value for category in case.categories],
                "content_types": [kind.value for kind in case.content_types],
                "links": list(links(case)),
                "accounts": list(accounts(case)),
            }
        case Door.POLICE:
            told = case.document()
            return {name: told[name] for name in POLICE if told[name] not in (None, [])}
