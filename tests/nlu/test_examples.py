"""Training sentences, their counts, and training from them."""

from pathlib import Path

import pytest

from nlu import counts, examples
from nlu.document import DataFault
from nlu.engine import EmbeddedInterpreter
from nlu.interpretation import ENTITIES, DangerKind, Intent, Language, Question
from nlu.model import Model, ModelMissing
from nlu.train import train

DATA = Path(__file__).parent.parent.parent / "nlu" / "data"
DOMAIN = DATA.parent / "domain.yml"
FEWEST = 30
FEWEST_FREQUENT = 60
RARE = {Intent.ASK_HOURS, Intent.CHANGE_LANGUAGE, Intent.RESTART, Intent.GOODBYE}


def write(folder: Path, language: Language = Language.FR, text: str | None = None) -> Path:
    """A small training file: every intent named by its own words."""
    content = text or 'version: "3.1"\nnlu:\n' + "".join(
        f"- intent: {intent}\n  examples: |\n    - {intent.replace('_', ' ')} un\n    - le {intent.replace('_', ' ')}\n"
        for intent in Intent
    )
    file = folder / f"{language}.yml"
    file.write_text(content, "utf-8")
    return file


@pytest.fixture
def small(thinned: None, tmp_path: Path) -> Path:
    for language in Language:
        write(tmp_path, language)
    return tmp_path


def test_annotations_are_taken_off(tmp_path: Path) -> None:
    write(
        tmp_path,
        text='nlu:\n- intent: report_incident\n  examples: |\n    - sur [insta]{"entity": "platform", "value": '
        '"instagram"} à [Salé](city)\n- synonym: instagram\n  examples: |\n    - insta\n',
    )
    (example,) = examples.read(tmp_path)
    assert example.text == "sur insta à Salé"
    assert example.entities == (("platform", "instagram"), ("city", "Salé"))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("nlu: [", "not readable as YAML"),
        ("version: '3.1'", "no list under 'nlu'"),
        ("nlu:\n- intent: dance\n  examples: |\n    - yo\n", "unknown intent 'dance'"),
        ("nlu:\n- intent: greet\n  examples: |\n    - [yo]{oops}\n", "bad annotation"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, text: str, fault: str) -> None:
    file = write(tmp_path, text=text)
    with pytest.raises(DataFault, match=fault) as refusal:
        examples.read(tmp_path)
    assert str(file) in str(refusal.value)


def test_a_folder_without_sentences_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFault, match="no training file"):
        examples.read(tmp_path)


def test_an_intent_that_a_variety_lacks_is_refused(small: Path, tmp_path: Path) -> None:
    file = small / "ary.yml"
    file.write_text(file.read_text("utf-8").replace("intent: withdraw_case", "intent: greet"), "utf-8")
    with pytest.raises(DataFault, match=r"withdraw_case in ary$"):
        train(small, tmp_path / "model.npz")


def test_every_intent_has_enough_sentences_in_every_variety() -> None:
    found = examples.read(DATA)
    counts.check(found)
    for intent, numbers in counts.counted(found).items():
        fewest = FEWEST if intent in RARE else FEWEST_FREQUENT
        assert min(numbers.values()) >= fewest, (intent, numbers)


def test_the_table_counts_every_intent() -> None:
    lines = counts.table(DATA).splitlines()
    assert [line.split()[0] for line in lines] == ["intent", *(intent.value for intent in Intent), "all"]
    assert lines[-1].split()[-1] == str(len(examples.read(DATA)))


def test_rasa_s_domain_names_the_same_intents_and_entities() -> None:
    from nlu.document import load

    domain = load(DOMAIN)
    assert domain["intents"] == [intent.value for intent in Intent]
    assert domain["entities"] == list(ENTITIES)


def test_the_danger_rules_give_examples_of_every_kind() -> None:
    found = examples.read_danger(examples.LEXICON)
    assert {example.kind for example in found} == {*DangerKind, None}


def test_training_is_the_same_to_the_byte_and_skipped_when_nothing_changed(small: Path) -> None:
    one, other = small / "one.npz", small / "other.npz"
    assert train(small, one).trained
    assert train(small, other).trained
    assert one.read_bytes() == other.read_bytes()
    assert not train(small, one).trained
    assert train(small, one, force=True).trained
    write(small, Language.AR, (small / "ar.yml").read_text("utf-8") + "    - encore une\n")
    assert train(small, one).trained


def test_a_trained_model_reads_its_own_sentences(small: Path) -> None:
    train(small, small / "model.npz")
    engine = EmbeddedInterpreter.load(small / "model.npz")
    for intent in (Intent.ASK_PRIVACY, Intent.WITHDRAW_CASE, Intent.ERASE_DATA):
        assert engine.read(f"le {intent.replace('_', ' ')}", Question()).intent is intent


def test_no_part_of_a_model_is_left_behind(small: Path) -> None:
    train(small, small / "models" / "model.npz")
    assert [file.name for file in (small / "models").iterdir()] == ["model.npz"]


def test_a_missing_or_damaged_model_is_named(tmp_path: Path) -> None:
    file = tmp_path / "model.npz"
    with pytest.raises(ModelMissing, match=r"no trained model; run: m3ak train"):
        Model.load(file)
    file.write_bytes(b"not a model")
    with pytest.raises(ModelMissing, match="damaged"):
        EmbeddedInterpreter.load(file)
