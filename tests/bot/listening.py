"""The receiver of docs/examples as another system, on a bad day if wanted, and a house that tells it."""

import importlib.util
import json
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.endpoint import Endpoint
from bot.herald import Herald
from bot.signature import read_secrets
from store.database import Database
from tests.conftest import ROOT

SECRET = "whsec_S3CWmOIDb5D1OdDMaKHmIV4Zbc5gkYPYG9yIlVOrVtU="
PATIENCE = 0.4
"""Seconds that the receiver has to answer in these tests."""


def _example() -> Any:
    spec = importlib.util.spec_from_file_location("receiver", ROOT / "docs" / "examples" / "receiver.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EXAMPLE = _example()


class Moody(EXAMPLE.Receiver):  # type: ignore[misc, name-defined]
    """The example, which first does what it was told to do wrong: ``broken``, ``lost`` (taken, and said it was not),
    ``slow``, ``twice`` (taken twice, as a proxy between may do)."""

    def do_POST(self) -> None:
        self.server.calls += 1
        mood = self.server.moods.pop(0) if self.server.moods else ""
        if mood == "broken":
            super().answer(500)
            return
        self.mood = mood
        if mood == "slow":
            time.sleep(2 * PATIENCE)
        if mood == "twice":
            raw = self.rfile.read(int(self.headers["content-length"]))
            EXAMPLE.take(self.server.database, json.loads(raw))
            EXAMPLE.take(self.server.database, json.loads(raw))
            super().answer(204)
            return
        super().do_POST()

    def answer(self, status: int) -> None:
        try:
            super().answer(500 if self.mood == "lost" else status)
        except OSError:
            assert self.mood == "slow", "nobody waits for this answer any more"


class Listener:
    """The receiver on a port that is its own, whether it runs or not.

    Args:
        folder: where it keeps what it hears.
    """

    def __init__(self, folder: Path):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/hooks"
        self._file = folder / "receiver.db"
        self.server: Any = None

    def start(self, *moods: str) -> None:
        self.server = EXAMPLE.open_receiver(self.port, self._file, SECRET)
        self.server.RequestHandlerClass = Moody
        self.server.calls, self.server.moods = 0, list(moods)
        for what in ("INSERT", "UPDATE"):
            self.server.database.execute(
                f"CREATE TRIGGER noted_{what} AFTER {what} ON cases BEGIN INSERT INTO history VALUES"
                " (new.reference, new.number, new.event, new.status, new.priority); END"
            )
        self.server.database.execute("CREATE TABLE history (reference, number, event, status, priority)")
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server.database.close()

    def history(self, reference: str) -> list[tuple[Any, ...]]:
        """What took effect in a case, in order: number, event, status, priority."""
        query = "SELECT number, event, status, priority FROM history WHERE reference = ? ORDER BY rowid"
        return list(self.server.database.execute(query, (reference,)))


class Hourglass:
    """The time that leases and pauses go by, moved by hand."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def turn(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def herald(database: Database, url: str, hourglass: Hourglass) -> Herald:
    """A process that tells what waits in a database."""
    endpoint = Endpoint(url, read_secrets(SECRET), lambda: datetime.now(UTC), PATIENCE)
    return Herald(database, {"webhook": endpoint}, timedelta(0), 10 * PATIENCE, lambda _: hourglass.at)
