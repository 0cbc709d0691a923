"""Keys: one for every case and every conversation, and the ledger of those that were destroyed.

What the main keys sealed before stays readable by them; it is sealed anew when it is next written, and by
``m3ak keys rotate``.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_key",
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("main", sa.String(length=8), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_data_key")),
    )
    op.create_index(op.f("ix_data_key_main"), "data_key", ["main"])
    op.create_table(
        "erased",
        sa.Column("key_hash", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_erased")),
    )


def downgrade() -> None:
    op.drop_table("erased")
    op.drop_index(op.f("ix_data_key_main"), "data_key")
    op.drop_table("data_key")
