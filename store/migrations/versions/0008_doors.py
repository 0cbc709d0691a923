"""The doors: contacts that a supervisor has blocked, and media that a counsellor has fetched."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "block",
        sa.Column("contact_hash", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("contact_hash", name=op.f("pk_block")),
        sa.UniqueConstraint("id", name=op.f("uq_block_id")),
    )
    op.create_index(op.f("ix_block_until"), "block", ["until"])
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_reference", sa.String(length=9), nullable=False),
        sa.Column("ref_hash", sa.String(length=32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("shown_type", sa.String(length=32), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_reference"], ["case_.reference"], name=op.f("fk_attachment_case_reference_case_"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("case_reference", "ref_hash", name=op.f("uq_attachment_case_reference_ref_hash")),
    )
    op.create_table(
        "piece",
        sa.Column("attachment_id", sa.String(length=32), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("case_reference", sa.String(length=9), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("base64_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_piece_attachment_id_attachment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attachment_id", "shown", "number", name=op.f("pk_piece")),
    )
    op.create_index(op.f("ix_piece_case_reference"), "piece", ["case_reference"])


def downgrade() -> None:
    for table in ("piece", "attachment", "block"):
        op.drop_table(table)
