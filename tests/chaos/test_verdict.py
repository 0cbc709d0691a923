"""The judge of a storm sees what it must see."""

import pytest

from tests.chaos.verdict import Kept, judge

COUNTS = {"webhooks": 0, "refused": 0, "restarts": 0, "faults": 0}


def broken(heard: str, said: str, received: str, *, kills: list[float] | None = None, cases: int = 1) -> dict[str, int]:
    """One child says ``a b``; a capital reply is marked as undelivered; a letter is taken every ten seconds."""
    kept = Kept("1", heard.split(), said.lower().split(), [text.isupper() for text in said.split()], cases)
    came = {"1": [(10.0 * place, text) for place, text in enumerate(received.split(), 1)]}
    return judge([kept], ["a", "b"], {}, ["1"], came, kills or [], COUNTS).broken


@pytest.mark.parametrize(
    ("heard", "said", "received", "found"),
    [
        ("a b", "x y y z", "x y y z", {}),
        ("a", "x y", "x y", {"lost": 1}),
        ("a b b", "x y", "x y", {"twice": 1}),
        ("a b", "x y z", "x y", {"unanswered": 1}),
        ("a b", "x y z", "x z y", {"disordered": 2}),
        ("a b", "x y", "x x y", {"causeless": 1}),
        ("a b", "x Y z", "x z", {}),
        ("a b", "x Y z", "x y z", {}),
        ("a b", "x y", "x y q", {"disordered": 1}),
    ],
)
def test_it_counts_what_was_not_kept(heard: str, said: str, received: str, found: dict[str, int]) -> None:
    assert broken(heard, said, received) == found


def test_a_repeat_needs_a_kill_and_a_second_repeat_is_too_many() -> None:
    assert broken("a b", "x y", "x x y", kills=[15.0]) == {}
    assert broken("a b", "x y", "x x y", kills=[25.0]) == {"causeless": 1}
    assert broken("a b", "x y", "x x x y", kills=[15.0, 25.0]) == {"thrice": 1}


def test_a_completed_intake_has_exactly_one_case() -> None:
    assert broken("a b", "x", "x", cases=2) == {"cases_wrong": 1}
    assert broken("a b", "x", "x", cases=0) == {"cases_wrong": 1}
