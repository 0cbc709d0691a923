"""The tables. Columns named ``*_sealed`` are encrypted, ``*_hash`` are keyed hashes, the rest is clear.

Every table but the desk's own carries the conversation or the case in its keys.
"""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
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

conversation = Table(
    "conversation",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("contact_hash", String(32), nullable=False),
    Column("address_sealed", LargeBinary),
    Column("state_sealed", LargeBinary, nullable=False),
    Column("case_reference", String(9)),
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
)

outbox = Table(
    "outbox",
    metadata,
    Column("conversation_id", String(32), ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("message_sealed", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", _MOMENT, nullable=False),
    Column("failed", String(32)),
    Index("ix_outbox_waiting", "failed", "due_at"),
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
    Index("ix_case__queue", "ended_at", "urgency", "requested_at"),
)

reply = Table(
    "reply",
    metadata,
    Column("case_reference", String(9), primary_key=True),
    Column("key_hash", String(32), primary_key=True),
    Column("at", _MOMENT, nullable=False),
)

user = Table(
    "user_",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(160), nullable=False),
    Column("must_change", Boolean, nullable=False, default=False),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", String(32), primary_key=True),
    Column("user_name", String(64), ForeignKey("user_.name", ondelete="CASCADE"), nullable=False),
    Column("until", _MOMENT, nullable=False),
)
