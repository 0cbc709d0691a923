"""Keys: each case and conversation has its own, and what is erased is sealed for good."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from dialogs.state import State
from nlu.interpretation import Language
from store import tables as t
from store.cases import CaseFile
from store.conversations import Conversations, Stored
from store.keyring import Keyring
from store.outbox import Outbox
from store.sealed import HOUSE, SEALED
from store.vault import NoKeys
from tests.store.test_conversations import Shelf, shelf

__all__ = ["shelf"]

NOW = datetime(2026, 11, 21, 22, tzinfo=UTC)
CASE = "K7Q2-9MXD"


def _told(keys: Keyring, c: Any) -> Stored:
    """A child that told something, consented, and told more."""
    conversations = Conversations(c, keys)
    stored = conversations.open("whatsapp", "+212600000000", "c1", State(language=Language.ARY), NOW)
    conversations.write_line(stored, 1, None, NOW, "child", "before consent")
    state = State(language=Language.ARY, case=CASE, basis="consent", story=("a story",))
    CaseFile(c, keys).open(stored, CASE, state, NOW)
    conversations.give_lines(stored, CASE)
    conversations.write_line(stored, 2, CASE, NOW, "child", "after consent")
    conversations.save(stored, state, 3, NOW)
    Outbox(c, keys).post(stored, 3, {"from": "counsellor", "text": "on its way"}, NOW)
    found = conversations.get("c1")
    assert found
    return found


def _sealed(c: Any) -> list[tuple[str, str, bytes]]:
    return [(str(one.column), row.owner, row.sealed) for one in SEALED for row in c.execute(one.rows()).all()]


def test_every_sealed_column_has_an_owner() -> None:
    named = {column for table in t.metadata.sorted_tables for column in table.c if column.name.endswith("_sealed")}
    assert named == {one.column for one in SEALED} | set(HOUSE) | {t.data_key.c.key_sealed}


async def test_a_case_is_sealed_with_its_own_key(shelf: Shelf) -> None:
    def work(c: Any) -> None:
        _told(Keyring(c, shelf.vault), c)
        owners = {place: owner for place, owner, _ in _sealed(c)}
        assert owners == {
            "conversation.address_sealed": "c1", "conversation.state_sealed": CASE, "line.text_sealed": CASE,
            "outbox.message_sealed": "c1", "case_.data_sealed": CASE,
        }  # fmt: skip
        assert set(c.scalars(select(t.data_key.c.owner))) == {"c1", CASE}
        keys = Keyring(c, shelf.vault)
        for _, owner, sealed in _sealed(c):
            assert keys.open(owner, sealed)
            with pytest.raises(NoKeys):
                keys.open("c1" if owner == CASE else CASE, sealed)
            with pytest.raises(NoKeys):
                shelf.vault.open(sealed)

    await shelf.database.write(work)


async def test_what_was_sealed_for_an_erased_case_opens_no_more_and_the_rest_goes_on(shelf: Shelf) -> None:
    def tell(c: Any) -> list[tuple[str, str, bytes]]:
        _told(Keyring(c, shelf.vault), c)
        return _sealed(c)

    before = await shelf.database.write(tell)
    earlier = await shelf.database.read(lambda c: c.execute(select(t.data_key)).all())

    def erase(c: Any) -> None:
        keys = Keyring(c, shelf.vault)
        conversations = Conversations(c, keys)
        stored = conversations.of_case(CASE)
        assert stored and stored.address == "+212600000000"
        conversations.erase_lines(CASE)
        CaseFile(c, keys).erase(CASE)
        conversations.save(stored, State(language=Language.ARY, ended=True), 4, NOW)

    await shelf.database.write(erase)

    def after(c: Any) -> None:
        keys = Keyring(c, shelf.vault)
        # A copy of the rows as they were is worth nothing: both keys are gone.
        for _, owner, sealed in before:
            with pytest.raises(NoKeys):
                keys.open(owner, sealed)
        # What is on its way to the child, and the way itself, are kept.
        assert {place for place, owner, sealed in _sealed(c) if keys.open(owner, sealed)} == {
            "conversation.address_sealed", "conversation.state_sealed", "outbox.message_sealed",
        }  # fmt: skip
        hashes = {shelf.vault.hash("erased", row.id) for row in earlier}
        assert set(c.scalars(select(t.erased.c.key_hash))) == hashes

    await shelf.database.read(after)


async def test_what_a_main_key_sealed_before_is_read_and_sealed_anew_when_written(shelf: Shelf) -> None:
    def work(c: Any) -> None:
        keys = Keyring(c, shelf.vault)
        stored = _told(keys, c)
        old = shelf.vault.seal(stored.state.model_dump_json())
        c.execute(t.conversation.update().values(state_sealed=old))
        found = Conversations(c, Keyring(c, shelf.vault)).get("c1")
        assert found and found.state == stored.state and not found.damaged
        Conversations(c, keys).save(found, found.state, 4, NOW)
        row = c.execute(t.conversation.select()).one()
        assert row.state_sealed != old and keys.open(CASE, row.state_sealed) == stored.state.model_dump_json()

    await shelf.database.write(work)


async def test_a_key_that_is_damaged_is_made_anew(shelf: Shelf) -> None:
    def work(c: Any) -> None:
        _told(Keyring(c, shelf.vault), c)
        c.execute(t.data_key.update().values(key_sealed=b"spoilt"))
        keys = Keyring(c, shelf.vault)
        with pytest.raises(NoKeys):
            keys.open(CASE, _sealed(c)[-1][2])
        assert Keyring(c, shelf.vault).open(CASE, keys.seal(CASE, "anew")) == "anew"

    await shelf.database.write(work)
