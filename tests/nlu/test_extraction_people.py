"""Who writes, who knows, names, genders and languages, in the four varieties. All names are invented."""

import pytest

from nlu.extraction import extract
from nlu.interpretation import Language, Question


def values(text: str, entity: str, expects: str | None = None) -> list[object]:
    return [e.value for e in extract(text, Question(expects)) if e.entity == entity]


@pytest.mark.parametrize(
    ("text", "expects", "reporter"),
    [
        ("ولدي كيتنمرو عليه", None, "parent"),
        ("صاحبتي كيهددوها", None, "friend"),
        ("ختي عندها 12 عام وكيضايقوها", None, "sibling"),
        ("انا استاذة وتلميذة عندي كيبتزوها", None, "teacher"),
        ("khti kayhddouha f insta", None, "sibling"),
        ("bnti hackaw liha lcompte", None, "parent"),
        ("machi ana, sa7bti", None, "friend"),
        ("ابنتي تتعرض للابتزاز", None, "parent"),
        ("أكتب نيابة عن صديقتي", None, "friend"),
        ("ma copine est harcelée sur snap", None, "friend"),
        ("mon fils est insulté", None, "parent"),
        ("c'est pour ma soeur", None, "sibling"),
        ("je suis prof et un de mes élèves est menacé", None, "teacher"),
        ("ana", "reporter", "self"),
        ("moi", "reporter", "self"),
        ("لراسي", "reporter", "self"),
        ("un ami", "reporter", "friend"),
        ("khti", "reporter", "sibling"),
        ("ma cousine", "reporter", "other"),
        ("machi ana, chi 7ed akhor", "reporter", "other"),
        ("sa7bti bghat tmout", None, "friend"),
        ("صاحبتي صيفطات ليا ميساج قالت ليا بغات تنتاحر", None, "friend"),
        ("Bonjour, professeur dans un collège, je vous écris au sujet d'un élève", None, "teacher"),
    ],
)
def test_who_writes_is_read(text: str, expects: str | None, reporter: str) -> None:
    assert values(text, "reporter", expects) == [reporter]


@pytest.mark.parametrize(
    "text",
    [
        "khoya kaydrebni",
        "ma copine m'insulte",
        "صاحبتي نشرات تصاوري",
        "mon frère me frappe",
        "واحد كيهددني",
        "j'ai peur",
        "sa7bi 3ndo lvideo dyali",
    ],
)
def test_the_aggressor_is_no_reporter(text: str) -> None:
    assert values(text, "reporter") == []


@pytest.mark.parametrize("text", ["السلام خويا واحد كيهددني", "khouya 3afak wahd kayhdedni", "ا ختي عافاك عاونيني"])
def test_whoever_reads_is_called_brother_and_is_none(text: str) -> None:
    assert not [entity for entity in extract(text, Question()) if entity.entity == "reporter"]


@pytest.mark.parametrize(
    ("text", "expects", "told"),
    [
        ("قلتها لماما", None, True),
        ("انا قايلة لام ديالي", None, True),
        ("ماما عارفة", None, True),
        ("golt l mama", None, True),
        ("baba 3arf", None, True),
        ("أخبرت أمي", None, True),
        ("j'en ai parlé à ma mère", None, True),
        ("mon père est au courant", None, True),
        ("حتى واحد ما عارف", None, False),
        ("ما قلتها لحتى واحد", None, False),
        ("7ta wa7d ma 3arf", None, False),
        ("ma goltha l 7ta wa7d", None, False),
        ("لم أخبر أحدا", None, False),
        ("personne ne sait", None, False),
        ("j'en ai parlé à personne", None, False),
        ("j'ai dit à aucun prof", None, False),
        ("المدير فراسو كلشي", None, True),
        ("la prof a vu les messages", None, True),
        ("mchit 3nd lmodir", None, True),
        ("لقيت فتيليفونها الميساجات", None, True),
        ("ماما", "trusted_adult", True),
        ("ma prof", "trusted_adult", True),
        ("personne", "trusted_adult", False),
    ],
)
def test_whether_a_grown_up_knows(text: str, expects: str | None, told: bool) -> None:
    assert values(text, "trusted_adult", expects) == [told]


@pytest.mark.parametrize(
    "text",
    [
        "إلا عرفات ماما غادي تقتلني",
        "ila 3ref baba ghadi y9tlni",
        "il montre les photos à mon père",
        "je sais pas",
        "سيقتلني أبي إن علم",
    ],
)
def test_what_may_come_to_be_known_is_not_known(text: str) -> None:
    assert values(text, "trusted_adult") == []


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("مقدمة هاد الشكاية بلا ما يعرفو", False),
        ("bla ma y3rfo walidia", False),
        ("دون علم أهلي", False),
        ("mes parents ne savent pas que je vous écris", False),
        ("ma mère m'a dit de vous contacter", True),
        ("je n'ai rien dit à mes parents", False),
        ("ماما ماعارفاش", False),
        ("خايفة نقولها لماما", False),
        ("ila 3rf baba ghadi yqtelni", False),
        ("mabghitch darna y3rfo", False),
        ("ابي لا يجب ان يعرف", False),
        ("si mon père apprend ça je suis morte", False),
        ("ماما حدايا دابا كتقرا معايا", True),
        ("khti hia li 3tatni nmrtkom", True),
    ],
)
def test_whether_the_family_knows_of_the_complaint(text: str, known: bool) -> None:
    assert values(text, "family_knows") == [known]


