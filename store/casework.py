"""Casework as it lasts: ``handoff.casework.Casework`` on the database."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, delete, select, update

from dialogs.state import Owner
from handoff.case import Case, Status
from handoff.casework import Hold, Link, Note, QuickReply, Task, Work
from handoff.correction import corrected
from handoff.port import Refused
from nlu.interpretation import Language
from store import tables as t
from store.cases import CHATLESS, CaseFile
from store.conversations import Conversations
from store.database import Database, aware, insert_new, upsert
from store.keyring import Keyring
from store.note import CASE, note
from store.trail import leave_trace
from store.vault import NoKeys, Vault

_GONE = frozenset({Status.SEALED, Status.WITHDRAWN})


class StoredCasework:
    """Notes, tasks, corrections and quick replies in the database.

    Args:
        database, vault: where they last.
        now: the clock.
    """

    def __init__(self, database: Database, vault: Vault, now: Callable[[], datetime]):
        self._database, self._vault, self._now = database, vault, now

    async def work(self, reference: str) -> Work:
        return await self._database.read(lambda c: self._work(c, reference))

    def _work(self, c: Connection, reference: str) -> Work:
        of_case = {table: table.c.case_reference == reference for table in (t.note, t.task)}
        notes = c.execute(select(t.note).where(of_case[t.note]).order_by(t.note.c.at)).all()
        order = (t.task.c.done_at.is_not(None), t.task.c.due.is_(None), t.task.c.due, t.task.c.at)
        tasks = c.execute(select(t.task).where(of_case[t.task]).order_by(*order)).all()
        keys = Keyring(c, self._vault)
        return Work(
            tuple(Note(aware(row.at), row.author, _text(keys, reference, row.text_sealed)) for row in notes),
            tuple(
                Task(row.id, _text(keys, reference, row.text_sealed), row.due, row.author,
                     aware(row.done_at) if row.done_at else None, row.done_by)
                for row in tasks
            ),
            tuple(self._links(c, reference)),
            _hold(c, keys, reference),
        )  # fmt: skip

    def _links(self, c: Connection, reference: str) -> list[Link]:
        cases = CaseFile(c, Keyring(c, self._vault))
        if not _linkable(cases.get(reference)):
            return []
        mine = select(t.case.c.conversation_id).where(t.case.c.reference == reference).scalar_subquery()
        query = select(t.case.c.reference).where(
            t.case.c.conversation_id == mine, t.case.c.conversation_id != CHATLESS, t.case.c.reference != reference
        )
        others = map(cases.get, c.scalars(query).all())
        return [Link(case.reference, case.status, case.opened_at) for case in others if case and _linkable(case)]

    async def note(self, reference: str, by: str, text: str, key: str) -> Refused | None:
        def write(c: Connection) -> None:
            values = {"case_reference": reference, "id": key, "at": self._now(), "author": by,
                      "text_sealed": Keyring(c, self._vault).seal(reference, text)}  # fmt: skip
            insert_new(c, t.note, values)

        return await self._beside(reference, by, "noted", write)

    async def add_task(self, reference: str, by: str, text: str, due: date | None, key: str) -> Refused | None:
        def write(c: Connection) -> None:
            values = {"case_reference": reference, "id": key, "at": self._now(), "author": by,
                      "text_sealed": Keyring(c, self._vault).seal(reference, text), "due": due}  # fmt: skip
            insert_new(c, t.task, values)

        return await self._beside(reference, by, "task_added", write)

    async def finish_task(self, reference: str, task: str, by: str) -> Refused | None:
        def write(c: Connection) -> None:
            mine = (t.task.c.case_reference == reference, t.task.c.id == task, t.task.c.done_at.is_(None))
            c.execute(update(t.task).where(*mine).values(done_at=self._now(), done_by=by))

        return await self._beside(reference, by, "task_done", write)

    async def _beside(
        self, reference: str, by: str, what: str, write: Callable[[Connection], object],
        gone: frozenset[Status] = frozenset({Status.WITHDRAWN}),
    ) -> Refused | None:  # fmt: skip
        """Writes something beside a case, as long as the case is there to be read."""

        def work(c: Connection) -> Refused | None:
            # The lock keeps a withdrawal from coming in between.
            status = c.scalar(select(t.case.c.status).where(t.case.c.reference == reference).with_for_update())
            if status is None or status in gone:
                return Refused("gone")
            write(c)
            leave_trace(c, self._now(), by, what, reference)
            note(c, CASE + reference)
            return None

        return await self._database.write(work)

    async def hold(self, reference: str, by: str, reason: str) -> Refused | None:
        def write(c: Connection) -> None:
            sealed = Keyring(c, self._vault).seal(reference, reason)
            upsert(c, t.hold, {"case_reference": reference, "at": self._now(), "author": by, "reason_sealed": sealed})

        return await self._beside(reference, by, "hold", write, _GONE)

    async def let_go(self, reference: str, by: str) -> Refused | None:
        query = delete(t.hold).where(t.hold.c.case_reference == reference)
        return await self._beside(reference, by, "hold_ended", lambda c: c.execute(query))

    async def correct(
        self, reference: str, by: str, before: Mapping[str, object], after: Mapping[str, object], *, over: bool = False
    ) -> Refused | None:
        def work(c: Connection) -> Refused | None:
            # Whoever changes a case holds its conversation's lock, while a conversation still holds the case.
            keys = Keyring(c, self._vault)
            Conversations(c, keys).of_case(reference)
            cases = CaseFile(c, keys)
            held = cases.locked(reference)
            if held is None or held[0].status in _GONE:
                return Refused("gone")
            case, owner = held
            holder = case.handoff.taken_by if case.handoff and owner is Owner.COUNSELLOR else None
            if holder != by and not over:
                return Refused("not_yours", holder)
            shown = case.model_dump(mode="json", include=set(before))
            if changed := next((name for name, value in before.items() if shown.get(name) != value), None):
                return Refused("changed", changed)
            cases.amend(reference, corrected(case, by, self._now(), after))
            leave_trace(c, self._now(), by, "corrected", reference)
            return None

        return await self._database.write(work)

    async def quick_replies(self) -> Sequence[QuickReply]:
        rows = await self._database.read(lambda c: c.execute(select(t.quick_reply).order_by(t.quick_reply.c.title)))
        return [
            QuickReply(row.id, row.title, {Language(k): v for k, v in json.loads(row.texts).items()}) for row in rows
        ]

    async def save_quick_reply(self, reply: QuickReply) -> None:
        texts = json.dumps({language.value: text for language, text in reply.texts.items()}, ensure_ascii=False)
        values = {"id": reply.id or secrets.token_hex(8), "title": reply.title, "texts": texts}
        await self._database.write(lambda c: upsert(c, t.quick_reply, values))

    async def delete_quick_reply(self, id_: str) -> None:
        await self._database.write(lambda c: c.execute(delete(t.quick_reply).where(t.quick_reply.c.id == id_)))


def _text(keys: Keyring, reference: str, sealed: bytes) -> str:
    try:
        return keys.open(reference, sealed)
    except NoKeys:
        return "\ufffd"


def _hold(c: Connection, keys: Keyring, reference: str) -> Hold | None:
    row = c.execute(select(t.hold).where(t.hold.c.case_reference == reference)).first()
    return Hold(aware(row.at), row.author, _text(keys, reference, row.reason_sealed)) if row else None


def _linkable(case: Case | None) -> bool:
    """Whether a case may be shown to be of the same child as another: not where the child stays anonymous."""
    return case is not None and case.anonymous is False and case.status not in _GONE
