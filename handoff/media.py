"""Media that a child sent: fetched only when a counsellor asks for it, kept sealed, shown without its metadata."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handoff.case import Case
from handoff.port import Refused
from nlu.interpretation import Category, DangerKind

LARGEST = 20_000_000
"""Bytes of a medium; Telegram lets bots have no more."""
LARGEST_PICTURE = 10_000_000
KINDS = ("image", "video", "voice", "document")


@dataclass(frozen=True, slots=True)
class Medium:
    """A piece of evidence that is a file.

    Args:
        key: its name within the case; says nothing of the child.
        kind: what the messenger called it.
        at: when it was fetched; None while it was not.
        by: who fetched it.
        media_type: what its bytes are.
        shown: whether there is a picture to show.
        size: of the original, in bytes.
    """

    key: str
    kind: str
    at: datetime | None = None
    by: str = ""
    media_type: str = ""
    shown: bool = False
    size: int = 0


class Media(Protocol):
    """The files of a case."""

    async def media(self, case: Case) -> Sequence[Medium]:
        """The files that a case tells of, fetched or not."""
        ...

    async def fetch(self, reference: str, key: str, by: str) -> Refused | None:
        """Fetches a file from its messenger, once, and notes in the trail who did.

        ``Refused`` with ``gone``, ``intimate`` (see ``intimate``), ``no_source`` (the messenger of this case has no
        files), ``too_large``, ``wrong_kind`` (nothing that may be kept), ``lost`` (the messenger has it no more) or
        ``later``.
        """
        ...

    async def content(self, reference: str, key: str, *, shown: bool) -> tuple[str, AsyncIterator[bytes]] | None:
        """The bytes of a fetched file with their type: as the child sent it, or as it may be shown."""
        ...


def intimate(case: Case) -> bool:
    """Whether a case is about sexual pictures of a minor: then nothing of it is ever fetched (IWF)."""
    abuse = case.danger is not None and case.danger.kind is DangerKind.SEXUAL_ABUSE
    return abuse or Category.INTIMATE_IMAGE in case.categories or Category.SEXUAL_SOLICITATION in case.categories
