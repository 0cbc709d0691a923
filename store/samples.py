"""Samples as they last: messages that the bot did not understand, for trainers.

A mark says which line it was, and holds nothing of it. Its words, redacted, are put beside the mark when the child
agrees that its chat may help to improve the bot; they are sealed with the key of the case, and go with it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update

from handoff.lesson import Sample
from nlu.interpretation import Language
from store import tables as t
from store.database import Database, aware, insert_new
from store.keyring import Keyring
from store.vault import NoKeys, Vault

_LINES = (
    select(t.sample.c.id, t.line.c.text_sealed)
    .join(
        t.line,
        (t.line.c.conversation_id == t.sample.c.conversation_id) & (t.line.c.number == t.sample.c.number),
    )
    .where(t.line.c.case_reference == bindparam("case"), t.line.c.sender == "child")
)


class Samples:
    """The samples of one transaction.

    Args:
        connection: the transaction.
        keys: seal and open content.
    """

    def __init__(self, connection: Connection, keys: Keyring):
        self._c, self._keys = connection, keys

    def mark(
        self, id_: str, conversation_id: str, number: int, language: Language, expects: str | None, at: datetime
    ) -> None:
        """Notes that a line of a conversation was not understood."""
        insert_new(
            self._c,
            t.sample,
            {"id": id_, "conversation_id": conversation_id, "number": number, "language": language.value,
             "expects": expects, "at": at},
        )  # fmt: skip

    def give(self, reference: str, redacted: Callable[[str], str]) -> None:
        """The child of a case agreed: the marked lines of that case are for trainers, redacted."""
        for row in self._c.execute(_LINES, {"case": reference}).all():
            try:
                text = redacted(self._keys.open(reference, row.text_sealed))
            except NoKeys:
                continue
            values = {"case_reference": reference, "text_sealed": self._keys.seal(reference, text)}
            self._c.execute(update(t.sample).where(t.sample.c.id == row.id).values(**values))

    def forget_old(self, before: datetime) -> None:
        """Erases what has waited since before a moment."""
        self._c.execute(delete(t.sample).where(t.sample.c.at < before))


class StoredSamples:
    """The samples for the desk.

    Args:
        database, vault: where they last.
        now: the clock.
        days: after how many days they go.
    """

    def __init__(self, database: Database, vault: Vault, now: Callable[[], datetime], days: int):
        self._database, self._vault, self._now, self._days = database, vault, now, timedelta(days=days)

    async def samples(self) -> Sequence[Sample]:
        """Those whose words may be read, the newest first."""

        def work(c: Connection) -> list[Sample]:
            query = (
                select(t.sample)
                .where(t.sample.c.text_sealed.is_not(None), t.sample.c.at >= self._now() - self._days)
                .order_by(t.sample.c.at.desc(), t.sample.c.id)
                .limit(500)
            )
            rows, keys, found = c.execute(query).all(), Keyring(c, self._vault), []
            keys.load(*{row.case_reference for row in rows})
            for row in rows:
                try:
                    text = keys.open(row.case_reference, row.text_sealed)
                except NoKeys:
                    continue
                found.append(Sample(row.id, aware(row.at), Language(row.language), row.expects, text))
            return found

        return await self._database.read(work)

    async def drop(self, id_: str) -> None:
        """Erases one: it was learnt, or teaches nothing."""

        def work(c: Connection) -> None:
            c.execute(delete(t.sample).where(t.sample.c.id == id_))

        await self._database.write(work)
