"""The day by which a case's next step is due. Open cases get none: nobody is late for what was never asked."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_", sa.Column("due", sa.Date(), nullable=True))
    op.create_index("ix_case__due", "case_", ["ended_at", "due"])


def downgrade() -> None:
    op.drop_index("ix_case__due", table_name="case_")
    op.drop_column("case_", "due")
