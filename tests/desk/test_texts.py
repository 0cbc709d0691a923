"""The trainers' sentences: found, written in four varieties, refused in words, signed off."""

import pytest

from dialogs.finding import Finding
from nlu.interpretation import Language
from tests.desk.house import House, Visitor
from tests.desk.script import ASK, BUTTON


@pytest.fixture
async def trainer(visitor: Visitor) -> Visitor:
    await visitor.log_in("Karim")
    return visitor


def fields(house: House, key: str, **texts: str) -> dict[str, str]:
    """The form as the page shows it, with some texts changed."""
    one = next(one for one in house.script.sentences() if one.key == key)
    said = {language: texts.get(language.name, written.text) for language, written in one.texts.items()}
    versions = {f"version.{language}": written.version for language, written in one.texts.items()}
    return {f"text.{language}": text for language, text in said.items()} | versions


async def test_a_sentence_is_found_by_its_words_in_any_variety(trainer: Visitor) -> None:
    assert ASK in (await trainer.get("/desk/texts?find=quel âge")).text
    page = (await trainer.get("/desk/texts?find=ch7al")).text
    assert ASK in page
    assert BUTTON not in page
    assert "Aucune phrase" in (await trainer.get("/desk/texts?find=zebra")).text


async def test_a_sentence_is_written_and_only_what_changed(house: House, trainer: Visitor) -> None:
    answer = await trainer.fill(f"/texts/{ASK}", False, **fields(house, ASK, FR="Quel est ton âge ?\r\n{police} "))
    assert answer.headers["location"].endswith(f"/texts/{ASK}?done=yes")
    page = (await trainer.get(answer.headers["location"])).text
    assert "enregistré" in page
    texts = house.script.sentences()[0].texts
    assert texts[Language.FR].text == "Quel est ton âge ?\n{police}"
    assert texts[Language.ARY].text == "شحال فعمرك؟ {police}"


@pytest.mark.parametrize(
    ("key", "texts", "status", "words"),
    [
        (ASK, {"FR": "Tu as quel âge ?"}, 422, "{police}\u2069 manque"),
        (ASK, {"FR": "Tu as {years} ans ? {police}"}, 422, "rien ne remplit \u2068{years}"),
        (ASK, {"AR": "  "}, 422, "la phrase est vide"),
        (ASK, {"ARY": "Ch7al f3mrk daba? {police}"}, 422, "pas l&#39;écriture"),
        (ASK, {"FR": "Quel âge } ? {police}"}, 422, "une accolade"),
        (BUTTON, {"FR": "Je préfère ne pas le dire"}, 422, "trop longue"),
    ],
)
async def test_what_would_break_a_sentence_is_refused_and_stays_in_the_box(
    house: House, trainer: Visitor, key: str, texts: dict[str, str], status: int, words: str
) -> None:
    answer = await trainer.fill(f"/texts/{key}", False, **fields(house, key, **texts))
    assert answer.status_code == status
    assert words in answer.text
    assert next(iter(texts.values())) in answer.text
    assert texts[next(iter(texts))] not in {t.text for one in house.script.sentences() for t in one.texts.values()}


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten(house: House, trainer: Visitor) -> None:
    mine = fields(house, ASK, FR="Quel est ton âge ? {police}")
    await trainer.fill(f"/texts/{ASK}", False, **fields(house, ASK, FR="Dis-moi ton âge ? {police}"))
    answer = await trainer.fill(f"/texts/{ASK}", False, **mine)
    assert answer.status_code == 409
    assert "entre-temps" in answer.text
    assert house.script.sentences()[0].texts[Language.FR].text == "Dis-moi ton âge ? {police}"


async def test_a_wording_is_signed_by_name_and_date(house: House, trainer: Visitor) -> None:
    version = fields(house, ASK)["version.ar"]
    await trainer.fill(f"/texts/{ASK}/sign", language="ar", version=version)
    assert house.script.sentences()[0].texts[Language.AR].signed == "Karim, 2026-11-23"
    page = (await trainer.get(f"/desk/texts/{ASK}")).text
    assert "✓ Validée par <bdi>Karim, 2026-11-23</bdi>" in page
    stale = await trainer.fill(f"/texts/{ASK}/sign", language="fr", version=version)
    assert stale.status_code == 409


async def test_where_the_files_are_read_only_it_is_said(house: House, trainer: Visitor) -> None:
    house.script.writable = False
    assert "lecture seule" in (await trainer.get("/desk/texts")).text
    page = (await trainer.get(f"/desk/texts/{ASK}")).text
    assert "readonly" in page
    assert "Valider" not in page
    answer = await trainer.fill(f"/texts/{ASK}", False, **fields(house, ASK, FR="Quel âge ? {police}"))
    assert answer.status_code == 409


async def test_what_is_wrong_with_the_files_is_shown(house: House, trainer: Visitor) -> None:
    house.script.findings = [Finding("dialogs/flows/intake.yml", 7, "error", "no such slot", "see the others")]
    page = (await trainer.get("/desk/texts")).text
    assert "dialogs/flows/intake.yml:7" in page
    assert "dernière version correcte" in page


async def test_a_sentence_that_is_not_there(trainer: Visitor) -> None:
    assert (await trainer.get("/desk/texts/no.such.key")).status_code == 404
