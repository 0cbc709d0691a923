"""Retention: holds on cases, and a trail whose oldest lines have an end too."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_KEPT = "what the trail holds is never changed"
_DAYS = 365
"""Younger lines are never deleted; the setting privacy.trail_days, which is longer, says when they are."""


def upgrade() -> None:
    op.create_table(
        "hold",
        sa.Column("case_reference", sa.String(length=9), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_reference"], ["case_.reference"], name=op.f("fk_hold_case_reference"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_reference", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_trail_at"), "trail", ["at"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER trail_no_delete")
        op.execute(
            f"CREATE TRIGGER trail_no_delete BEFORE DELETE ON trail WHEN OLD.at > datetime('now', '-{_DAYS} days')"
            f" BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END"
        )
        return
    op.execute("DROP TRIGGER trail_kept ON trail")
    op.execute(
        "CREATE TRIGGER trail_kept BEFORE UPDATE OR TRUNCATE ON trail FOR EACH STATEMENT EXECUTE FUNCTION trail_kept()"
    )
    op.execute(
        "CREATE FUNCTION trail_young() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF OLD.at > now() - interval '{_DAYS} days' THEN RAISE EXCEPTION '{_KEPT}'; END IF; RETURN OLD; END $$"
    )
    op.execute("CREATE TRIGGER trail_young BEFORE DELETE ON trail FOR EACH ROW EXECUTE FUNCTION trail_young()")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER trail_no_delete")
        op.execute(f"CREATE TRIGGER trail_no_delete BEFORE DELETE ON trail BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END")
    else:
        op.execute("DROP TRIGGER trail_young ON trail")
        op.execute("DROP FUNCTION trail_young")
        op.execute("DROP TRIGGER trail_kept ON trail")
        op.execute(
            "CREATE TRIGGER trail_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON trail"
            " FOR EACH STATEMENT EXECUTE FUNCTION trail_kept()"
        )
    op.drop_index(op.f("ix_trail_at"), "trail")
    op.drop_table("hold")
