"""Answers: the messenger's id of what a child wrote, sealed, so that a counsellor's reply can point at it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("line", sa.Column("id_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("line", "id_sealed")
