from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dialogs.state import State
from nlu.interpretation import Language
from store.conversations import Conversations
from store.database import Database
from store.keyring import Keyring
from store.outbox import Outbox
from store.pepper import load_pepper
from store.vault import Vault, open_vault

NOW = datetime(2026, 11, 21, 22, tzinfo=UTC)


class Shelf:
    """A database of one kind, and work on its conversations."""

    def __init__(self, database: Database, vault: Vault):
        self.database, self.vault = database, vault

    def keys(self, connection: Any) -> Keyring:
        return Keyring(connection, self.vault)

    async def do(self, work: Callable[[Conversations], Any]) -> Any:
        return await self.database.write(lambda c: work(Conversations(c, self.keys(c))))


@pytest.fixture
async def shelf(database_url: str, tmp_path: Any) -> AsyncIterator[Shelf]:
    database = Database(database_url)
    vault = open_vault(None, tmp_path / "keys")
    await database.upgrade()
    await database.write(lambda c: load_pepper(c, vault))
    yield Shelf(database, vault)
    await database.close()


def _open(conversations: Conversations, address: str = "+212600000000") -> Any:
    return conversations.open("whatsapp", address, "c1", State(language=Language.ARY), NOW)


async def test_a_contact_has_one_conversation(shelf: Shelf) -> None:
    first = await shelf.do(_open)
    second = await shelf.do(lambda c: c.open("whatsapp", "+212600000000", "c2", State(language=Language.FR), NOW))
    assert first.id == second.id == "c1"
    assert second.state.language is Language.ARY
    assert second.address == "+212600000000"


async def test_a_message_is_new_once(shelf: Shelf) -> None:
    stored = await shelf.do(_open)
    assert [await shelf.do(lambda c: c.first_time(stored, "wamid.1", NOW)) for _ in range(3)] == [True, False, False]


async def test_a_timer_fires_once_and_can_be_moved_and_cancelled(shelf: Shelf) -> None:
    stored = await shelf.do(_open)
    await shelf.do(lambda c: c.set_timer(stored.id, "forget", NOW))
    await shelf.do(lambda c: c.set_timer(stored.id, "forget", NOW + timedelta(hours=1)))
    await shelf.do(lambda c: c.set_timer(stored.id, "other", NOW))
    await shelf.do(lambda c: c.cancel_timer(stored.id, "other"))
    assert await shelf.do(lambda c: c.due_timers(NOW, 10)) == []
    due = NOW + timedelta(hours=1)
    assert await shelf.do(lambda c: c.due_timers(due, 10)) == [(stored.id, "forget", "")]
    assert [await shelf.do(lambda c: c.take_timer(stored.id, "forget", "", due)) for _ in range(2)] == [True, False]
    assert await shelf.do(lambda c: c.due_timers(due, 10)) == []


async def test_what_is_stored_shows_neither_words_nor_address(shelf: Shelf) -> None:
    stored = await shelf.do(_open)

    def fill(c: Conversations) -> None:
        c.write_line(stored, 1, None, NOW, "child", "planted-secret-words")
        c.save(stored, stored.state.but(story=("planted-secret-story",)), 3, NOW)

    await shelf.do(fill)
    await shelf.database.write(
        lambda c: Outbox(c, shelf.keys(c)).post(stored, 2, {"text": "planted-secret-reply"}, NOW)
    )

    def everything(c: Any) -> str:
        from store.tables import metadata

        return repr([row for table in metadata.sorted_tables for row in c.execute(table.select()).all()])

    rows = await shelf.database.read(everything)
    assert "planted" not in rows
    assert "212600000000" not in rows


async def test_forgetting_a_conversation_leaves_only_the_hashes_of_its_messages(shelf: Shelf) -> None:
    stored = await shelf.do(_open)
    await shelf.do(lambda c: c.first_time(stored, "wamid.1", NOW))
    await shelf.do(lambda c: c.write_line(stored, 1, None, NOW, "child", "words"))
    await shelf.do(lambda c: c.forget(stored.id))

    def counts(c: Any) -> dict[str, int]:
        from store.tables import metadata

        return {t.name: len(c.execute(t.select()).all()) for t in metadata.sorted_tables}

    assert {name for name, count in (await shelf.database.read(counts)).items() if count} == {
        "secret",
        "seen",
        "erased",
        "quick_reply",
    }
