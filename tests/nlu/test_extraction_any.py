"""What holds for any text: an answer, places that fit, no overlap; and what a trainer's mistake says."""

import re
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu import danger
from nlu.document import load
from nlu.examples import LEXICON
from nlu.extraction import extract, lexicon, words
from nlu.extraction.finder import Finder
from nlu.extraction.phrases import PhraseBook, PhraseError
from nlu.interpretation import ENTITIES, Category, ContentType, Gender, Language, Platform, Question, Reporter
from nlu.normal import fold

SLOTS = (
    None,
    "age",
    "city",
    "name",
    "platform",
    "content_type",
    "reporter",
    "gender",
    "language",
    "trusted_adult",
    "narrative",
)
_PIECES = st.sampled_from(
    [
        "14",
        "عندي",
        "3ndi",
        "j'ai",
        "ans",
        "عام",
        "06 12 34 56 78",
        "@a_b",
        "www.",
        "https://",
        "\u202e",
        "\ud800",
        "\x00",
        "🙏",
        "ماما",
        "ma",
        "bghit",
        "l'insta",
        "é",
        "ـ",
        "٣",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=120), st.lists(_PIECES, max_size=15).map(" ".join), st.lists(_PIECES, max_size=9).map("".join)
    ),
    st.sampled_from(SLOTS),
)
def test_any_text_is_answered_with_places_that_fit(text: str, expects: str | None) -> None:
    entities = extract(text, Question(expects))
    assert list(entities) == sorted(entities, key=lambda e: (e.start, e.end, e.entity))
    for entity in entities:
        assert entity.entity in ENTITIES
        assert 0 <= entity.start < entity.end <= len(text)
    for name in ENTITIES:
        same = [e for e in entities if e.entity == name]
        assert all(before.end <= after.start for before, after in pairwise(same))
    danger.find(text)


def test_every_value_of_the_lexicon_is_one_of_the_contract_s() -> None:
    for topic, values in (
        ("platforms", Platform),
        ("contents", ContentType),
        ("categories", Category),
        ("genders", Gender),
        ("languages", Language),
        ("reporters", Reporter),
    ):
        named = {
            str(v)
            .removeprefix("bare ")
            .removesuffix(" needs proof")
            .removesuffix(" unless other")
            .removesuffix(" if likely")
            for v in lexicon.read(topic)["values"]
        }
        assert named - set(values) <= {"phone calls"}


def _keys(node: yaml.Node) -> Iterator[list[str]]:
    """The keys of each mapping in a document."""
    if isinstance(node, yaml.MappingNode):
        yield [key.value for key, _ in node.value]
    for child in node.value if isinstance(node, yaml.CollectionNode) else ():
        for part in child if isinstance(child, tuple) else (child,):
            yield from _keys(part)


