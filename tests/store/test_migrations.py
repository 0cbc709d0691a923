"""Migrations: what they build is what ``tables.py`` says, from the first release on, with what was in it."""

from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from store.database import MIGRATIONS, Connection, Database
from store.tables import metadata


def _to(revision: str) -> Any:
    def work(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    return work


@pytest.fixture
def database(database_url: str) -> Database:
    return Database(database_url)


async def test_they_build_the_tables_as_they_are_written_down(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    try:
        await database.upgrade()
        assert await database.read(differences) == []
    finally:
        await database.close()


async def test_what_the_first_release_left_unsent_is_sent_and_what_it_gave_up_is_shown(database: Database) -> None:
    def fill(c: Connection) -> None:
        c.exec_driver_sql(
            "INSERT INTO conversation (id, channel, contact_hash, state_sealed, next_line, updated_at)"
            " VALUES ('c1', 'whatsapp', 'h1', 'x', 3, '2026-11-21 10:00:00')"
        )
        for number, failed in ((1, "'blocked'"), (2, "NULL")):
            c.exec_driver_sql(
                "INSERT INTO line (conversation_id, number, at, sender, text_sealed)"
                f" VALUES ('c1', {number}, '2026-11-21 10:00:00', 'bot', 'x')"
            )
            c.exec_driver_sql(
                "INSERT INTO outbox (conversation_id, number, message_sealed, attempts, due_at, failed)"
                f" VALUES ('c1', {number}, 'x', 0, '2026-11-21 10:00:00', {failed})"
            )

    def found(c: Connection) -> tuple[list[Any], list[Any]]:
        lines = c.exec_driver_sql("SELECT number, undelivered FROM line ORDER BY number")
        waiting = c.exec_driver_sql("SELECT number FROM outbox WHERE posted_at IS NOT NULL")
        return [tuple(row) for row in lines], [row[0] for row in waiting]

    try:
        await database.write(_to("0001"))
        await database.write(fill)
        await database.upgrade()
        assert await database.read(found) == ([(1, "blocked"), (2, None)], [2])
    finally:
        await database.close()
