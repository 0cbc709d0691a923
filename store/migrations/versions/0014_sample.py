"""Samples: messages that the bot did not understand, for trainers where the child agreed."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sample",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case_reference", sa.String(length=9), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("expects", sa.String(length=24), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_sample_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample")),
        sa.UniqueConstraint("conversation_id", "number", name=op.f("uq_sample_conversation_id_number")),
    )
    op.create_index(op.f("ix_sample_case_reference"), "sample", ["case_reference"])
    op.create_index(op.f("ix_sample_at"), "sample", ["at"])


def downgrade() -> None:
    op.drop_table("sample")
