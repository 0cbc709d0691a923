"""Categories of violence, in the four varieties."""

import pytest

from nlu.engine import EmbeddedInterpreter
from nlu.extraction import extract
from nlu.interpretation import Question


def found(text: str) -> set[object]:
    return {e.value for e in extract(text, Question()) if e.entity == "category"}


def heard(interpreter: EmbeddedInterpreter, text: str) -> set[object]:
    return {e.value for e in interpreter.read(text, Question()).entities if e.entity == "category"}


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("واحد كيهددني", "threats"),
        ("كنتعرض لتخويف من واحد المجهول", "threats"),
        ("كيبتزني وبغا الفلوس", "blackmail"),
        ("نشرو تصاوري العريانين", "intimate_image"),
        ("هاكاو ليا الانستا", "hacking_impersonation"),
        ("كيعايرني بلوني", "hate_speech"),
        ("كيضحكو عليا فالقسم", "mockery"),
        ("كيسبني وكيخسر الهضرة", "insults"),
        ("شي واحد كيضايقني", "harassment"),
        ("بدا تيدايقني", "harassment"),
        ("راجل كيطلب مني تصاوري", "sexual_solicitation"),
        ("ضربوني وصورو", "violence"),
        ("wa7d kayhdedni", "threats"),
        ("kayhaddedni kol nhar", "threats"),
        ("kaydir lia chantage", "blackmail"),
        ("ila ma3titoch lflous ghadi ynchr tsawri", "blackmail"),
        ("nchr tsawri bla khbari", "intimate_image"),
        ("hackawni f insta", "hacking_impersonation"),
        ("dar compte b smiyti", "hacking_impersonation"),
        ("kaysbni 7it ana k7la, 3onsoriya", "hate_speech"),
        ("kayd7ko 3lia f groupe", "mockery"),
        ("kaysebni w kay3ayerni", "insults"),
        ("kay9ala9ni w tay9el9ni", "harassment"),
        ("bghani n7ell lih lcam", "sexual_solicitation"),
        ("drbouni w sawrouni", "violence"),
        ("يهددني شخص مجهول", "threats"),
        ("أتعرض للابتزاز", "blackmail"),
        ("نشر صوري الخاصة", "intimate_image"),
        ("تم اختراق حسابي", "hacking_impersonation"),
        ("تعليقات عنصرية", "hate_speech"),
        ("يسخرون مني", "mockery"),
        ("يشتمني في التعليقات", "insults"),
        ("شخص يزعجني ويلاحقني", "harassment"),
        ("طلب مني صورا عارية", "sexual_solicitation"),
        ("ضربوني أمام المدرسة", "violence"),
        ("il me menace tout le temps", "threats"),
        ("il me fait du chantage", "blackmail"),
        ("ils ont publié ma photo nue", "intimate_image"),
        ("on a piraté mon compte", "hacking_impersonation"),
        ("des insultes racistes", "hate_speech"),
        ("toute la classe se moque de moi", "mockery"),
        ("il m'insulte", "insults"),
        ("il me dérange tout le temps", "harassment"),
        ("je suis harcelée", "harassment"),
        ("il m'envoie des photos nues", "sexual_solicitation"),
        ("ils m'ont frappé à la sortie", "violence"),
        ("une arnaque", "other"),
    ],
)
def test_a_kind_of_violence_is_known(interpreter: EmbeddedInterpreter, text: str, category: str) -> None:
    assert category in heard(interpreter, text)


@pytest.mark.parametrize(
    ("text", "categories"),
    [
        ("ils ont posté une vidéo de moi qui tombe et toute la classe rigole de moi", {"mockery"}),
        ("nchro tsawri", {"intimate_image"}),
        ("kaytlb mni tsawr bla 7wayj", {"sexual_solicitation"}),
        ("rajl khalti kay9isni", {"violence"}),
        ("راه تابعني دابا فالزنقة", {"harassment"}),
        ("il me menace de tout montrer à mon père si je lui donne pas 500 dh", {"threats", "blackmail"}),
    ],
)
def test_kinds_are_weighed_against_each_other(text: str, categories: set[str]) -> None:
    assert found(text) == categories


def test_several_kinds_stand_in_one_message() -> None:
    assert {"threats", "insults", "hacking_impersonation"} <= found(
        "il m'insulte, il me menace et il a piraté mon compte"
    )
    assert {"threats", "insults"} <= found("kayhdedni w kaysbni")


@pytest.mark.parametrize(
    "text",
    [
        "هدية زوينة",
        "الهدف ديالي",
        "hder m3aya",
        "kifach nhder m3akom",
        "صديق لي وقع له مشكل في فيسبوك",
        "هل يمكنني أن أرسل لكم صورة",
        "je peux envoyer une photo ?",
        "comment ça marche",
        "il a partagé son repas",
        "salam",
        "شكرا ليكم",
        "j'aime le foot",
        "squid game",
        "إلى اللقاء",
        "la machi hakka",
        "il fait des blagues mdr je suis mort de rire",
        "wach khassni nkhelles flous",
        "je peux vous envoyer une capture",
        "ريال مدريد ولا برشلونة",
        "merci d'avance",
    ],
)
def test_ordinary_talk_tells_of_no_violence(text: str) -> None:
    assert found(text) == set()


def test_the_place_covers_the_word() -> None:
    text = "3ndi 14 3am, wa7d kayhdedni f whatsapp"
    assert [(e.entity, e.start, e.end) for e in extract(text, Question())] == [
        ("age", 0, 11),
        ("category", 18, 27),
        ("platform", 30, 38),
    ]
