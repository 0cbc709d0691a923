"""A script on memory: two sentences, written and signed as the files would be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from dialogs.edit import Refusal, refusal, tidied
from dialogs.finding import Finding
from handoff.script import Sentence, Written
from nlu.interpretation import Language

ASK, BUTTON = "age.ask", "choice.age.skip"
_TEXTS = {
    ASK: {"ary": "شحال فعمرك؟ {police}", "ary-Latn": "Ch7al f3mrk? {police}", "ar": "كم عمرك؟ {police}",
          "fr": "Tu as quel âge ? {police}"},
    BUTTON: {"ary": "ندوز", "ary-Latn": "Ndouz", "ar": "تخط", "fr": "Passer"},
}  # fmt: skip


class MemoryScript:
    """The sentences by key."""

    def __init__(self) -> None:
        self.writable = True
        self.findings: Sequence[Finding] = ()
        self._sentences = {
            key: Sentence(
                key,
                {Language(code): Written(text, 12) for code, text in texts.items()},
                "dialogs/flows/intake.yml:71" if key == ASK else "",
                20 if key == BUTTON else 1024,
            )
            for key, texts in _TEXTS.items()
        }

    def told(self, slot: str, answer: bool | str, language: Language) -> tuple[str, str]:
        return f"{slot} ({language}) ?", f"= {answer}"

    def sentences(self) -> Sequence[Sentence]:
        return list(self._sentences.values())

    def _set(self, key: str, language: Language, written: Written) -> None:
        one = self._sentences[key]
        self._sentences[key] = replace(one, texts={**one.texts, language: written})

    def write(self, key: str, texts: Mapping[Language, str], versions: Mapping[Language, str]) -> Refusal | None:
        if key not in self._sentences:
            return Refusal("gone", Language.FR)
        one = self._sentences[key]
        for language, text in texts.items():
            old = one.texts[language]
            if refused := refusal(language, key, old.text, tidied(text), one.limit < 4096, ("police",)):
                return refused
            if old.version != versions[language]:
                return Refusal("changed", language)
        for language, text in texts.items():
            if tidied(text) != one.texts[language].text:
                self._set(key, language, Written(tidied(text), 12))
        return None

    def sign(self, key: str, language: Language, version: str, name: str, on: date) -> Refusal | None:
        old = self._sentences[key].texts[language]
        if old.version != version:
            return Refusal("changed", language)
        self._set(key, language, replace(old, signed=f"{name}, {on.isoformat()}"))
        return None
