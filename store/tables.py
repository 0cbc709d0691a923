"""The tables. Columns named ``*_sealed`` are encrypted, ``*_hash`` are keyed hashes, the rest is clear.

Every table but the desk's own carries the conversation or the case in its keys.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    true,
)  # fmt: skip

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_MOMENT = DateTime(timezone=True)

secret = Table(
    "secret",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value_sealed", LargeBinary, nullable=False),
)

data_key = Table(
    "data_key",
    metadata,
    Column("owner", String(32), primary_key=True),
    Column("id", String(32), nullable=False),
    Column("main", String(8), nullable=False, index=True),
    Column("key_sealed", LargeBinary, nullable=False),
)

erased = Table(
    "erased",
    metadata,
    Column("key_hash", String(32), primary_key=True),
    Column("at", _MOMENT, nullable=False, server_default=func.now()),
)

conversation = Table(
    "conversation",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("contact_hash", String(32), nullable=False),
    Column("address_sealed", LargeBinary),
    Column("state_sealed", LargeBinary, nullable=False),
    Column("case_reference", String(9), index=True),
    Column("next_line", Integer, nullable=False, default=1),
    Column("updated_at", _MOMENT, nullable=False),
    UniqueConstraint("channel", "contact_hash"),
)

seen = Table(
    "seen",
    metadata,
    Column("message_hash", String(32), primary_key=True),
    Column("at", _MOMENT, nullable=False, index=True),
)

line = Table(
    "line",
    metadata,
    Column("conversation_id", String(32), ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("case_reference", String(9), index=True),
    Column("at", _MOMENT, nullable=False),
    Column("sender", String(16), nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
    Column("media", String(16)),
    Column("undelivered", String(32)),
    Column("id_sealed", LargeBinary),
)

outbox = Table(
    "outbox",
    metadata,
    Column("conversation_id", String(32), ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("message_sealed", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("claims", Integer, nullable=False, default=0, server_default="0"),
    Column("posted_at", _MOMENT, index=True),
    Column("due_at", _MOMENT, nullable=False),
)

hook = Table(
    "hook",
    metadata,
    Column("stream", String(24), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claims", Integer, nullable=False),
    Column("posted_at", _MOMENT, nullable=False, index=True),
    Column("due_at", _MOMENT, nullable=False),
    Column("why", String(32)),
)

receipt = Table(
    "receipt",
    metadata,
    Column("platform_hash", String(32), primary_key=True),
    Column("conversation_id", String(32), ForeignKey("conversation.id", ondelete="CASCADE"), index=True),
    Column("number", Integer),
    Column("at", _MOMENT, nullable=False, index=True),
    Column("failed", String(32)),
    Column("reached", String(12)),
)

pace = Table(
    "pace",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("full_at", _MOMENT, nullable=False),
)

shown = Table(
    "shown",
    metadata,
    Column("conversation_id", String(32), ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("platform_ids_sealed", LargeBinary, nullable=False),
    Column("at", _MOMENT, nullable=False, index=True),
)

sample = Table(
    "sample",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("conversation_id", String(32), ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("case_reference", String(9), index=True),
    Column("at", _MOMENT, nullable=False, index=True),
    Column("language", String(16), nullable=False),
    Column("expects", String(24)),
    Column("text_sealed", LargeBinary),
    UniqueConstraint("conversation_id", "number"),
)

timer = Table(
    "timer",
    metadata,
    Column("conversation_id", String(32), primary_key=True),
    Column("name", String(24), primary_key=True),
    Column("case_reference", String(9), primary_key=True, default=""),
    Column("due_at", _MOMENT, nullable=False, index=True),
)

case = Table(
    "case_",
    metadata,
    Column("reference", String(9), primary_key=True),
    Column("conversation_id", String(32), nullable=False, index=True),
    Column("channel", String(16)),
    Column("language", String(16)),
    Column("status", String(16), nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("owner", String(12), nullable=False),
    Column("opened_at", _MOMENT, nullable=False),
    Column("requested_at", _MOMENT),
    Column("reason", String(24)),
    Column("taken_by", String(64)),
    Column("answered_line", Integer, nullable=False, default=0),
    Column("ended_at", _MOMENT),
    Column("data_sealed", LargeBinary, nullable=False),
    Column("priority", String(8)),
    Column("offered_to", String(64)),
    Column("offered_until", _MOMENT),
    Column("offer_sealed", LargeBinary),
    Column("unanswered_at", _MOMENT),
    Column("alarmed_at", _MOMENT),
    Column("told", Integer, nullable=False, default=0, server_default="0"),
    Column("due", Date),
    Index("ix_case__due", "ended_at", "due"),
    Index("ix_case__newest", "opened_at"),
    Index("ix_case__queue", "ended_at", "urgency", "requested_at"),
    Index("ix_case__owner", "owner", "ended_at", "urgency", "requested_at"),
)

reply = Table(
    "reply",
    metadata,
    Column("case_reference", String(9), primary_key=True),
    Column("key_hash", String(32), primary_key=True),
    Column("at", _MOMENT, nullable=False),
)

note = Table(
    "note",
    metadata,
    Column("case_reference", String(9), ForeignKey("case_.reference", ondelete="CASCADE"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("at", _MOMENT, nullable=False),
    Column("author", String(64), nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
)

hold = Table(
    "hold",
    metadata,
    Column("case_reference", String(9), ForeignKey("case_.reference", ondelete="CASCADE"), primary_key=True),
    Column("at", _MOMENT, nullable=False),
    Column("author", String(64), nullable=False),
    Column("reason_sealed", LargeBinary, nullable=False),
)
"""What keeps a case from being erased when its time is over."""

task = Table(
    "task",
    metadata,
    Column("case_reference", String(9), ForeignKey("case_.reference", ondelete="CASCADE"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("at", _MOMENT, nullable=False),
    Column("author", String(64), nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
    Column("due", Date),
    Column("done_at", _MOMENT),
    Column("done_by", String(64)),
)

report = Table(
    "report",
    metadata,
    Column("case_reference", String(9), ForeignKey("case_.reference", ondelete="CASCADE"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("door", String(16), nullable=False),
    Column("at", _MOMENT, nullable=False, index=True),
    Column("author", String(64), nullable=False),
    Column("content_sealed", LargeBinary, nullable=False),
    Column("outcome", String(16)),
    Column("outcome_on", Date),
    Column("outcome_at", _MOMENT),
    Column("outcome_by", String(64)),
    Column("remark_sealed", LargeBinary),
)

quick_reply = Table(
    "quick_reply",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("title", String(100), nullable=False),
    Column("texts", Text, nullable=False),
)

user = Table(
    "user_",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(160), nullable=False),
    Column("must_change", Boolean, nullable=False, default=False),
    Column("languages", String(64), nullable=False, default="", server_default=""),
    Column("active", Boolean, nullable=False, default=True, server_default=true()),
    Column("seen_at", _MOMENT),
    Column("totp_sealed", LargeBinary),
    Column("totp_step", Integer, nullable=False, default=0, server_default="0"),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", String(32), primary_key=True),
    Column("user_name", String(64), ForeignKey("user_.name", ondelete="CASCADE"), nullable=False),
    Column("until", _MOMENT, nullable=False),
)

invitation = Table(
    "invitation",
    metadata,
    Column("token_hash", String(32), primary_key=True),
    Column("user_name", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("languages", String(64), nullable=False),
    Column("until", _MOMENT, nullable=False),
)

attempt = Table(
    "attempt",
    metadata,
    Column("name_hash", String(32), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", _MOMENT, nullable=False),
    Column("free_at", _MOMENT, nullable=False),
)

wait = Table(
    "wait",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", _MOMENT, nullable=False, index=True),
    Column("seconds", Integer, nullable=False),
)

tally = Table(
    "tally",
    metadata,
    Column("case_reference", String(9), ForeignKey("case_.reference", ondelete="CASCADE"), primary_key=True),
    Column("hour", Integer, nullable=False, index=True),
    Column("status", String(16), nullable=False),
    Column("channel", String(16)),
    Column("language", String(16)),
    Column("age_band", String(12)),
    Column("categories", String(160), nullable=False),
    Column("platforms", String(160), nullable=False),
    Column("content_types", String(80), nullable=False),
    Column("danger", String(24)),
    Column("anonymous", String(3)),
    Column("accompanied", String(3)),
    Column("reason", String(24)),
    Column("wait", String(4)),
    Column("disposition", String(24)),
    Column("feedback", Integer),
    Column("answer", String(4)),
)
"""What is counted of a case (``handoff.tally``, ``docs/STATISTICS.md``); gone with it."""

sum_ = Table(
    "sum_",
    metadata,
    Column("day", Date, primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("figure", String(24), primary_key=True),
    Column("value", String(24), primary_key=True),
    Column("number", Integer, nullable=False),
)
"""What stays of cases whose time is over: sums by month and figure, which lead to no case."""
block = Table(
    "block",
    metadata,
    Column("contact_hash", String(32), primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("at", _MOMENT, nullable=False),
    Column("until", _MOMENT, nullable=False, index=True),
    Column("author", String(64), nullable=False),
    Column("reason_sealed", LargeBinary, nullable=False),
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("case_reference", String(9), ForeignKey("case_.reference", ondelete="CASCADE"), nullable=False),
    Column("ref_hash", String(32), nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("author", String(64), nullable=False),
    Column("media_type", String(32), nullable=False),
    Column("shown_type", String(32)),
    Column("size", Integer, nullable=False),
    UniqueConstraint("case_reference", "ref_hash"),
)

piece = Table(
    "piece",
    metadata,
    Column("attachment_id", String(32), ForeignKey("attachment.id", ondelete="CASCADE"), primary_key=True),
    Column("shown", Boolean, primary_key=True),
    Column("case_reference", String(9), nullable=False, index=True),
    Column("number", Integer, primary_key=True),
    Column("base64_sealed", LargeBinary, nullable=False),
)

trail = Table(
    "trail",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", _MOMENT, nullable=False, index=True),
    Column("who", String(64), nullable=False),
    Column("what", String(24), nullable=False),
    Column("case_reference", String(9)),
    Column("about", String(64)),
    Index("ix_trail_case", "case_reference", "id"),
)
