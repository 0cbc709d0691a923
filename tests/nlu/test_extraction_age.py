"""Ages, years of birth and durations, in the four varieties."""

import pytest

from nlu.extraction import extract
from nlu.interpretation import Question


def values(text: str, entity: str, expects: str | None = None) -> list[object]:
    return [e.value for e in extract(text, Question(expects)) if e.entity == entity]


@pytest.mark.parametrize(
    ("text", "expects", "age"),
    [
        ("عندي 14 عام", None, 14),
        ("فعمري 14", None, 14),
        ("انا مراهقة فعمر 15 سنة وكنتعرض لتخويف", None, 15),
        ("عندي ربعطاش لعام", None, 14),
        ("ربعطاش", "age", 14),
        ("عمري خمسطاش عام", None, 15),
        ("١٣", "age", 13),
        ("انا بنت عندي ١٢ سنة", None, 12),
        ("بنتي عندها 11 عام وكيتنمرو عليها", None, 11),
        ("عندي بين 14 و 15 عام", None, 14),
        ("3ndi 14 3am, wa7d kayhdedni f whatsapp", None, 14),
        ("14 3am", None, 14),
        ("14ans", None, 14),
        ("ana 3mri rb3tach l3am", None, 14),
        ("f3mri 16", None, 16),
        ("bnt f 13 mn casa", None, 13),
        ("3ndha 13", "age", 13),
        ("wldi 3ndo 12 3am", None, 12),
        ("khmstach", "age", 15),
        ("عمري أربع عشرة سنة", None, 14),
        ("أبلغ من العمر 13 سنة", None, 13),
        ("أنا في السابعة عشرة من عمري", None, 17),
        ("ابنتي عمرها 10 سنوات", None, 10),
        ("j'ai quinze ans et j'ai peur", None, 15),
        ("g 13 ans", None, 13),
        ("ma fille de 12 ans est harcelée", None, 12),
        ("j'ai dix-sept ans", None, 17),
        ("seize", "age", 16),
        ("je vais avoir 18 ans", None, 18),
        ("14", None, 14),
        ("entre 14 et 15", "age", 14),
        ("عندي 14 لا سمحليا 15 يلاه كملتها", "age", 15),
        ("لعمر راه 15 ماشي 14", None, 15),
        ("ختي عندها 11 وانا خوها عندي 17", None, 11),
    ],
)
def test_an_age_is_the_child_s(text: str, expects: str | None, age: int) -> None:
    assert values(text, "age", expects) == [age]


@pytest.mark.parametrize(
    "text",
    [
        "راجل عندو 40 عام كيهضر معايا",
        "واحد السيد عندو 24 عام كيضايقني",
        "عندي 3 كونطات",
        "طلب مني 20 درهم",
        "هادي 3 أشهر وهو كيهددني",
        "سيفط ليا 15 ميساج",
        "un mec de 35 ans me harcèle",
        "un homme de 22 ans m'écrit",
        "j'ai 3 comptes facebook",
        "j'ai reçu 14 messages",
        "il me demande 20 dh",
        "depuis 8 jours",
        "rdv à 14h30",
        "mon code est 123456",
        "appelle le 0612345678",
        "3ndi 2 comptes w 14 photos",
        "rajl 3ndo 40 3am",
        "hadi 6 chhour",
        "لدي 12 صورة",
        "شخص عمره 23 سنة يهددني",
        "منذ 5 سنوات",
        "13% de batterie",
    ],
)
def test_a_count_a_duration_and_the_aggressor_s_age_are_none(text: str) -> None:
    assert values(text, "age") == []


def test_the_child_s_age_wins_beside_the_aggressor_s() -> None:
    assert values("j'ai 14 ans et un mec de 25 ans me suit", "age") == [14]
    assert values("عندي 13 عام وواحد عندو 22 عام كيطلب مني تصاوري", "age") == [13]


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("16 hia, ana 17", 16),
        ("3ndi 17 w khti 3ndha 12", 12),
        ("أنا 15 وهي 13", 13),
        ("moi 17 elle 12", 12),
        ("il a 9 ans, moi j'en ai 25", 9),
        ("3ndi 16", 16),
        ("ghltti f l3mr hia 12 ana 13", 12),
    ],
)
def test_of_two_children_the_one_who_is_written_for_is_asked_about(text: str, age: int) -> None:
    found = extract(text, Question("age", other=True))
    assert [e.value for e in found if e.entity == "age"] == [age]


@pytest.mark.parametrize(
    ("text", "expects", "year"),
    [
        ("je suis née en 2012", None, 2012),
        ("مزيودة ف 2011", None, 2011),
        ("mzyoud 2010", None, 2010),
        ("ولدت سنة 2013", None, 2013),
        ("2012", "age", 2012),
    ],
)
def test_a_year_of_birth_is_read(text: str, expects: str | None, year: int) -> None:
    assert values(text, "birth_year", expects) == [year]


def test_another_year_is_no_birth() -> None:
    assert values("depuis 2022 il me harcèle", "birth_year") == []
    assert values("قانون 2018", "birth_year") == []


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("بدات من هادي 3 أشهر تقريبا", "P3M"),
        ("هادي تلت شهور", "P3M"),
        ("شي شهرين", "P2M"),
        ("هادي سيمانة", "P1W"),
        ("chi 3 chhour", "P3M"),
        ("hadi 2 simanat w howa kayhdedni", "P2W"),
        ("hadi 3amin", "P2Y"),
        ("mn chhrin", "P2M"),
        ("منذ ثلاثة أشهر", "P3M"),
        ("منذ أسبوعين", "P2W"),
        ("منذ سنة", "P1Y"),
        ("depuis deux semaines", "P2W"),
        ("ça fait 6 mois", "P6M"),
        ("depuis un an", "P1Y"),
        ("il y a 10 jours", "P10D"),
        ("depuis hier", "P1D"),
        ("هادي ساعتين", "PT2H"),
    ],
)
def test_a_duration_is_read(text: str, duration: str) -> None:
    assert values(text, "duration") == [duration]


@pytest.mark.parametrize(
    "text", ["عندي 14 عام", "j'ai 15 ans", "dans deux semaines j'ai un examen", "mn nhar chftha", "3ndi 12 3am"]
)
def test_an_age_and_a_coming_time_are_no_duration(text: str) -> None:
    assert values(text, "duration") == []
