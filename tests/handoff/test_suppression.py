"""From what leaves the house, nobody can tell a count of one to four: tried by whoever knows the rule and the total."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.suppression import FEWEST, safe


def _tables(cells: int, most: int) -> list[tuple[int, ...]]:
    return list(product(range(most + 1), repeat=cells))


def _recovered(worlds: dict[object, set[tuple[int, ...]]]) -> list[tuple[object, int]]:
    """Counts of one to four that are the same in every world that gives one and the same table."""
    found = []
    for shown, tables in worlds.items():
        for place in range(len(next(iter(tables)))):
            values = {table[place] for table in tables}
            if len(values) == 1 and 0 < min(values) < FEWEST:
                found.append((shown, place))
    return found


def _shown(table: tuple[int, ...], universe: int, also: tuple[str, ...] = ()) -> object:
    return tuple(safe({str(place): number for place, number in enumerate(table)}, universe, also).items())


@pytest.mark.parametrize(("cells", "most"), [(2, 14), (3, 12), (4, 9), (5, 6)])
def test_a_table_that_adds_up_tells_no_small_count(cells: int, most: int) -> None:
    worlds: dict[object, set[tuple[int, ...]]] = defaultdict(set)
    for table in _tables(cells, most):
        # Beyond ``most`` the same goes on; totals that reach it are left out, as some of their worlds are missing.
        if FEWEST <= sum(table) <= most:
            worlds[sum(table), _shown(table, sum(table))].add(table)
    assert not _recovered(worlds)
    assert len(worlds) > most


@pytest.mark.parametrize(("cells", "most"), [(2, 8), (3, 7), (4, 6)])
def test_a_table_in_which_a_case_may_count_twice_tells_no_small_count(cells: int, most: int) -> None:
    for universe in range(most + 1):
        worlds: dict[object, set[tuple[int, ...]]] = defaultdict(set)
        for table in _tables(cells, universe):
            if sum(table) >= universe:
                worlds[_shown(table, universe)].add(table)
        if universe >= FEWEST:
            assert not _recovered(worlds)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=15), st.data())
def test_what_is_hidden(numbers: list[int], data: st.DataObject) -> None:
    table = {str(place): number for place, number in enumerate(numbers)}
    also = data.draw(st.sets(st.sampled_from(sorted(table))))
    total = sum(numbers)
    shown = safe(table, total, also)
    assert list(shown) == list(table)
    assert all(number is None or number == table[value] for value, number in shown.items())
    hidden = [value for value, number in shown.items() if number is None]
    assert not any(0 < (shown[value] or 0) < FEWEST for value in shown)
    if total < FEWEST:
        assert len(hidden) == len(table)
    elif not any(0 < number < FEWEST for number in numbers) and not any(table[value] for value in also):
        assert not hidden
    else:
        # The total and what is shown never leave one cell alone.
        assert len(hidden) > 1 or len(table) == 1
