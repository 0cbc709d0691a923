"""The queries at the heart use an index each: no plan reads a whole table, on either database."""

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, func, insert, select

from store import tables as t
from store.database import Connection, Database
from store.hook import WAITING as HOOKS
from store.outbox import WAITING
from store.patience import forgotten, lapsed, left_alone
from store.queue import NEWEST, OVERDUE, QUEUE, unread
from tests.store.test_conversations import NOW

CONVERSATIONS = 3_000
_SCAN = re.compile(r"SCAN (?!CONSTANT)(?!.*USING (?:COVERING )?INDEX)|Seq Scan")


def _queries() -> dict[str, Select[Any]]:
    conversation, line, case = t.conversation.c, t.line.c, t.case.c
    return {
        "a contact's conversation": select(t.conversation).where(
            conversation.channel == "whatsapp", conversation.contact_hash == "h77"
        ),
        "a conversation": select(t.conversation).where(conversation.id == "c77"),
        "the conversation of a case": select(t.conversation).where(conversation.case_reference == "R77"),
        "whether a message was seen": select(t.seen).where(t.seen.c.message_hash == "m77"),
        "the transcript of a case": select(t.line).where(line.case_reference == "R77").order_by(
            line.conversation_id, line.number
        ),
        "the lines of a conversation": select(t.line).where(line.conversation_id == "c77"),
        "a case": select(t.case).where(case.reference == "R77"),
        "the cases of a conversation": select(case.reference).where(case.conversation_id == "c77"),
        "cases that wait": select(func.count()).where(case.owner == "queue", case.ended_at.is_(None)),
        "what is to be sent": WAITING.params(now=NOW, far=NOW + timedelta(hours=2), most=24),
        "what is to be told": HOOKS.params(now=NOW, far=NOW + timedelta(hours=2), most=24),
        "timers that are due": select(t.timer).where(t.timer.c.due_at <= NOW).order_by(t.timer.c.due_at).limit(100),
        "old hashes": select(t.seen).where(t.seen.c.at < NOW - timedelta(days=7)),
        "the queue": QUEUE.limit(100),
        "the newest cases": NEWEST.limit(100),
        "what is overdue": OVERDUE.params(today=NOW.date()).limit(100),
        "what is unread": unread(["R1", "R2"]),
        "children left alone": left_alone(NOW, NOW),
        "children who wait for too long": forgotten(NOW, NOW, NOW),
        "offers that are over": lapsed(NOW),
        "the trail of a case": select(t.trail).where(t.trail.c.case_reference == "R77").order_by(t.trail.c.id.desc()),
        "a receipt": select(t.receipt).where(t.receipt.c.platform_hash == "p77"),
    }  # fmt: skip


def _fill(c: Connection) -> None:
    numbers = range(CONVERSATIONS)
    seal = b"sealed"

    def add(table: Any, rows: Sequence[dict[str, Any]]) -> None:
        c.execute(insert(table), list(rows))

    add(t.conversation, [
        {"id": f"c{n}", "channel": "whatsapp", "contact_hash": f"h{n}", "address_sealed": seal, "state_sealed": seal,
         "case_reference": f"R{n}", "next_line": 1, "updated_at": NOW} for n in numbers])  # fmt: skip
    add(t.seen, [{"message_hash": f"m{n}", "at": NOW} for n in numbers])
    add(t.line, [
        {"conversation_id": f"c{n}", "number": k, "case_reference": f"R{n}", "at": NOW, "sender": "child",
         "text_sealed": seal} for n in numbers for k in (1, 2)])  # fmt: skip
    add(t.case, [
        {"reference": f"R{n}", "conversation_id": f"c{n}", "status": "closed", "urgency": 1,
         "owner": "queue" if n < 20 else "bot", "opened_at": NOW, "requested_at": NOW, "answered_line": 0,
         "ended_at": None if n < 20 else NOW, "data_sealed": seal} for n in numbers])  # fmt: skip
    add(t.outbox, [
        {"conversation_id": f"c{n}", "number": 1, "message_sealed": seal, "posted_at": NOW, "due_at": NOW,
         "attempts": 0} for n in numbers])  # fmt: skip
    add(t.hook, [
        {"stream": f"R{n}", "number": 1, "channel": "webhook", "body": "", "posted_at": NOW, "due_at": NOW,
         "attempts": 0, "claims": 0} for n in numbers])  # fmt: skip
    add(t.timer, [
        {"conversation_id": f"c{n}", "name": "forget", "case_reference": "", "due_at": NOW + timedelta(hours=n)}
        for n in numbers])  # fmt: skip
    add(t.trail, [{"at": NOW, "who": "u1", "what": "read", "case_reference": f"R{n}"} for n in numbers])
    add(t.user, [{"name": f"u{n}", "role": "counsellor", "password_hash": "x"} for n in range(500)])
    add(t.receipt, [{"platform_hash": f"p{n}", "at": NOW} for n in numbers])
    c.exec_driver_sql("ANALYZE")


def _plan(c: Connection, query: Select[Any]) -> str:
    embedded = c.dialect.name == "sqlite"
    text = str(query.compile(dialect=c.dialect, compile_kwargs={"literal_binds": True}))
    explain = "EXPLAIN QUERY PLAN" if embedded else "EXPLAIN"
    return "\n".join(str(row[-1]) for row in c.exec_driver_sql(f"{explain} {text}"))


@pytest.mark.parametrize("server", ["sqlite", "postgresql"])
async def test_every_query_at_the_heart_uses_an_index(
    server: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if server == "sqlite":
        url = f"sqlite:///{tmp_path / 'm3ak.db'}"
    else:
        postgres = request.getfixturevalue("postgres")
        postgres.psql('CREATE DATABASE "plans"')
        url = str(postgres.get_uri(database="plans"))
    database = Database(url)
    await database.upgrade()
    try:
        await database.write(_fill)
        plans = await database.read(lambda c: {name: _plan(c, query) for name, query in _queries().items()})
    finally:
        await database.close()
    scans = {name: plan for name, plan in plans.items() if _SCAN.search(plan)}
    assert not scans, "\n\n".join(f"{name}:\n{plan}" for name, plan in scans.items())