@pytest.mark.parametrize(
    ("text", "expects", "name"),
    [
        ("سميتي سارة و عندي 14 عام", None, "سارة"),
        ("smiti Yassine", None, "Yassine"),
        ("je m'appelle Nada Alami et j'ai peur", None, "Nada Alami"),
        ("اسمي هدى", None, "هدى"),
        ("اسمي الحقيقي عدنان", None, "عدنان"),
        ("مرحبا أنا سلمى", None, "سلمى"),
        ("moi c'est Ilyass", None, "Ilyass"),
        ("salam ana Hajar mn fes", None, "Hajar"),
        ("Sara", "name", "Sara"),
        ("ana Hamza", "name", "Hamza"),
        ("فاطمة الزهراء", "name", "فاطمة الزهراء"),
        ("smiti wardiya 13 ans", None, "wardiya"),
        ("اسمي تيتريت، أنا من إفران", None, "تيتريت"),
        ("اسمي آلاء", None, "آلاء"),
        ("علي", "name", "علي"),
        ("ana malak 13 ans", None, "malak"),
    ],
)
def test_a_name_is_read(text: str, expects: str | None, name: str) -> None:
    assert values(text, "name", expects) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "يسمونني البرميل في المدرسة",
        "kaysmiwni 7mar f l9ism",
        "il m'appelle quand je dors",
        "dar compte b smiyti w kayhder fih",
        "mon nom circule partout",
        "كيسميوني الفيل",
        "smiti dayra f lgroup",
        "hna jana wahed rajel",
        "ana naim o dakhal 3liya",
        "moi c'est cette photo qui me gêne",
        "je suis allée à la piscine",
        "اسمي صار نكتة في القسم",
        "شي حد دار سميتي فالكروب",
        "أنا على السطح",
        "عيط ليا صاحبي البارح",
    ],
)
def test_what_one_is_called_and_what_becomes_of_a_name_is_no_name(text: str) -> None:
    assert values(text, "name") == []


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "non",
        "la",
        "skip",
        "prefer not",
        "je préfère pas",
        "مابغيتش",
        "لا أريد",
        "mabghitch ngol",
        "jsp",
        "anonyme",
        "14",
        "🙏",
        "ok",
    ],
)
def test_a_refusal_is_no_name(text: str) -> None:
    assert values(text, "name", "name") == []


@pytest.mark.parametrize(
    ("text", "expects", "gender"),
    [
        ("انا بنت", None, "female"),
        ("ana wld f 13", None, "male"),
        ("je suis une fille", None, "female"),
        ("أنا فتاة", None, "female"),
        ("bnt", "gender", "female"),
        ("garçon", "gender", "male"),
        ("ولد", "gender", "male"),
    ],
)
def test_the_gender_is_read_where_it_is_said(text: str, expects: str | None, gender: str) -> None:
    assert values(text, "gender", expects) == [gender]


def test_somebody_else_s_gender_is_not_the_child_s() -> None:
    assert values("واحد البنت كتسبني", "gender") == []
    assert values("un garçon me menace", "gender") == []


@pytest.mark.parametrize(
    ("text", "expects", "language"),
    [
        ("b français", None, "fr"),
        ("parle moi en français svp", None, "fr"),
        ("hder m3aya b darija", None, "ary-Latn"),
        ("هضر معايا بالدارجة", None, "ary"),
        ("بالعربية", None, "ar"),
        ("العربية من فضلك", None, "ar"),
        ("français", "language", "fr"),
        ("darija", "language", "ary-Latn"),
        ("الدارجة", "language", "ary"),
        ("en darija stp", None, "ary"),
        ("kteb lia darija b l7rof l3arbiya", None, "ary"),
        ("كتب ليا الدارجة بالحروف ديال الفرنسيس", None, "ary-Latn"),
        ("كنفهم غير الفرونسي", None, "fr"),
    ],
)
def test_a_request_for_a_language_is_read(text: str, expects: str | None, language: str) -> None:
    assert values(text, "language", expects) == [language]


def test_darija_asked_for_in_french_is_the_language_and_not_its_letters() -> None:
    entities = extract("darija", Question("language", Language.FR))
    assert [e.value for e in entities] == ["ary"]


def test_a_language_in_passing_is_no_request() -> None:
    assert values("mon prof de français me harcèle", "language") == []
