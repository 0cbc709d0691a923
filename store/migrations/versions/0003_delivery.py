"""Delivery: when a message was posted, receipts, pace, and what could not be delivered; two indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("line", sa.Column("undelivered", sa.String(length=32), nullable=True))
    op.add_column("outbox", sa.Column("claims", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE outbox SET posted_at = due_at")
    op.create_index(op.f("ix_outbox_posted_at"), "outbox", ["posted_at"])
    op.execute(
        "UPDATE line SET undelivered = (SELECT failed FROM outbox WHERE outbox.conversation_id = line.conversation_id"
        " AND outbox.number = line.number) WHERE EXISTS (SELECT 1 FROM outbox WHERE outbox.failed IS NOT NULL"
        " AND outbox.conversation_id = line.conversation_id AND outbox.number = line.number)"
    )
    op.execute("DELETE FROM outbox WHERE failed IS NOT NULL")
    op.drop_index("ix_outbox_waiting", "outbox")
    op.drop_column("outbox", "failed")
    op.create_index(op.f("ix_conversation_case_reference"), "conversation", ["case_reference"])
    op.create_index("ix_case__owner", "case_", ["owner", "ended_at", "urgency", "requested_at"])
    op.create_table(
        "receipt",
        sa.Column("platform_hash", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_receipt_conversation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("platform_hash", name=op.f("pk_receipt")),
    )
    op.create_index(op.f("ix_receipt_conversation_id"), "receipt", ["conversation_id"])
    op.create_index(op.f("ix_receipt_at"), "receipt", ["at"])
    op.create_table(
        "pace",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pace")),
    )


def downgrade() -> None:
    op.drop_table("pace")
    op.drop_table("receipt")
    op.drop_index("ix_case__owner", "case_")
    op.drop_index(op.f("ix_conversation_case_reference"), "conversation")
    op.add_column("outbox", sa.Column("failed", sa.String(length=32), nullable=True))
    op.create_index("ix_outbox_waiting", "outbox", ["failed", "due_at"])
    op.drop_index(op.f("ix_outbox_posted_at"), "outbox")
    op.drop_column("outbox", "posted_at")
    op.drop_column("outbox", "claims")
    op.drop_column("line", "undelivered")
