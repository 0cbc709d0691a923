"""The desk's own wording, French and Arabic, read from gettext catalogues."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LOCALES = {"fr": "fr", "ar": "ar_MA"}
"""The interface's languages, and the locale that dates and numbers follow: ``fr_MA`` writes "jui." for June, which
is read as July."""

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Words:
    """One language of the interface.

    Args:
        code: ``fr`` or ``ar``.
        locale: where dates and durations take their form from.
        texts: the sentences by key.
        plurals: the words that follow a number.
        zone: the time zone in which moments are shown.
    """

    code: str
    locale: Locale
    texts: Mapping[str, str]
    plurals: GNUTranslations
    zone: tzinfo

    @property
    def direction(self) -> str:
        return "rtl" if self.code == "ar" else "ltr"

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of a key, with its values set in.

        Raises:
            KeyError: when no catalogue has the key.
        """
        isolated = {
            name: f"{_FIRST_STRONG_ISOLATE}{value}{_POP_ISOLATE}" if isinstance(value, str) else value
            for name, value in values.items()
        }
        return self.texts[key].format(**isolated) if values else self.texts[key]

    def maybe(self, key: str, otherwise: str) -> str:
        """The sentence of a key of an open set (a channel's name), or the bare name where there is none."""
        return self.texts.get(key, otherwise)

    def moment(self, at: datetime) -> str:
        """A day and a time, in the desk's zone."""
        return format_datetime(at, "d MMM yyyy HH:mm", tzinfo=self.zone, locale=self.locale)

    def time(self, at: datetime) -> str:
        """Hours and minutes, in the desk's zone."""
        return format_time(at, "HH:mm", tzinfo=self.zone, locale=self.locale)

    def day(self, at: datetime) -> str:
        """A day, in the desk's zone."""
        return format_date(self.today(at), "full", locale=self.locale)

    def today(self, at: datetime) -> date:
        """Which day it is in the desk's zone."""
        return at.astimezone(self.zone).date()

    def date(self, at: date) -> str:
        """A day and its month, in few letters."""
        return format_date(at, "d MMM yyyy", locale=self.locale)

    def decimal(self, number: float) -> str:
        """A number with one decimal."""
        return format_decimal(number, "0.0", locale=self.locale)

    def count(self, unit: str, number: int) -> str:
        """A number of years, months, weeks, days, hours or minutes. Babel 2.18 lacks them in Arabic."""
        key = f"unit.{unit}"
        return self.plurals.ngettext(key, key, number).format(n=number)

    def span(self, length: timedelta) -> str:
        """A waiting time: in minutes up to two hours, in hours up to two days."""
        minutes = max(0, int(length.total_seconds()) // 60)
        if minutes < 120:
            return self.count("minute", minutes)
        if minutes < 48 * 60:
            return self.count("hour", minutes // 60)
        return self.count("day", minutes // (24 * 60))


def load_words(zone: tzinfo, package: str = "handoff.desk", name: str = "desk") -> dict[str, Words]:
    """Reads every catalogue.

    Args:
        zone: the time zone in which moments are shown.
        package, name: whose interface: the desk's, or another one beside it.

    Raises:
        ValueError: when a sentence is missing, fuzzy or empty in a language; names it.
    """
    found = {code: _read(code, zone, package, name) for code in LOCALES}
    every = set().union(*(words.texts for words in found.values()))
    for words in found.values():
        if missing := sorted(every - set(words.texts)):
            raise ValueError(f"{name}.po ({words.code}): no sentence for {', '.join(missing)}")
    return found


def chosen_words(words: Mapping[str, Words], chosen: str | None, accepted: str) -> Words:
    """The interface's language: as chosen, else as the browser asks for it, else French.

    Args:
        words: all languages by code.
        chosen: what somebody has chosen before, or None.
        accepted: the browser's ``Accept-Language``.
    """
    if chosen is not None and chosen in words:
        return words[chosen]
    return words["ar" if accepted.lower().startswith("ar") else "fr"]


def _read(code: str, zone: tzinfo, package: str, name: str) -> Words:
    source = files(package) / "locales" / code / f"{name}.po"
    catalogue = read_po(BytesIO(source.read_bytes()), locale=LOCALES[code])
    texts = {}
    for message in catalogue:
        if not message.id:
            continue
        key, forms = _tuple(message.id)[0], _tuple(message.string)
        if message.fuzzy or not all(forms) or len(forms) not in (1, catalogue.num_plurals):
            raise ValueError(f"{name}.po ({code}): {key} is not translated")
        texts[key] = forms[-1]
    counted = Catalog(LOCALES[code])  # to compile every sentence takes a tenth of a start
    counted.mime_headers = catalogue.mime_headers
    for message in catalogue:
        if message.pluralizable:
            counted.add(message.id, message.string)
    compiled = BytesIO()
    write_mo(compiled, counted)
    compiled.seek(0)
    return Words(code, Locale.parse(LOCALES[code]), texts, GNUTranslations(compiled), zone)


def _tuple(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)
