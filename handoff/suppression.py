"""Suppression: what is left out of a table before it leaves the house, so that no child can be singled out.

Counts under five are hidden, zeros too. Where a hidden count is not zero, another cell is hidden as well, or two where
there is but one small count; they are chosen by their place alone. Whoever knows the total, this rule and every other
cell can then tell no small count: a case may always have been counted in another hidden cell instead.
"""

from collections.abc import Collection, Mapping

FEWEST = 5
"""The smallest count that is shown."""


def safe(table: Mapping[str, int], universe: int, also: Collection[str] = ()) -> dict[str, int | None]:
    """A table that may leave the house.

    Args:
        table: counts by value, with every value that could have been counted, in an order that follows from no count.
        universe: how many were counted in all; under five, nothing is shown.
        also: values to hide whatever their count.

    Returns:
        the table with None for what is hidden.
    """
    if universe < FEWEST:
        return dict.fromkeys(table)
    hidden = {value for value, number in table.items() if number < FEWEST or value in also}
    if not any(table[value] for value in hidden):
        # Nothing but zeros: adding up the others gives them away, and they tell of nobody.
        return dict(table)
    shown = [value for value in table if value not in hidden]
    hidden.update(shown[-2:] if len(hidden) == 1 else shown[-1:])
    return {value: None if value in hidden else number for value, number in table.items()}


def safe_number(number: int) -> int | None:
    """A number that stands alone: hidden under five; a zero tells of nobody."""
    return number if number >= FEWEST or number == 0 else None
