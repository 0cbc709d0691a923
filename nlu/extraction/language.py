"""A request for a language."""

from nlu.extraction import lexicon
from nlu.extraction.reading import BARE, Reading
from nlu.interpretation import Entity, Language

_POLITE = lexicon.word_set("polite")
_LATIN = f"{BARE}{Language.ARY_LATN.value}"


def find(reading: Reading) -> list[Entity]:
    """The variety asked for; its bare name only as an answer."""
    hits = reading.found("languages", bare=False)
    if not hits:
        bare = reading.found("languages")
        named = {index for hit in bare for index in range(hit.first, hit.last + 1)}
        others = [t for i, t in enumerate(reading.tokens) if i not in named and t.text not in _POLITE]
        hits = bare if reading.expects == "language" or not others else []
    hits = [hit for hit in hits if hit.value != lexicon.NEVER]
    if hits and hits[0].value == _LATIN and reading.question.language is Language.FR:
        hits = [hits[0]._replace(value=Language.ARY.value)]  # who writes French means the language, not its letters
    return [reading.entity("language", f.value.removeprefix(BARE), f.first, f.last, f.cut) for f in hits[:1]]
