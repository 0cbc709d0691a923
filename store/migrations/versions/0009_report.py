"""Reports: which went out about a case, and what came of them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("case_reference", sa.String(length=9), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("door", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("outcome_on", sa.Date(), nullable=True),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome_by", sa.String(length=64), nullable=True),
        sa.Column("remark_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_reference"], ["case_.reference"], name=op.f("fk_report_case_reference"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_reference", "id", name=op.f("pk_report")),
    )
    op.create_index(op.f("ix_report_at"), "report", ["at"])


def downgrade() -> None:
    op.drop_table("report")
