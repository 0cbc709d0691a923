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
        (
            "kept",
            ("شنو كتعرفو عليا؟", "chno 3ndkom 3lia", "ماذا تعرفون عني؟", "tu sais quoi sur moi ?"),
        ),
        ("told", ("شكون غيقرا هاد الهضرة", "hadchi ghayb9a binatna yak", "هل سيبقى هذا سرا", "ça reste entre nous ?")),
    ],
)  # fmt: skip
def test_a_question_is_heard_in_every_variety(query: str, texts: tuple[str, ...]) -> None:
    assert Query(query)
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
