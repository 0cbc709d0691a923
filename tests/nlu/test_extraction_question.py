"""What a message asks straight out, in the four varieties; never what it tells of somebody else."""

import pytest

from nlu.extraction import extract
from nlu.interpretation import Query, Question


def asked(text: str) -> list[object]:
    return [e.value for e in extract(text, Question()) if e.entity == "question"]


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("robot", ("واش نتا بوت ولا بنادم", "wach nta robot", "هل أنت إنسان؟", "t'es un robot ?")),
        ("police", ("واش غتقولو للبوليس", "ghat3eyto l police?", "هل ستخبرون الشرطة", "allez-vous appeler la police")),
        ("parents", ("ما تقولوش لماما عافاكم", "mama ghat3ref?", "هل ستخبرون أمي", "est-ce que ma mère va savoir")),
        ("pay", ("واش خاصني نخلص", "nkhelles wla la", "هل أدفع له", "est-ce que je dois le payer")),
        ("free", ("واش هادشي فابور", "wach fabor", "هل الخدمة مجانية", "c'est gratuit ?")),
        ("remove", ("واش تقدرو تحيدو الفيديو", "t9edro tmes7o tsawri?", "هل يمكنكم حذف الصورة",
                    "vous pouvez supprimer la vidéo ?")),
        ("fault", ("واش أنا السبب", "wach ana sbab", "هل هذا ذنبي", "c'est de ma faute ?")),
        ("who", ("شكون نتوما", "chkoun ntoma", "من أنتم", "c'est quoi M3ak")),
        ("revenge", ("واش تقدرو تهاكيوه", "bghit nhackih", "أريد أن أنتقم", "pouvez-vous le hacker")),
        ("known", ("واش غيعرف بلي أنا اللي شكيت", "wach ghay3ref bli ana chkit", "هل سيعرف أنني بلغت",
                   "il va savoir que c'est moi ?")),
        ("prison", ("واش غيدخل للحبس", "wach ghaychdouh", "هل سيدخل السجن", "il risque quoi ?")),
        ("meet", ("واش نمشي عندو ولا لا", "wach nmchi wla la", "هل اذهب للقائه", "jy vai pa alor ?")),
        ("tell", ("واش نقولها لماماها ولا لا", "n3awed l mama wla la", "هل اخبر امي",
                  "faut que je prévienne ses parents ?")),
        (
            "kept",
            ("شنو كتعرفو عليا؟", "chno 3ndkom 3lia", "ماذا تعرفون عني؟", "tu sais quoi sur moi ?"),
        ),
        ("told", ("شكون غيقرا هاد الهضرة", "hadchi ghayb9a binatna yak", "هل سيبقى هذا سرا", "ça reste entre nous ?")),
        ("account", ("سرقو ليا الكونط كيفاش نرجعو", "kifach nrej3 lcompte dyali", "كيف أستعيد حسابي",
                     "comment je récupère mon insta ?")),
        ("reply", ("شنو نقول ليها دابا", "chno n9ol lih", "ماذا أقول لها", "je lui réponds quoi ?")),
        ("woman", ("بغيت نهضر مع شي مرا", "wach n9der nhder m3a mra", "هل يمكن أن تجيبني امرأة",
                   "parler à une femme svp")),
        ("call", ("ماعنديش الصولد", "ma n9derch n3eyet", "ليس لدي رصيد", "j'ai plus de crédit")),
        ("wait", ("فوقاش غتجاوبوني", "ch7al khassni ntsna", "متى سيجيبني أحد", "je dois attendre combien de temps ?")),
    ],
)  # fmt: skip
def test_a_question_is_heard_in_every_variety(query: str, texts: tuple[str, ...]) -> None:
    assert Query(query)
    assert {text: asked(text) for text in texts} == {text: [query] for text in texts}


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("robot", ("واش كنهضر مع بنادم", "wach kayn chi wa7d mora lchacha", "هل من يكلمني روبوت",
                   "y'a un humain derrière ?")),
        ("who", ("شكون مول هاد الخط", "wach ntoma lboulis", "هل أنتم من الشرطة", "vous êtes la police ?")),
        ("free", ("كتقطعو ليا من الصولد", "wach bla flous", "هل سأخسر رصيدي", "y a des frais ?")),
        ("told", ("واش نقدر نبقى مجهول", "wach smiyti ghatban", "هل يجب أن أعطي اسمي", "je peux rester anonyme ?")),
        ("told", ("واش الشات محمي", "wach had chat m2men", "هل معلوماتي آمنة", "c'est sûr ici ?")),
        ("told", ("واش غير نتا لي كتشوف هادشي", "kayn chi wa7ed akhor kaychof lchat", "إلى من تصل هذه الرسائل",
                  "quelqu'un d'autre va lire ça ?")),
        ("kept", ("واش كتشوفو نمرتي", "wach katchofo smiyti wla nmrti", "هل ترون رقم هاتفي", "tu sais où j'habite ?")),
        ("parents", ("غتقولو للمدرسة", "wach ghat9olo l ostad dyali", "هل تخبرون الأهل", "vous appelez les parents ?")),
        ("known", ("خايف يعرف بلي شكيت بيه", "ma ghadich y3rf bli ana li gltha", "هل يعرفون في القسم أني راسلتكم",
                   "et s'il apprend que je vous ai écrit ?")),
        ("police", ("غتوصل للبوليس ولا لا", "ghatsifto lpolice ldar ?", "هل سيصل هذا للدرك",
                    "la police va venir chez moi ?")),
        ("pay", ("واش إلا خلصتو غيسكت", "khlles wla la ?", "هل إذا دفعت سيتوقف", "si je paye il arrête ?")),
    ],
)  # fmt: skip
def test_what_a_child_asks_of_a_stranger_is_heard(query: str, texts: tuple[str, ...]) -> None:
    assert {text: asked(text) for text in texts} == {text: [query] for text in texts}


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("told", ("السرية", "sirriya", "الخصوصية", "confidentialité ?")),
        ("free", ("بشحال", "salam fabor", "مجانا", "c gratuit")),
        ("robot", ("روبوت", "nta machine", "مع من أتكلم", "t robot")),
        ("who", ("شكون هادا", "chkoun m3aya", "من أنت", "c qui")),
    ],
)
def test_a_question_in_a_word_counts_where_nothing_else_is_said(query: str, texts: tuple[str, ...]) -> None:
    assert {text: asked(text) for text in texts} == {text: [query] for text in texts}


