"""The child's gender, where the child says it."""

from nlu.extraction import lexicon
from nlu.extraction.reading import BARE, Reading
from nlu.interpretation import Entity

_OF = lexicon.word_set("of") | lexicon.word_set("not for") | lexicon.word_set("not here")  # "mother of a girl of 12"


def find(reading: Reading) -> list[Entity]:
    """What somebody plainly says of themselves; the bare word only as an answer."""
    hits = [f for f in reading.found("genders", bare=False) if reading.word(f.first - 1) not in _OF]
    if not hits and reading.expects == "gender":
        hits = reading.found("genders")
    return [reading.entity("gender", f.value.removeprefix(BARE), f.first, f.last, f.cut) for f in hits[:1]]
