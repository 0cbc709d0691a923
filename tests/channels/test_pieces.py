"""Cutting long texts."""

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.pieces import head_and_tail, length, pieces

TEXTS = st.lists(st.sampled_from(["a", "ب", "😢", " ", "\n", "\n\n", ". ", "؟ ", "é"]), max_size=300).map("".join)


@given(TEXTS, st.integers(2, 40))
def test_nothing_but_white_space_is_lost_and_no_piece_is_too_long(text: str, limit: int) -> None:
    parts = pieces(text, limit)
    assert all(length(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(TEXTS, st.integers(2, 40))
def test_the_tail_fits_and_is_the_end(text: str, limit: int) -> None:
    head, tail = head_and_tail(text, limit)
    assert length(tail) <= limit
    assert "".join((head + tail).split()) == "".join(text.split())


def test_cuts_where_a_reader_pauses() -> None:
    assert pieces("aaaa bbbb.\n\ncccc dddd", 16) == ["aaaa bbbb.", "cccc dddd"]
    assert pieces("واش بخير؟ حكي ليا", 12) == ["واش بخير؟", "حكي ليا"]
    assert pieces("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]
    assert pieces("") == [""]


def test_a_pair_of_surrogates_counts_twice() -> None:
    assert pieces("😢" * 6, 4) == ["😢" * 2] * 3
