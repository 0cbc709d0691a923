"""What is sealed for whom: every sealed column, and the case or conversation whose key seals it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, and_, func, select, update

from store import tables as t
from store.keyring import Keyring
from store.vault import NoKeys


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed column.

    Args:
        column: where it stands.
        case: where the reference of the row's case stands; its key seals, unless that is empty.
        conversation: where the id of the row's conversation stands; its key seals then.
    """

    column: Column[Any]
    case: Column[Any] | None = None
    conversation: Column[Any] | None = None

    @property
    def table(self) -> Table:
        found = self.column.table
        assert isinstance(found, Table)
        return found

    @property
    def owner(self) -> ColumnElement[Any]:
        """Whose key seals a row."""
        places = [place for place in (self.case, self.conversation) if place is not None]
        return func.coalesce(*places) if len(places) > 1 else places[0]

    def of_conversation(self, id_: str) -> ColumnElement[bool] | None:
        """The rows that a conversation's key seals."""
        if self.conversation is None:
            return None
        mine = self.conversation == id_
        return mine if self.case is None else and_(mine, self.case.is_(None))

    def of_case(self, reference: str) -> ColumnElement[bool] | None:
        """The rows that a case's key seals."""
        return None if self.case is None else self.case == reference

    def rows(self) -> "Any":
        """A query for all rows: their primary key, then ``owner`` and ``sealed``."""
        return select(*self.table.primary_key, self.owner.label("owner"), self.column.label("sealed")).where(
            self.column.is_not(None)
        )

    def place(self, row: Row[Any]) -> ColumnElement[bool]:
        """Where a row of ``rows`` stands, as long as it holds what was read."""
        keys = (column == row[place] for place, column in enumerate(self.table.primary_key))
        return and_(*keys, self.column == row.sealed)

    def put(self, connection: Connection, row: Row[Any], sealed: bytes) -> bool:
        """Writes a row of ``rows`` anew, unless it has changed; whether it had not."""
        query = update(self.table).where(self.place(row)).values({self.column.name: sealed})
        return connection.execute(query.returning(next(iter(self.table.primary_key)))).first() is not None


SEALED = (
    Sealed(t.conversation.c.address_sealed, conversation=t.conversation.c.id),
    Sealed(t.conversation.c.state_sealed, case=t.conversation.c.case_reference, conversation=t.conversation.c.id),
    Sealed(t.line.c.text_sealed, case=t.line.c.case_reference, conversation=t.line.c.conversation_id),
    Sealed(t.line.c.id_sealed, conversation=t.line.c.conversation_id),
    Sealed(t.outbox.c.message_sealed, conversation=t.outbox.c.conversation_id),
    Sealed(t.shown.c.platform_ids_sealed, conversation=t.shown.c.conversation_id),
    Sealed(t.case.c.data_sealed, case=t.case.c.reference),
    Sealed(t.case.c.offer_sealed, case=t.case.c.reference),
    Sealed(t.note.c.text_sealed, case=t.note.c.case_reference),
    Sealed(t.hold.c.reason_sealed, case=t.hold.c.case_reference),
    Sealed(t.task.c.text_sealed, case=t.task.c.case_reference),
    Sealed(t.piece.c.base64_sealed, case=t.piece.c.case_reference),
    Sealed(t.sample.c.text_sealed, case=t.sample.c.case_reference),
    Sealed(t.report.c.content_sealed, case=t.report.c.case_reference),
    Sealed(t.report.c.remark_sealed, case=t.report.c.case_reference),
)
"""Every column that a data key seals."""

HOUSE = (t.secret.c.value_sealed, t.user.c.totp_sealed, t.block.c.reason_sealed)
"""The columns that belong to nobody's case: the main keys seal them."""


def renew_conversation(connection: Connection, keys: Keyring, id_: str) -> None:
    """Gives a conversation another key: what was erased of it stays sealed for good with the one that is destroyed.

    Args:
        connection, keys: the transaction.
        id_: the conversation's.
    """
    wheres = [(one, where) for one in SEALED if (where := one.of_conversation(id_)) is not None]
    _renew(connection, keys, id_, wheres)


def renew_case(connection: Connection, keys: Keyring, reference: str) -> None:
    """The same with a case that goes on without a part of it."""
    wheres = [(one, where) for one in SEALED if (where := one.of_case(reference)) is not None]
    _renew(connection, keys, reference, wheres)


def _renew(connection: Connection, keys: Keyring, owner: str, wheres: list[tuple[Sealed, ColumnElement[bool]]]) -> None:
    kept = [
        (one, row, text)
        for one, where in wheres
        for row in connection.execute(one.rows().where(where)).all()
        for text in _opened(keys, owner, row.sealed)
    ]
    keys.destroy(owner)
    for one, row, text in kept:
        one.put(connection, row, keys.seal(owner, text))


def _opened(keys: Keyring, owner: str, sealed: bytes) -> Iterator[str]:
    """What is sealed, or nothing where it is damaged."""
    try:
        yield keys.open(owner, sealed)
    except NoKeys:
        return
