"""The child's gender, where the child says it."""

from nlu.extraction.reading import BARE, Reading
from nlu.interpretation import Entity


def find(reading: Reading) -> list[Entity]:
    """What somebody plainly says of themselves; the bare word only as an answer."""
    hits = reading.found("genders", bare=False)
    if not hits and reading.expects == "gender":
        hits = reading.found("genders")
    return [reading.entity("gender", f.value.removeprefix(BARE), f.first, f.last, f.cut) for f in hits[:1]]
