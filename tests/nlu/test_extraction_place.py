"""Platforms, content types and towns, in the four varieties."""

import pytest

from nlu.extraction import extract
from nlu.interpretation import Question


def values(text: str, entity: str, expects: str | None = None) -> list[object]:
    return [e.value for e in extract(text, Question(expects)) if e.entity == entity]


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("ففايسبوك", "facebook"),
        ("الفايس", "facebook"),
        ("كيهددني فلانستا", "instagram"),
        ("والواتساب", "whatsapp"),
        ("فالتيكتوك", "tiktok"),
        ("ديال سناب", "snapchat"),
        ("ف فري فاير", "game"),
        ("f l'insta", "instagram"),
        ("finsta", "instagram"),
        ("wtsp", "whatsapp"),
        ("whatsap", "whatsapp"),
        ("f tik tok", "tiktok"),
        ("facebouk", "facebook"),
        ("instagrammm", "instagram"),
        ("watssappp", "whatsapp"),
        ("عبر تطبيق تيليجرام", "telegram"),
        ("في إنستغرام", "instagram"),
        ("par sms", "phone"),
        ("au téléphone", "phone"),
        ("بالتيليفون", "phone"),
        ("sur mon gmail", "email"),
        ("sur twitter", "x"),
        ("sur youtube", "youtube"),
        ("dans un jeu en ligne", "game"),
        ("sur un site web", "website"),
        ("voici https://www.tiktok.com/@exemple", "tiktok"),
        ("discord", "discord"),
        ("messanger", "messenger"),
    ],
)
def test_a_platform_is_known_in_its_spellings(text: str, platform: str) -> None:
    assert values(text, "platform") == [platform]


@pytest.mark.parametrize(
    "text",
    [
        "c'est facile",
        "un message",
        "je m'appelle Nada",
        "je fais quoi",
        "la rivière",
        "x",
        "الفاس",
        "tu me stresses",
        "une instance",
    ],
)
def test_an_ordinary_word_is_no_platform(text: str) -> None:
    assert values(text, "platform") == []


def test_asked_for_the_platform_a_bare_x_and_a_phone_count() -> None:
    assert values("x", "platform", "platform") == ["x"]
    assert values("tel", "platform", "platform") == ["phone"]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("نشر تصاوري", "photo"),
        ("الفيديو ديالي", "video"),
        ("كومنتير", "comment"),
        ("الكونط ديالي", "account"),
        ("ميساجات خايبين", "message"),
        ("كروب ديال القسم", "group"),
        ("tsawri", "photo"),
        ("chi video", "video"),
        ("des vocaux", "voice"),
        ("en direct", "live"),
        ("صورتي", "photo"),
        ("مقطع مصور", "video"),
        ("تعليقات جارحة", "comment"),
        ("un commentaire", "comment"),
        ("ma photo", "photo"),
        ("sa story", "other"),
    ],
)
def test_a_content_type_is_known(text: str, content: str) -> None:
    assert values(text, "content_type") == [content]


def test_how_is_no_comment_in_french() -> None:
    assert values("comment je fais ?", "content_type") == []


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("انا كنسكن فعين عودة", "Aïn Aouda"),
        ("من تمارة", "Témara"),
        ("ساكنة فالصخيرات", "Skhirat"),
        ("فالدار البيضاء", "Casablanca"),
        ("أنا من فاس", "Fès"),
        ("ana mn casa", "Casablanca"),
        ("f 3in 3ouda", "Aïn Aouda"),
        ("f tanja", "Tanger"),
        ("ana mn safi", "Safi"),
        ("أسكن في بني ملال", "Béni Mellal"),
        ("في العيون", "Laâyoune"),
        ("مدينة مراكش", "Marrakech"),
        ("j'habite à Salé", "Salé"),
        ("je suis de Sidi Bennour", "Sidi Bennour"),
        ("Khouribga", "Khouribga"),
        ("oujda", "Oujda"),
    ],
)
def test_a_town_is_known(text: str, city: str) -> None:
    assert values(text, "city") == [city]


@pytest.mark.parametrize(
    "text",
    [
        "safi daba",
        "صافي شكرا",
        "c'est une photo sale",
        "ma tata me l'a dit",
        "العيون ديالي",
        "الصورة الجديدة",
        "khti sghira",
        "دخلت داخلة",
        "ça me casse",
    ],
)
def test_an_ordinary_word_is_no_town(text: str) -> None:
    assert values(text, "city") == []


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("safi", "Safi"),
        ("kazablanka", "Casablanca"),
        ("f marakich", "Marrakech"),
        ("الجديدة", "El Jadida"),
        ("douar lmkhalif", "douar lmkhalif"),
        ("non", None),
        ("mabghitch ngol", None),
        ("je préfère pas", None),
        ("لا أريد", None),
        ("14", None),
    ],
)
def test_asked_for_the_town_the_answer_is_read_generously(text: str, city: str | None) -> None:
    assert values(text, "city", "city") == ([city] if city else [])


@pytest.mark.parametrize(
    "text", ["je peux plus manger", "yen a un dans ma team", "il ma filmé ds la salle de bain", "هو ليس في المنزل"]
)
def test_a_word_that_resembles_a_place_or_a_span_is_none(text: str) -> None:
    assert not [e for e in extract(text, Question()) if e.entity in ("platform", "city", "duration")]


@pytest.mark.parametrize("text", ["l'appli avec le fantôme jaune", "dak lapp li fih chba7 sfar", "داك اللي فيه الشبح"])
def test_a_platform_is_known_by_its_sign(text: str) -> None:
    assert [e.value for e in extract(text, Question()) if e.entity == "platform"] == ["snapchat"]
