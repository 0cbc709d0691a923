"""What a message tells in words that no lexicon has: the training messages and the model's vote."""

from collections import Counter
from pathlib import Path

import pytest

from nlu import examples, told
from nlu.document import DataFault, load
from nlu.engine import EmbeddedInterpreter
from nlu.extraction import extract
from nlu.extraction.reading import Reading
from nlu.interpretation import Category, Language, Question, Reporter
from nlu.model import Model


@pytest.mark.parametrize("language", list(Language))
def test_every_variety_tells_of_every_kind(language: Language) -> None:
    messages = load(examples.LEXICON / "told" / f"{language.value}.yml")["messages"]
    kinds = Counter(kind for message in messages for kind in message.get("categories", ()))
    assert all(kinds[kind] >= 20 for kind in Category), kinds
    writers = Counter(message.get("reporter") for message in messages)
    assert all(writers[who] >= 10 for who in Reporter if who is not Reporter.SELF), writers
    assert sum("adult" in message for message in messages) >= 40
    assert sum("family" in message for message in messages) >= 20
    assert sum(not message.get("categories") for message in messages) >= 60


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{text: "x", kinds: [threats]}', "unknown keys: kinds"),
        ('{text: "x", categories: [treats]}', "'treats' is not a valid Category"),
        ('{text: "x", reporter: uncle}', "'uncle' is not a valid Reporter"),
        ('{text: "x", adult: maybe}', "adult is neither true nor false"),
        ("{categories: [threats]}", "'text'"),
    ],
)
def test_a_wrong_message_is_refused_by_its_number(tmp_path: Path, line: str, fault: str) -> None:
    (tmp_path / "told").mkdir()
    (tmp_path / "told" / "fr.yml").write_text(f'messages:\n- {{text: "rien"}}\n- {line}\n', "utf-8")
    with pytest.raises(DataFault, match="message 2") as refused:
        examples.read_told(tmp_path)
    assert fault in str(refused.value)


def test_the_model_tells_what_the_lexicons_leave_open(interpreter: EmbeddedInterpreter) -> None:
    added = 0
    for message in examples.read_told(examples.LEXICON)[::3]:
        known = {entity.entity for entity in extract(message.text, Question())}
        if "category" in known:
            continue
        heard = [e for e in interpreter.read(message.text, Question()).entities if e.entity == "category"]
        for entity in heard:
            added += ("category", entity.value) in message.values
            assert 0 <= entity.start < entity.end <= len(message.text)
        assert len({entity.value for entity in heard}) == len(heard)
    assert added > 60


def test_what_a_lexicon_finds_goes_only_where_the_model_denies_it(interpreter: EmbeddedInterpreter) -> None:
    kept = left = right = 0
    for message in examples.read_told(examples.LEXICON)[::3]:
        heard = set(interpreter.read(message.text, Question()).entities)
        for entity in extract(message.text, Question()):
            if entity.entity not in ("category", "reporter"):
                assert entity.entity in ("trusted_adult", "family_knows") or entity in heard
            elif entity in heard:
                kept += 1
            else:
                left += 1
                right += (entity.entity, entity.value) not in message.values
    assert left < kept / 3
    assert right > left * 0.9


def test_a_short_answer_is_not_voted_on(model_file: Path) -> None:
    reading = Reading("fsnap", Question("platform"))
    margins = {"category:threats": 9.0}
    assert told.voted(reading, (), margins, Model.load(model_file), telling=True) == ()


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("bonjour, c'est moi la victime, j'ai 14 ans et quelqu'un me menace sur whatsapp par messages", "threats"),
        ("quelqu'un me menace sur whatsapp, 0612345678, https://example.org/x, j'ai 15 ans", "threats"),
        ("je suis une fille, un gars me fait du chantage sur instagram avec une photo, j'ai 15 ans", "blackmail"),
        ("salam ana bnt 3ndi 14 3am w ana li w9e3 lia hadchi, wa7d kayhddedni f whatsapp hadi chehrayn", "threats"),
        ("slm wa7d kaybtazni f whatsapp nmrto 0612345678 3awnouni 3afakom", "blackmail"),
        ("السلام عليكم، أنا بنت عمري 14 سنة وأنا الضحية، شخص يهددني على واتساب برسائل منذ شهرين", "threats"),
        ("أنا من طنجة وعندي 12 سنة شخص يبتزني في مجموعة القسم", "blackmail"),
        ("سلام واحد كيهددني فواتساب النمرة ديالو 0612345678 عاونوني عافاكم", "threats"),
    ],
)
def test_what_is_named_is_believed_beside_all_else(interpreter: EmbeddedInterpreter, told: str, kind: str) -> None:
    found = {(entity.entity, entity.value) for entity in interpreter.read(told, Question()).entities}
    assert ("category", kind) in found
