"""The ledger of what was erased, and the backups of the data keys: beside the keys, apart from the database.

A restore leaves out every key that the ledger names, so that what was erased does not come back. A key that is in no
key backup any more cannot come back at all.
"""

import fcntl
import os
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, select

from store import tables as t
from store.archive import write_archive
from store.database import Database, aware, newest_tables
from store.vault import Vault

_AGAIN = timedelta(minutes=5)
"""What was erased so long before the last look is looked at again: a transaction may have taken its time."""
_KEYS = "keys-"
_STAMP = "%Y%m%dT%H%M%S%fZ"


class Ledger:
    """The folder that is kept apart.

    Args:
        folder: the setting ``privacy.key_backups``.
    """

    def __init__(self, folder: Path):
        self._folder, self._file = folder, folder / "erased"
        self._since: datetime | None = None

    def hashes(self) -> set[str]:
        """The keyed hashes of all keys that were destroyed."""
        if not self._file.exists():
            return set()
        return {line.split()[1] for line in self._file.read_text(encoding="ascii").splitlines() if " " in line}

    async def follow(self, database: Database) -> int:
        """Writes down what was erased since it was last asked; how much that was."""
        query = select(t.erased).order_by(t.erased.c.at)
        if self._since:
            query = query.where(t.erased.c.at > self._since - _AGAIN)
        rows = await database.read(lambda c: c.execute(query).all())
        if not rows:
            return 0
        written = self.add([(aware(row.at), row.key_hash) for row in rows])
        self._since = aware(rows[-1].at)
        return written

    def add(self, erased: list[tuple[datetime, str]]) -> int:
        """Writes down keyed hashes, those that are not there yet; how many those were."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+") as file:
            # Several processes of one machine write it.
            fcntl.flock(file, fcntl.LOCK_EX)
            known = {line.split()[1] for line in file.read().splitlines() if " " in line}
            new = [(at, digest) for at, digest in erased if digest not in known]
            if new:
                file.write("".join(f"{at:%Y-%m-%d} {digest}\n" for at, digest in new))
                file.flush()
                os.fsync(file.fileno())
        return len(new)

    def backups(self) -> list[Path]:
        """The backups of the data keys, the newest last."""
        return sorted(self._folder.glob(f"{_KEYS}*Z"))

    def back_up(self, connection: Connection, vault: Vault, now: datetime) -> Path:
        """Writes a backup of the data keys, within a transaction that sees them as the database's backup does."""
        path = self._folder / f"{_KEYS}{now:{_STAMP}}"
        rows = connection.execute(select(t.data_key)).all()
        write_archive(path, vault, newest_tables(), now, iter([(t.data_key, rows)]))
        return path

    def forget(self, before: datetime) -> int:
        """Deletes the key backups that are older than a moment; how many."""
        old = [path for path in self.backups() if path.name < f"{_KEYS}{before:{_STAMP}}"]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)
