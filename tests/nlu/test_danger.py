"""The danger rules against their own examples, and what the files must hold."""

from typing import Any

import pytest

from nlu import danger, examples
from nlu.document import load
from nlu.extraction import lexicon
from nlu.interpretation import DangerKind

VARIETIES = ("ary", "ary-Latn", "ar", "fr")


def _rules(kind: DangerKind) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = lexicon.read(kind.value)["rules"]
    return rules


MATCH = [
    (kind, rule["id"], text)
    for kind in DangerKind
    for rule in _rules(kind)
    for texts in rule["match"].values()
    for text in texts
]
NO_MATCH = [
    (kind, text) for kind in DangerKind for texts in lexicon.read(kind.value)["no_match"].values() for text in texts
]


@pytest.mark.parametrize(("kind", "rule", "text"), MATCH)
def test_a_rule_meets_its_examples(kind: DangerKind, rule: str, text: str) -> None:
    assert (kind, rule) in [(r.kind, r.name) for r in danger.rules_in(text)]


@pytest.mark.parametrize(("kind", "text"), NO_MATCH)
def test_no_rule_meets_what_is_no_danger(kind: DangerKind, text: str) -> None:
    assert danger.rules_in(text) == []


@pytest.mark.parametrize("variety", VARIETIES)
@pytest.mark.parametrize("kind", list(DangerKind))
def test_every_kind_has_its_examples_in_every_variety(kind: DangerKind, variety: str) -> None:
    texts = [text for rule in _rules(kind) for text in rule["match"][variety]]
    assert len(texts) >= 25
    assert len(lexicon.read(kind.value)["no_match"][variety]) >= 15
    assert all(rule[variety] and rule["about"] for rule in _rules(kind))


def test_the_rules_alone_hear_most_of_what_children_say_and_little_else() -> None:
    heard: dict[bool, list[bool]] = {True: [], False: []}
    for file in examples.spoken_files(examples.LEXICON):
        for kind, texts in load(file).items():
            heard[kind != "none"] += [danger.find(text) is not None for text in texts]
    # Most of these were written in words that the rules did not have.
    assert sum(heard[True]) / len(heard[True]) >= 0.67
    # Most of these sound like danger on purpose, and a thousand share nearly all words with one; an excuse that could
    # hide a real one is none.
    assert sum(heard[False]) / len(heard[False]) <= 0.021


def test_the_gravest_danger_is_named_with_its_rule() -> None:
    found = danger.find("bghit nmout w howa wa9ef 9ddam lbab daba")
    assert found is not None
    assert found.kind is DangerKind.IMMEDIATE_DANGER
    assert found.source == "lexicon.at_the_door"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("hier il ma violée", "sexual_abuse"),
        ("brit nmout", "self_harm"),
        ("bghiiiit nmoooot 😭", "self_harm"),
        ("B8IT NMOUT", "self_harm"),
        ("jveu mourrir", "self_harm"),
        ("j’ai envie d’en finir", "self_harm"),
        ("بغييت نمووت", "self_harm"),
        ("بَغِيتْ نْمُوتْ", "self_harm"),
        ("أُرِيدُ أن أمُوت", "self_harm"),
        ("avant je voulais mourir mais maintenant ça va", "self_harm"),
        ("صاحبتي باغا تنتاحر", "self_harm"),
        ("il est devant chez moi", "immediate_danger"),
        ("mon beau-père me touche la nuit", "sexual_abuse"),
        ("رَجُلٌ يلمسني", "sexual_abuse"),
        ("jpense a me tuer", "self_harm"),
        ("nn3es w manfi9ch 3omri", "self_harm"),
        ("mama sme7 lia, rani mchit l3nd rbi", "self_harm"),
        ("khoya bla3 kinat d mama kamlin", "self_harm"),
        ("واقف فوق القنطرة وكنفكر ننقز", "self_harm"),
        ("ils mattendent devant chez moi", "immediate_danger"),
        ("hrebt mn dar w ma3ndi fin nbat", "immediate_danger"),
        ("أغلق علي الباب بالمفتاح ولا يتركني أخرج", "immediate_danger"),
        ("papi me fait des choses bizarres la nuit", "sexual_abuse"),
        ("lcoach 7et yddo 3liya f lvestiaire", "sexual_abuse"),
        ("كيدير ليا شي حوايج ما كنبغيهمش بالليل", "sexual_abuse"),
    ],
)
def test_spelling_and_negation_do_not_hide_a_danger(text: str, kind: str) -> None:
    found = danger.find(text)
    assert found is not None
    assert found.kind.value == kind


@pytest.mark.parametrize(
    "text",
    [
        "nmout b dahk",
        "mort de rire",
        "قتلني بالضحك",
        "je suis mort 😂",
        "on va jouer à tuer des zombies",
        "قتلوني ف فري فاير",
        "ghadi y9tlni b dahk",
        "ma mère va me tuer",
        "ma bghitch nmout",
        "je ne veux pas mourir",
        "salam",
        "",
        "😂",
        "14",
        "wa7d kayhddni ynchr tsawri",
        "je veux retirer ma plainte",
        "mabghitch nkmel f chikaya",
        "vous allez appeler la police ?",
        "j'ai pas du tout envie de mourir",
        "ils m'écrivent va crever en commentaire",
        "had l7arara ghat9tlna",
        "kaygolo lia sir tnta7er f les commentaires",
        "ما كنفكرش نأذي راسي",
        "أموت حبا في البيتزا",
        "il me suit sur insta",
        "l3am li fat kan wa7d tab3ni f tri9",
        "je suis dans le train pour Rabat",
        "هل يمكنني الذهاب إلى الشرطة",
        "mama kat3en9ni 9bel man3es",
    ],
)
def test_idioms_denials_and_threats_are_no_danger(text: str) -> None:
    assert danger.find(text) is None
