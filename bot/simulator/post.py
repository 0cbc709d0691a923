"""The phones' post: what a phone shows reaches the other processes too, sealed, through the database's notes."""

import json
import secrets
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from store.database import Connection, Database
from store.note import note
from store.vault import Vault

_MARK = "phone "
_LONGEST = 7_000
"""Characters of a piece: PostgreSQL carries 8,000 bytes at once."""
_UNFINISHED = 100


class Post:
    """Carries what phones show between the processes of one database.

    Args:
        database, vault: how it is carried, and sealed on the way.
        show: puts a message of another process on a phone here.
    """

    def __init__(self, database: Database, vault: Vault, show: Callable[[str, dict[str, Any]], None]):
        self._database, self._vault, self._show = database, vault, show
        self._mine: set[str] = set()
        self._pieces: OrderedDict[str, dict[int, str]] = OrderedDict()
        database.follow(self._heard)

    async def send(self, address: str, message: dict[str, Any]) -> None:
        """Tells the other processes; SQLite has none.

        Raises:
            Unreachable: they could not be told.
        """
        if self._database.embedded:
            return
        sealed = self._vault.seal(json.dumps([address, message])).decode()
        pieces = [sealed[at : at + _LONGEST] for at in range(0, len(sealed), _LONGEST)]
        letter = secrets.token_hex(6)

        def work(connection: Connection) -> None:
            for number, piece in enumerate(pieces):
                note(connection, f"{_MARK}{letter} {number} {len(pieces)} {piece}")

        self._mine.add(letter)
        try:
            await self._database.write(work)
        finally:
            self._mine.discard(letter)

    def _heard(self, text: str | None) -> None:
        if text is None or not text.startswith(_MARK):
            return
        letter, number, count, piece = text.removeprefix(_MARK).split(" ")
        if letter in self._mine:
            return
        found = self._pieces.setdefault(letter, {})
        found[int(number)] = piece
        if len(found) == int(count):
            del self._pieces[letter]
            sealed = "".join(found[place] for place in sorted(found))
            address, message = json.loads(self._vault.open(sealed.encode()))
            self._show(address, message)
        while len(self._pieces) > _UNFINISHED:
            self._pieces.popitem(last=False)
