"""Skeletons, concepts and the features made of them."""

from pathlib import Path

import pytest

from nlu import concepts as layers
from nlu.concepts import concepts
from nlu.features import BLOCKS, features, masked, tokens
from nlu.normal import normalise
from nlu.skeleton import skeleton


@pytest.mark.parametrize(
    "spellings",
    [
        ("كيهددني", "kayhdedni", "kihddedni"),
        ("خويا", "khoya", "5oya", "7'oya"),
        ("قلت", "9olt", "golt", "qolt"),
        ("بغيت", "bghit", "b8it"),
        ("شكاية", "chikaya", "shikaya"),
        ("الميساج", "lmessage"),
        ("فايسبوك", "facebook"),
    ],
)
def test_one_skeleton_in_both_scripts(spellings: tuple[str, ...]) -> None:
    assert len({skeleton(normalise(word)) for word in spellings}) == 1


def test_different_words_have_different_skeletons() -> None:
    words = ["كيهددني", "بغيت", "شكاية", "قلت", "خويا", "صورة"]
    assert len({skeleton(normalise(word)) for word in words}) == len(words)


@pytest.mark.parametrize(
    ("concept", "words"),
    [
        ("complaint", ("chikaya", "شكاية", "الشكاية", "شكايتي", "plainte", "dossier")),
        ("threat", ("kayhdedni", "كيهددني", "يهددني", "menace")),
        ("withdraw", ("nsheb", "سحب", "retirer", "annuler")),
        ("when", ("imta", "وقتاش", "متى", "quand")),
    ],
)
def test_words_of_all_varieties_share_a_concept(concept: str, words: tuple[str, ...]) -> None:
    for word in words:
        assert concept in concepts(normalise(word))[0], word


@pytest.mark.parametrize(
    ("meaning", "words"),
    [
        (".slap", ("gifle", "صرفقني", "sarf9ni", "صفعني")),
        (".photo", ("photo", "تصويرة", "tswira", "صورة")),
        (".laugh", ("rient", "كيضحكو", "kaydhko", "يضحكون")),
        (".uncle", ("oncle", "خالي", "khali")),
    ],
)
def test_words_of_all_varieties_share_a_meaning(meaning: str, words: tuple[str, ...]) -> None:
    for word in words:
        assert meaning in concepts(normalise(word))[1], word


def test_the_concepts_that_training_kept_are_taken_unless_a_file_has_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    read = layers._layers()
    packed = layers.pack()
    monkeypatch.setattr(layers, "_LAYERS", [])
    layers.unpack(packed)
    assert read == layers._LAYERS
    (tmp_path / "concepts.yml").write_text("fire: nar", "utf-8")
    monkeypatch.setattr(layers, "_LAYERS", [])
    monkeypatch.setattr(layers, "_HERE", tmp_path)
    layers.unpack(packed)
    assert layers._LAYERS == []


def test_unknown_words_have_no_concept() -> None:
    assert concepts("zzxqw") == ((), ())
    assert concepts("") == ((), ())


def test_addresses_handles_and_numbers_are_masked() -> None:
    text = masked(normalise("https://x.example/a?b=1 @sara.b 06 12 34 56 78 f 14 3am 2024"))
    assert tokens(text) == ["xurl", "xhandle", "xphone", "f", "xn", "3am", "xlong"]


def test_every_block_has_features_of_an_ordinary_message() -> None:
    found = features(normalise("wa7d kayhdedni f whatsapp"))
    assert len(found) == len(BLOCKS)
    assert all(found)
