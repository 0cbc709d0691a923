"""A request for a language."""

from nlu.extraction.reading import BARE, Reading
from nlu.interpretation import Entity, Language

_LATIN = f"{BARE}{Language.ARY_LATN.value}"


def find(reading: Reading) -> list[Entity]:
    """The variety asked for; its bare name only as an answer."""
    hits = reading.found("languages", bare=False)
    if not hits and (reading.expects == "language" or len(reading.tokens) == 1):
        hits = reading.found("languages")
    if hits and hits[0].value == _LATIN and reading.question.language is Language.FR:
        hits = [hits[0]._replace(value=Language.ARY.value)]  # who writes French means the language, not its letters
    return [reading.entity("language", f.value.removeprefix(BARE), f.first, f.last, f.cut) for f in hits[:1]]
