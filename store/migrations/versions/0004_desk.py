"""The desk: who is offered a case, how long a child waits, people's languages and second factor, and the trail."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_KEPT = "what the trail holds is never changed"


def upgrade() -> None:
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("priority", sa.String(length=8), nullable=True),
        sa.Column("offered_to", sa.String(length=64), nullable=True),
        sa.Column("offered_until", _MOMENT, nullable=True),
        sa.Column("offer_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("unanswered_at", _MOMENT, nullable=True),
        sa.Column("alarmed_at", _MOMENT, nullable=True),
    )
    for column in columns:
        op.add_column("case_", column)
    # High and normal were one number, and the case itself is sealed: it is shown as high until its next message.
    op.execute("UPDATE case_ SET priority = CASE urgency WHEN 0 THEN 'urgent' WHEN 1 THEN 'high' END")
    op.create_index("ix_case__newest", "case_", ["opened_at"])
    columns = (
        sa.Column("languages", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("seen_at", _MOMENT, nullable=True),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False, server_default="0"),
    )
    for column in columns:
        op.add_column("user_", column)
    op.create_table(
        "invitation",
        sa.Column("token_hash", sa.String(length=32), nullable=False),
        sa.Column("user_name", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("languages", sa.String(length=64), nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invitation")),
    )
    op.create_table(
        "attempt",
        sa.Column("name_hash", sa.String(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("free_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name_hash", name=op.f("pk_attempt")),
    )
    op.create_table(
        "wait",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wait")),
    )
    op.create_index(op.f("ix_wait_at"), "wait", ["at"])
    op.create_table(
        "trail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("case_reference", sa.String(length=9), nullable=True),
        sa.Column("about", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail")),
    )
    op.create_index("ix_trail_case", "trail", ["case_reference", "id"])
    _keep()


def _keep() -> None:
    """Nobody changes the trail, not even this program."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER trail_no_{act.lower()} BEFORE {act} ON trail BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION trail_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{_KEPT}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER trail_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON trail"
        " FOR EACH STATEMENT EXECUTE FUNCTION trail_kept()"
    )


def downgrade() -> None:
    op.drop_table("trail")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION trail_kept")
    for table in ("wait", "attempt", "invitation"):
        op.drop_table(table)
    for column in ("totp_step", "totp_sealed", "seen_at", "active", "languages"):
        op.drop_column("user_", column)
    op.drop_index("ix_case__newest", "case_")
    for column in ("alarmed_at", "unanswered_at", "offer_sealed", "offered_until", "offered_to", "priority"):
        op.drop_column("case_", column)