@pytest.mark.parametrize("file", sorted(LEXICON.glob("*.yml")), ids=lambda file: file.stem)
def test_no_key_of_a_lexicon_is_written_twice(file: Path) -> None:
    document = yaml.compose(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    assert document is not None
    assert [keys for keys in _keys(document) if len(keys) != len(set(keys))] == []


@pytest.mark.parametrize("file", sorted(LEXICON.glob("*.yml")), ids=lambda file: file.stem)
def test_every_list_of_a_lexicon_is_used(file: Path) -> None:
    text = file.read_text("utf-8")
    document = load(file)
    lists = document.get("lists", {}) if isinstance(document, dict) else {}
    assert [name for name in lists if not re.search(rf"@{name}\b", text)] == []


def test_the_gazetteer_holds_its_towns_in_both_scripts() -> None:
    towns = lexicon.read("cities")["values"]
    both = [
        t for t, s in towns.items() if any("\u0600" < x[0] < "\u06ff" for x in s) and any(x[0] < "\u0250" for x in s)
    ]
    assert len(both) >= 150


@pytest.mark.parametrize(
    ("phrase", "text", "matches"),
    [
        ("bghit nmchi", "ana bghiiit nemchi daba", True),
        ("bghit nmchi", "brit nmchi", False),
        ("yhdedni", "tayhadedni", True),
        ("kayhdedni", "kayhder", False),
        ("a|b .. zra3at?  dar", "a zra3at dar", True),
        ("wa7d (kbir bzaf|sghir)", "wa7d sghir", True),
        ("salam .. khti", "salam mon mon mon mon mon khti", True),
        ("salam .. khti", "salam mon mon mon mon mon mon khti", False),
        ("salam .. khti", "salam. khti", False),
        ("=viol", "vlil", False),
        ("salam ... khti", "salam mon mon mon mon mon mon khti", True),
        ("salam & khti", "khti mon salam", True),
        ("salam & khti", "salam khti", True),
        ("# dh", "500 dh", True),
        ("nta7er", "nenta7ar", True),
        ("n3ich", "n3ix", True),
    ],
)
def test_a_phrase_is_found_in_its_spellings(phrase: str, text: str, matches: bool) -> None:
    book = PhraseBook()
    book.add(phrase, "ary-Latn", "x")
    assert bool(book.find(words.split(fold(text)))) is matches


@pytest.mark.parametrize("text", ["il m'attend", "il mattend", "ils m attendent"])
def test_french_elision_may_be_written_together(text: str) -> None:
    book = PhraseBook()
    book.add("m attend|attendent", "fr", "x")
    assert book.find(words.split(fold(text)))


@pytest.mark.parametrize(("written", "meant"), [("jpense", "pense"), ("pr", "pour"), ("qd", "quand"), ("chui", "suis")])
def test_french_written_short_is_read_at_length(written: str, meant: str) -> None:
    book = PhraseBook()
    book.add(meant, "fr", "x")
    assert book.find(words.split(fold(written)))


def test_arabic_letters_that_children_confuse_are_one() -> None:
    book = PhraseBook()
    book.add("يضربني", "ary", "x")
    assert book.find(words.split(fold("يظربني")))


@pytest.mark.parametrize("phrase", ["(a|b", "hada?", "@nothing", "ab*", "a )", "ab & cd & ef"])
def test_a_phrase_that_cannot_be_read_is_refused(phrase: str) -> None:
    with pytest.raises(PhraseError):
        PhraseBook().add(phrase, "ary", "x")


def test_a_long_message_of_numbers_is_read_in_time_in_proportion() -> None:
    def taken(count: int) -> float:
        text = "depuis 3 jours et 14 ans " * count
        start = time.thread_time()
        extract(text, Question())
        return time.thread_time() - start

    taken(40)
    short, long = min(taken(40) for _ in range(5)), min(taken(320) for _ in range(3))
    assert long < 24 * short


def test_a_book_that_was_kept_finds_the_same(tmp_path: Path) -> None:
    book = PhraseBook()
    for number, phrase in enumerate(("salam .. khti", "@kin hada?", "suicid*", "(ma bqa|bla) nmout & daba", "# dh")):
        book.add(phrase, "ary-Latn", ("x", number), {"kin": {"ary-Latn": ["khti", "khouya l3ziz"]}})
    np.savez(tmp_path / "book.npz", allow_pickle=False, **book.packed())
    with np.load(tmp_path / "book.npz") as kept:
        again = Finder(kept)
    for text in ("salam 3lik a khti", "khouya l3ziz hada", "suicider", "daba bla nmout", "500 dh", "walo"):
        tokens = words.split(fold(text))
        assert again.find(tokens) == book.find(tokens)
        assert bool(book.find(tokens)) == (text != "walo")


def test_a_book_of_other_lexicons_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    packed = lexicon.pack()
    monkeypatch.setattr(lexicon, "_FINDER", [])
    monkeypatch.setattr(lexicon, "FOLDER", tmp_path)
    lexicon.unpack(packed)
    assert lexicon._FINDER == []
    monkeypatch.undo()
    monkeypatch.setattr(lexicon, "_FINDER", [])
    lexicon.unpack(packed)
    assert len(lexicon._FINDER) == 1
