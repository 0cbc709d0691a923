"""Hooks: what other systems and the counsellors' mailboxes are to be told, and how often each case was told of."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_", sa.Column("told", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "hook",
        sa.Column("stream", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("stream", "number", name=op.f("pk_hook")),
    )
    op.create_index(op.f("ix_hook_posted_at"), "hook", ["posted_at"])


def downgrade() -> None:
    op.drop_table("hook")
    op.drop_column("case_", "told")
