"""A request for a language."""

from nlu.extraction.reading import BARE, Reading
from nlu.interpretation import Entity


def find(reading: Reading) -> list[Entity]:
    """The variety asked for; its bare name only as an answer."""
    hits = reading.found("languages", bare=False)
    if not hits and (reading.expects == "language" or len(reading.tokens) == 1):
        hits = reading.found("languages")
    return [reading.entity("language", f.value.removeprefix(BARE), f.first, f.last, f.cut) for f in hits[:1]]
