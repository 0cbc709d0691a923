"""Skeletons, concepts and the features made of them."""

import pytest

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