def test_every_question_has_an_example_here() -> None:
    (mark,) = test_a_question_is_heard_in_every_variety.pytestmark  # type: ignore[attr-defined]
    assert [query for query, _ in mark.args[1]] == list(Query)


@pytest.mark.parametrize(
    "text",
    [
        "il dit qu'il va aller à la police",
        "il m'a dit que si je le dis à mes parents il publie tout",
        "قال ليا واش غتقولي للبوليس",
        "gal lia wach ghatgoli l mama w ana khft",
        "gal lia khlles wla nncher tsawrek",
        "خاصني نخلص ليه 500 درهم وإلا غينشر التصاور",
        "ma mère est au courant",
        "je veux parler à une vraie personne",
        "بغيت نهضر مع بنادم",
        "supprimer mes données",
        "c'est ma faute si j'ai envoyé la photo",
        "bghit n7ki lik chno w9e3 liya",
        "il a hacké mon compte",
        "يقول لي دائما مع من انت",
        "صاحبتي غتقول لماما",
        "لقيت شي واحد داخل للواتساب ديالي من حاسوب آخر ويقرأ كل رسائلي",
        "كتب لي يا رخيصة ومن ذلك اليوم لم يعد يكلمني",
        "صار يملي علي ماذا ألبس ومن أكلم",
        "رن هاتف وسأل بصوت عال كم الثمن",
        "وعدته أن يبقى سرا",
        "كيقول ليا عطيني باش يبقى السر سر",
        "نوريو للحومة شكون كنتي كتهضري معاه",
        "kayktb liha jibi rassek n3tik l kotob fabor",
        "sakna f rabat, kaygolou lia kafira, nti ghadi tchouf",
        "wa7ed lcompte anonyme kaysebni",
        "l'ip du gars qui lit mes mails",
        "ils passent mon bulletin secret comme ils disent",
        "il me guette, jvous jure que j'ai rien fait",
        "yen a un qui repond aux mails de ma prof",
        "c'est devenu le sticker officiel du groupe",
        "jdis rien a mes parents",
        "je dois me cacher ou mes photos partent chez ma tante",
        "je parle avec une fille sur insta depuis deux semaines",
        "اكلم بنت على سناب منذ شهر",
        "knt kanhder m3a bent f snap",
        "quand je le bloque il me répond d'un autre compte",
        "لم يرد علي منذ البارحة",
        "مازال ماجاوبتو",
        "j'ose pas appeler ma mère",
    ],
)
def test_what_is_told_is_no_question(text: str) -> None:
    assert asked(text) == []


def test_secrecy_is_asked_beside_another_question() -> None:
    assert asked("هل كلامي سري ام ستسلمونه للشرطة") == ["told", "police"]
    assert asked("kes vous faites avec mes infos ? ki va les lire") == ["kept", "told"]


def test_what_was_told_to_nobody_is_no_question() -> None:
    assert asked("j'ai rien dit à personne") == []
    assert asked("قال ليا هادشي سر بيناتنا") == []


def test_a_question_after_a_story_counts_and_one_that_was_put_to_the_child_does_not() -> None:
    assert asked("kayhddedni b tsawri, wach ghatgolo l mama?") == ["parents"]
    assert asked("il m'a menacé, est-ce que c'est ma faute ?") == ["fault"]
    assert asked("je lui ai demandé est-ce que tu es un robot") == []
