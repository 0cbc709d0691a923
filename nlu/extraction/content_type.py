"""The form that the content takes."""

from nlu.extraction import lexicon
from nlu.extraction.reading import Reading
from nlu.interpretation import Entity


def find(reading: Reading) -> list[Entity]:
    """The forms named: a video, a photo, a comment, an account…"""
    hits = [hit for hit in reading.found("contents") if hit.value != lexicon.NEVER]
    return [reading.entity("content_type", f.value, f.first, f.last, f.cut) for f in hits]
