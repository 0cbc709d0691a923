"""Casework: notes, tasks and quick replies, some of which are there from the start; how far a message came."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# The first quick replies; from then on they are the supervisors'.
_FIRST = (
    ("greeting", "Bonjour", {
        "ary": "السلام، أنا {counsellor} من فريق {helpline}. قريت كلشي اللي حكيتي، وأنا معاك دابا.",
        "ary-Latn": "Salam, ana {counsellor} mn fari9 {helpline}. 9rit kolchi li 7kiti, w ana m3ak daba.",
        "ar": "مرحبا، أنا {counsellor} من فريق {helpline}. قرأت كل ما حكيته، وأنا معك الآن.",
        "fr": "Bonjour, je suis {counsellor}, de l'équipe {helpline}. J'ai tout lu, je suis avec toi.",
    }),
    ("not_your_fault", "Ce n'est pas ta faute", {
        "ary": "شكرا على الثقة ديالك. اللي وقع ماشي الغلط ديالك.",
        "ary-Latn": "Chokran 3la ti9a dyalk. Li w9e3 machi lghalat dyalk.",
        "ar": "شكرا على ثقتك. ما حدث ليس ذنبك.",
        "fr": "Merci de ta confiance. Ce qui s'est passé n'est pas ta faute.",
    }),
    ("still_here", "Un moment", {
        "ary": "أنا مازال هنا. شي دقيقة، نشوف شنو نقدرو نديرو.",
        "ary-Latn": "Ana mazal hna. Chi d9i9a, nchouf chno n9edro ndiro.",
        "ar": "ما زلت هنا. أحتاج إلى دقيقة لأرى ما يمكننا فعله.",
        "fr": "Je suis toujours là. Une minute, je regarde ce que nous pouvons faire.",
    }),
    ("keep_proofs", "Garder les preuves", {
        "ary": "الميساجات والسكرينات يبقاو عندك، هوما الدليل. التصاور الحميمية ماكنحتاجوهاش، بلاش ما يتصيفطو لينا.",
        "ary-Latn": "Les messages w les screens yb9aw 3ndk, homa ddalil. Ttsawer l7amimia ma kan7tajouhach, blach ma"
                    " ytsifto lina.",
        "ar": "من الأفضل الاحتفاظ بالرسائل ولقطات الشاشة، فهي الدليل. لا حاجة إلى إرسال الصور الحميمة إلينا.",
        "fr": "Garde les messages et les captures : ce sont des preuves. Pas besoin de nous envoyer d'images intimes.",
    }),
    ("trusted_adult", "Un adulte de confiance", {
        "ary": "واش كاين شي حد كبير عندك فيه الثقة، يقدر يكون معاك فهادشي؟",
        "ary-Latn": "Wach kayn chi 7ed kbir 3ndk fih ti9a, y9der ykoun m3ak f hadchi?",
        "ar": "هل هناك شخص بالغ موثوق يمكنه أن يكون معك في هذا الأمر؟",
        "fr": "Y a-t-il un adulte en qui tu as confiance, et qui pourrait être à tes côtés ?",
    }),
    ("goodbye", "Au revoir", {
        "ary": "شكرا حيت هضرتي معانا. إلا احتاجيتينا، حنا هنا. النمرة ديال الملف هي {reference}.",
        "ary-Latn": "Chokran 7it hderti m3ana. Ila 7tajitina, 7na hna. Nnemra dyal dossier hia {reference}.",
        "ar": "شكرا على حديثك معنا. نحن هنا عند الحاجة. رقم ملفك هو {reference}.",
        "fr": "Merci de nous avoir parlé. Nous restons là si tu en as besoin. Ton dossier est le {reference}.",
    }),
)  # fmt: skip


def upgrade() -> None:
    op.add_column("receipt", sa.Column("reached", sa.String(length=12), nullable=True))
    op.create_table(
        "note",
        *_key(),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        *_constraints("note"),
    )
    op.create_table(
        "task",
        *_key(),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=True),
        *_constraints("task"),
    )
    quick_reply = op.create_table(
        "quick_reply",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quick_reply")),
    )
    rows = [{"id": i, "title": title, "texts": json.dumps(texts, ensure_ascii=False)} for i, title, texts in _FIRST]
    op.bulk_insert(quick_reply, rows)


def downgrade() -> None:
    for table in ("quick_reply", "task", "note"):
        op.drop_table(table)
    op.drop_column("receipt", "reached")


def _key() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("case_reference", sa.String(length=9), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
    )


def _constraints(table: str) -> tuple[sa.Constraint, ...]:
    name = op.f(f"fk_{table}_case_reference")
    return (
        sa.ForeignKeyConstraint(["case_reference"], ["case_.reference"], name=name, ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_reference", "id", name=op.f(f"pk_{table}")),
    )
