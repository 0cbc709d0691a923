"""Normal form, and the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.normal import fold, normalise

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80)  # lone surrogates too


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("SALAAAAM 3afakkkk!!!", "salam 3afak!"),
        ("الــعربيّة", "العربيه"),
        ("أنا إلى آخر مدرسةٍ", "انا الي اخر مدرسه"),
        ("١٤ و ۱۵", "14 و 15"),
        ("né en été, l’œuvre", "ne en ete, l'oeuvre"),
        ("e\u0301te\u0301", "ete"),
        ("𝓼𝓪𝓵𝓪𝓶 ｓｌｍ", "salam slm"),
        ("ﻻ", "لا"),
        ("ݣالو ڭاع", "كالو كاع"),
        ("👍🏽👍🏽 ❤️", "👍 ❤"),
        ("1️⃣", "1"),
        ("hhhhhh mmm ههههه", "hh mm هه"),
        ("0600000000", "0600000000"),
        ("a\u200f\u202eb\0c\ud800d", "ab cd"),
        ("  \t ", ""),
        ("", ""),
    ],
)
def test_normal_form(written: str, normal: str) -> None:
    assert normalise(written) == normal


@given(ANY_TEXT)
def test_any_text_has_a_normal_form_that_stays(text: str) -> None:
    normal = normalise(text)
    assert normalise(normal) == normal
    normal.encode()  # no lone surrogate is left


@given(ANY_TEXT)
def test_fold_is_the_normal_form_with_the_way_back(text: str) -> None:
    folded = fold(text)
    assert folded.text == normalise(text)
    assert len(folded.text) == len(folded.offsets) == len(folded.ends)
    assert list(folded.offsets) == sorted(folded.offsets)
    for place in range(len(folded.text)):
        start, end = folded.span(place, place + 1)
        assert 0 <= start < end <= len(text)


def test_span_covers_what_was_folded_away() -> None:
    text = "  f instaaaa ١٤"
    folded = fold(text)
    start = folded.text.index("insta")
    begin, end = folded.span(start, start + len("insta"))
    assert text[begin:end] == "instaaaa"
    begin, end = folded.span(len(folded.text) - 2, len(folded.text))
    assert text[begin:end] == "١٤"


@pytest.mark.parametrize(("start", "end"), [(0, 0), (-1, 1), (0, 6), (3, 2)])
def test_span_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(IndexError):
        fold("salam").span(start, end)
