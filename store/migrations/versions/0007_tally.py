"""Statistics: the tally of each case, and the sums that stay when cases are erased."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Cases are sealed: those that there are get their tallies when the program starts, which has the keys.
    op.create_table(
        "tally",
        sa.Column("case_reference", sa.String(length=9), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("age_band", sa.String(length=12), nullable=True),
        sa.Column("categories", sa.String(length=160), nullable=False),
        sa.Column("platforms", sa.String(length=160), nullable=False),
        sa.Column("content_types", sa.String(length=80), nullable=False),
        sa.Column("danger", sa.String(length=24), nullable=True),
        sa.Column("anonymous", sa.String(length=3), nullable=True),
        sa.Column("accompanied", sa.String(length=3), nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("wait", sa.String(length=4), nullable=True),
        sa.Column("disposition", sa.String(length=24), nullable=True),
        sa.Column("feedback", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=4), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_reference"], ["case_.reference"], name=op.f("fk_tally_case_reference"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_reference", name=op.f("pk_tally")),
    )
    op.create_index(op.f("ix_tally_hour"), "tally", ["hour"])
    op.create_table(
        "sum_",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("figure", sa.String(length=24), nullable=False),
        sa.Column("value", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "channel", "figure", "value", name=op.f("pk_sum_")),
    )


def downgrade() -> None:
    op.drop_table("sum_")
    op.drop_table("tally")
