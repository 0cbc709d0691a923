"""The script: flows and texts as they stand on disk, taken anew when they change, and written by trainers."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import structlog

from bot.settings import Settings
from dialogs.catalogue import catalogue_file, read_entries, write_sentence
from dialogs.check import check
from dialogs.edit import Refusal, limit, refusal, tidied
from dialogs.finding import Finding
from dialogs.flow import BrokenFlow, Flows, load_flows
from dialogs.messages import BrokenCatalogue, load_messages
from dialogs.speech import read_speech
from handoff.script import Sentence, Written
from nlu.interpretation import Language

log = structlog.get_logger()

Stamp = tuple[tuple[str, int, int], ...]


def read_script(settings: Settings) -> Flows:
    """The flows with their messages.

    Raises:
        BrokenFlow, BrokenCatalogue: in one sentence with the cure.
    """
    folder = settings.dialogs.folder
    return load_flows(load_messages(settings.constants(), folder / "locales"), folder / "flows")


class Script:
    """What the bot says, in one process.

    Args:
        settings: where the files are, and the helpline's facts.
        flows: those to begin with; read from the files without.

    Raises:
        BrokenFlow, BrokenCatalogue: when there are none to begin with.
    """

    def __init__(self, settings: Settings, flows: Flows | None = None):
        self._settings = settings
        folder = settings.dialogs.folder
        self._flow_folder, self._locales = folder / "flows", folder / "locales"
        self._stamp = self._read_stamp()
        self.flows = flows or read_script(settings)
        self._followers: list[Callable[[Flows], None]] = []
        self._findings: Sequence[Finding] = ()

    def follow(self, take: Callable[[Flows], None]) -> None:
        """Has somebody told of new flows."""
        self._followers.append(take)

    def look(self) -> bool:
        """Takes the files anew if they have changed; while they are broken the last good ones stay in use.

        Returns:
            whether there are new flows, which ``tell`` then hands on.
        """
        stamp = self._read_stamp()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            flows = read_script(self._settings)
        except (BrokenFlow, BrokenCatalogue) as error:
            found = check(self._settings.constants(), self._flow_folder, self._locales)
            errors = [finding for finding in found if finding.weight == "error"]
            self._findings = errors or [Finding("dialogs", 1, "error", str(error), "see the message")]
            log.error("script_broken", file=self._findings[0].file, line=self._findings[0].line)
            return False
        self._findings = ()
        self.flows = replace(flows, watch=self.flows.watch)
        log.info("script_taken")
        return True

    def tell(self) -> None:
        """Hands the present flows to those who follow."""
        for take in self._followers:
            take(self.flows)

    def _read_stamp(self) -> Stamp:
        """Which files there are, with the time and the size of each."""
        found = []
        for path in sorted([*self._flow_folder.glob("*.yml"), *self._locales.glob("*/m3ak.po")]):
            try:
                status = path.stat()
                found.append((str(path), status.st_mtime_ns, status.st_size))
            except OSError:  # an editor is replacing it
                found.append((str(path), 0, 0))
        return tuple(found)

    @property
    def writable(self) -> bool:
        files = [catalogue_file(language, self._locales) for language in Language]
        return all(os.access(file, os.W_OK) and os.access(file.parent, os.W_OK) for file in files)

    @property
    def findings(self) -> Sequence[Finding]:
        return self._findings

    def told(self, slot: str, answer: bool | str, language: Language) -> tuple[str, str]:
        return self.flows.messages.told(slot, answer, language)

    def sentences(self) -> Sequence[Sentence]:
        entries = {
            language: {entry.key: entry for entry in read_entries(catalogue_file(language, self._locales))}
            for language in Language
        }
        speech, offering = read_speech(self._flow_folder), self._offering()
        found = []
        for key in entries[Language.FR]:
            texts = {
                language: Written(each[key].text, each[key].line, each[key].reviewed, voided=each[key].voided)
                for language, each in entries.items()
                if key in each
            }
            place = speech.of(key)
            where = f"{place.file}:{place.line}" if place else ""
            found.append(Sentence(key, texts, where, limit(key, key in offering)))
        return found

    def _offering(self) -> set[str]:
        """The keys of sentences over buttons."""
        steps = [step for flow in self.flows.flows.values() for step in flow.steps]
        return {key for step in steps if step.buttons() for key in step.sentences()}

    def write(self, key: str, texts: Mapping[Language, str], versions: Mapping[Language, str]) -> Refusal | None:
        entries = {one.key: one for one in self.sentences()}
        if key not in entries:
            return Refusal("gone", Language.FR)
        old, offers = entries[key].texts, key in self._offering()
        changed = {language: tidied(text) for language, text in texts.items()}
        changed = {language: text for language, text in changed.items() if text != old[language].text}
        for language, text in changed.items():
            if refused := refusal(language, key, old[language].text, text, offers, self._settings.constants()):
                return refused
            if old[language].version != versions.get(language):
                return Refusal("changed", language)
        for language, text in changed.items():
            if refused := self._put(key, language, text, versions[language], None):
                return refused
        return None

    def sign(self, key: str, language: Language, version: str, name: str, on: date) -> Refusal | None:
        entry = next((one for one in self.sentences() if one.key == key), None)
        if entry is None or entry.texts[language].version != version:
            return Refusal("changed", language)
        return self._put(key, language, entry.texts[language].text, version, (name, on))

    def _put(
        self, key: str, language: Language, text: str, version: str, signed: tuple[str, date] | None
    ) -> Refusal | None:
        try:
            written = write_sentence(catalogue_file(language, self._locales), key, text, signed, version)
        except OSError:
            return Refusal("read_only", language)
        if written:
            log.info("sentence_written", key=key, language=language.value, signed=signed is not None)
        return None if written else Refusal("changed", language)
