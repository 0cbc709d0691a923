"""Sparing httpx a search: its pool asks for the optional package sniffio at every step of every request, and where it
is not installed Python looks through all folders each time, a quarter of what sending a message costs."""

import sys
from importlib.util import find_spec


def spare_lookups() -> None:
    """Lets that search end at once. May be called any number of times."""
    if "sniffio" not in sys.modules and find_spec("sniffio") is None:
        # Python's own mark for a module that is not to be had.
        sys.modules["sniffio"] = None  # type: ignore[assignment]
