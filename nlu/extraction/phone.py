"""Telephone numbers, in E.164."""

import re

import phonenumbers

from nlu.extraction import link
from nlu.extraction.reading import Reading
from nlu.interpretation import Entity

_HOME = "MA"
_GAP = r"[ .\-/()]{0,2}"
_MOROCCAN = re.compile(
    rf"(?<!\d)(?:(?:\+|00){_GAP}|)212{_GAP}0?{_GAP}[5-8](?:{_GAP}\d){{8}}(?!\d)"
    rf"|(?<!\d)0{_GAP}[5-8](?:{_GAP}\d){{8}}(?!\d)"
    rf"|(?<!\d)[67]\d{{8}}(?!\d)"
)
_FOREIGN = re.compile(rf"(?<!\d)(?:\+|00)[ ]?[1-9](?:{_GAP}\d){{6,14}}(?!\d)")
_ENOUGH_DIGITS = re.compile(r"\d(?:[^\d\w]{0,2}\d){7}")


def find(reading: Reading) -> list[Entity]:
    """Moroccan numbers in every notation and foreign ones with their country code; no ages, years or codes."""
    text = reading.folded.text
    if not _ENOUGH_DIGITS.search(text):
        return []
    places = [(u.start, u.end) for u in link.urls(reading)]
    found: list[Entity] = []
    for pattern in (_MOROCCAN, _FOREIGN):
        for match in pattern.finditer(text):
            number = _parse(match.group())
            if number is None:
                continue
            entity = reading.place("phone", number, *match.span())
            if all(entity.end <= start or entity.start >= end for start, end in places):
                places.append((entity.start, entity.end))
                found.append(entity)
    return found


def _parse(written: str) -> str | None:
    digits = re.sub(r"\D", "", written)
    if digits.startswith("212") and not written.startswith("+"):
        digits = "00" + digits
    if len(digits) == 9:
        digits = "0" + digits
    try:
        number = phonenumbers.parse("+" + digits if written.startswith("+") else digits, _HOME)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    if number.country_code != 212 and not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
