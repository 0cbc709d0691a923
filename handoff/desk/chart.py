"""Charts as SVG inside the page: pygal reckons scales and places, the desk's style sheet gives the colours."""

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup

Bars = Sequence[tuple[str, int]]

_WIDTH = 350
_LINE = 26
_TALL = 190
_FONT = 12
_LABELS = 16
"""Labels under upright bars at most: more would run into one another on a phone."""
_LEFT_OUT = ("desc", "title", "defs", "script", "style")


def chart(bars: Bars, name: str, *, upright: bool = False, mirrored: bool = False) -> Markup:
    """A bar chart.

    Args:
        bars: label and count of each, in their order.
        name: what the picture is called for those who do not see it.
        upright: bars that stand, for what goes on in time; otherwise they lie, with room for words.
        mirrored: from right to left, for Arabic.
    """
    kinds, style = _pygal()
    kind = kinds.Bar if upright else kinds.HorizontalBar
    height = _TALL if upright else 2 * _LINE + _LINE * len(bars)
    drawn = kind(
        width=_WIDTH, height=height, margin=6, margin_right=8 if upright else 34, spacing=4, js=[], css=[],
        show_legend=False, print_values=not upright, print_values_position="top", min_scale=2, max_scale=5,
        truncate_label=-1, style=style(label_font_size=_FONT, value_font_size=_FONT, major_label_font_size=_FONT),
        formatter=lambda number: f"{number:.0f}",
    )  # fmt: skip
    # Lying bars are drawn from the bottom.
    shown = list(bars) if upright else list(reversed(bars))
    every = -(-len(shown) // _LABELS)
    drawn.x_labels = [label if n % every == 0 else "" for n, (label, _) in enumerate(shown)]
    drawn.add("", [number for _, number in shown])
    tree = drawn.render_tree()
    _clean(tree)
    if mirrored:
        _mirror(tree)
    picture = ElementTree.Element(
        "svg", {"viewBox": f"0 0 {_WIDTH} {height}", "role": "img", "aria-label": name, "class": "chart"}
    )
    picture.extend(tree)
    return Markup(ElementTree.tostring(picture, encoding="unicode"))  # noqa: S704  # built as a tree: all text is escaped


@cache
def _pygal() -> tuple[Any, Any]:
    """The library, loaded where it is first used."""
    import pygal
    from pygal.style import Style

    # Its finder of map plugins is of a kind that Python has given up, and warns at each later import.
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]
    return pygal, Style


def _clean(element: ElementTree.Element) -> None:
    """Leaves the picture alone: no script, no style and no tooltip, which the page's policy would not run."""
    for child in list(element):
        kind = child.get("class", "")
        # A comment's tag is a function.
        if child.tag in _LEFT_OUT or callable(child.tag) or "tooltip-overlay" in kind:
            element.remove(child)
        else:
            _clean(child)
    element.attrib.pop("style", None)


def _mirror(tree: ElementTree.Element) -> None:
    """Turns the picture round, and each word in it back again."""
    for group in tree:
        group.set("transform", f"matrix(-1 0 0 1 {_WIDTH} 0)")
    for word in tree.iter("text"):
        x, before = float(word.get("x", 0)), word.get("transform", "")
        word.set("transform", f"matrix(-1 0 0 1 {2 * x:g} 0) {before}".strip())
