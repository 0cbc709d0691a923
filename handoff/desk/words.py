"""The desk's own wording, French and Arabic, read from gettext catalogues."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from importlib.resources import files
from io import BytesIO

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.messages.pofile import read_po

LOCALES = {"fr": "fr_MA", "ar": "ar_MA"}
"""The interface's languages, and the locale that dates and numbers follow."""

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Words:
    """One language of the interface.

    Args:
        code: ``fr`` or ``ar``.
        locale: where dates and durations take their form from.
        texts: the sentences by key.
        zone: the time zone in which moments are shown.
    """

    code: str
    locale: Locale
    texts: Mapping[str, str]
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
        return format_datetime(at, "medium", tzinfo=self.zone, locale=self.locale)

    def time(self, at: datetime) -> str:
        """Hours and minutes, in the desk's zone."""
        return format_time(at, "HH:mm", tzinfo=self.zone, locale=self.locale)

    def day(self, at: datetime) -> str:
        """A day, in the desk's zone."""
        return format_date(at.astimezone(self.zone).date(), "full", locale=self.locale)

    def span(self, length: timedelta) -> str:
        """A waiting time, in minutes up to two hours."""
        return format_timedelta(
            max(length, timedelta(0)), granularity="minute", threshold=2, format="short", locale=self.locale
        )


def load_words(zone: tzinfo) -> dict[str, Words]:
    """Reads every catalogue.

    Raises:
        ValueError: when a sentence is missing, fuzzy or empty in a language; names it.
    """
    found = {code: Words(code, Locale.parse(LOCALES[code]), _texts(code), zone) for code in LOCALES}
    every = set().union(*(words.texts for words in found.values()))
    for words in found.values():
        if missing := sorted(every - set(words.texts)):
            raise ValueError(f"desk.po ({words.code}): no sentence for {', '.join(missing)}")
    return found


def _texts(code: str) -> dict[str, str]:
    source = files("handoff.desk") / "locales" / code / "desk.po"
    catalogue = read_po(BytesIO(source.read_bytes()), locale=LOCALES[code])
    texts = {}
    for message in catalogue:
        if message.id:
            if message.fuzzy or not message.string:
                raise ValueError(f"desk.po ({code}): {message.id} is not translated")
            texts[str(message.id)] = str(message.string)
    return texts
