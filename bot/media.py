"""A counsellor fetches a medium: from its messenger, by its bytes what it may be, sealed with the case's key."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import count

from bot.channels.media import NotFetched, Source
from bot.sniff import PICTURES, NotAPicture, bare, media_type
from handoff.case import Case, Status
from handoff.media import KINDS, LARGEST, LARGEST_PICTURE, Medium, intimate
from handoff.port import Refused
from store.attachment import Attachments
from store.cases import CaseFile
from store.database import Connection, Database
from store.keyring import Keyring
from store.vault import Vault

_AT_ONCE = 2
"""Media that are held in memory at a time."""
_GONE = frozenset({Status.SEALED, Status.WITHDRAWN})


class FetchedMedia:
    """``handoff.media.Media``: sources by messenger, the rest in the database.

    Args:
        database, vault: where it lasts.
        sources: by the name of the messenger.
        now: the clock.
    """

    def __init__(self, database: Database, vault: Vault, sources: Mapping[str, Source], now: Callable[[], datetime]):
        self._database, self._vault, self._sources, self._now = database, vault, sources, now
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def media(self, case: Case) -> Sequence[Medium]:
        fetched = {
            kept.key: kept
            for kept in await self._database.read(lambda c: Attachments(c, self._vault).of_case(case.reference))
        }
        found = []
        for key, (kind, _) in self._refs(case).items():
            kept = fetched.get(key)
            if kept:
                shown = kept.shown_type is not None
                found.append(Medium(key, kind, kept.at, kept.by, kept.media_type, shown, kept.size))
            else:
                found.append(Medium(key, kind))
        return found

    def _refs(self, case: Case) -> dict[str, tuple[str, str]]:
        """The kind and the platform's id of each file, by its key."""
        pieces = ((piece.kind, piece.ref) for piece in case.evidence if piece.ref and piece.kind in KINDS)
        return {self._vault.hash("media", case.reference, ref): (kind, ref) for kind, ref in pieces}

    def _case(self, connection: Connection, reference: str) -> Case | None:
        case = CaseFile(connection, Keyring(connection, self._vault)).get(reference)
        return None if case is None or case.status in _GONE else case

    async def fetch(self, reference: str, key: str, by: str) -> Refused | None:
        case = await self._database.read(lambda c: self._case(c, reference))
        ref = self._refs(case).get(key) if case else None
        if case is None or ref is None:
            return Refused("gone")
        if intimate(case):
            return Refused("intimate")
        source = self._sources.get(case.channel or "")
        if source is None:
            return Refused("no_source")
        async with self._room:
            content = await source.fetch(ref[1], LARGEST)
            if isinstance(content, NotFetched):
                return Refused(content.why)
            kind = media_type(content)
            if kind is None:
                return Refused("wrong_kind")
            shown = None
            if kind in PICTURES:
                if len(content) > LARGEST_PICTURE:
                    return Refused("too_large")
                try:
                    shown = (kind, await asyncio.to_thread(bare, content))
                except NotAPicture:
                    return Refused("wrong_kind")

            def work(c: Connection) -> Refused | None:
                # It may have been erased, or become known as intimate, while the messenger answered.
                now_case = self._case(c, reference)
                if now_case is None:
                    return Refused("gone")
                if intimate(now_case):
                    return Refused("intimate")
                Attachments(c, self._vault).keep(reference, key, self._now(), by, (kind, content), shown)
                return None

            return await self._database.write(work)

    async def content(self, reference: str, key: str, *, shown: bool) -> tuple[str, AsyncIterator[bytes]] | None:
        kept = await self._database.read(lambda c: Attachments(c, self._vault).get(reference, key))
        case = await self._database.read(lambda c: self._case(c, reference))
        if kept is None or case is None or intimate(case) or (shown and kept.shown_type is None):
            return None
        return (kept.shown_type or "") if shown else kept.media_type, self._pieces(reference, kept.id, shown=shown)

    async def _pieces(self, reference: str, id_: str, *, shown: bool) -> AsyncIterator[bytes]:
        for number in count():
            piece = await self._database.read(partial(self._piece, reference, id_, number, shown))
            if piece is None:
                return
            yield piece

    def _piece(self, reference: str, id_: str, number: int, shown: bool, connection: Connection) -> bytes | None:
        return Attachments(connection, self._vault).piece(reference, id_, number, shown=shown)
