"""The stage: what many chats share, so that each begins at once."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.app import build_interpreter
from bot.chat import Chat, in_language
from bot.script import read_script
from bot.settings import Settings
from dialogs.coverage import Coverage
from dialogs.flow import Flows
from nlu.interpretation import Interpretation, Interpreter, Language, Question


class Remembering:
    """An interpreter that reads a text once: many stories begin with the same words."""

    def __init__(self, interpreter: Interpreter):
        self._interpreter = interpreter
        self._read: dict[tuple[str, Question], Interpretation] = {}

    async def parse(self, text: str, question: Question) -> Interpretation:
        if (text, question) not in self._read:
            self._read[text, question] = await self._interpreter.parse(text, question)
        return self._read[text, question]


class Stage:
    """Flows, understanding and an empty database, made once.

    Args:
        settings: all settings.
        folder: where the databases are kept.
        coverage: notes what the chats go through.
        flows, interpreter: those that are tried; the project's own without.
    """

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        coverage: Coverage,
        flows: Flows | None = None,
        interpreter: Interpreter | None = None,
    ):
        self._settings, self._folder, self.coverage = settings, folder, coverage
        self.flows = replace(flows or read_script(settings), watch=coverage.note)
        self._interpreter = interpreter or Remembering(build_interpreter(settings))

    @asynccontextmanager
    async def chat(
        self, language: Language | None, begun: Path | None = None, flows: Flows | None = None
    ) -> AsyncIterator[Chat]:
        """A chat on a database of its own, which goes with the block.

        Args:
            language: what the helpline begins in, or None for its own.
            begun: what ``keep`` has kept of another chat; without it the chat is a new one.
            flows: other flows, or the same with somebody else looking on.
        """
        empty = self._folder / "empty"
        if not empty.exists():
            empty.mkdir()
            first = Chat(self._settings, empty, self.flows, self._interpreter)
            await first.open()
            await first.close()
        with tempfile.TemporaryDirectory(dir=self._folder) as own:
            shutil.copytree(begun or empty, own, dirs_exist_ok=True)
            chat = Chat(in_language(self._settings, language), Path(own), flows or self.flows, self._interpreter)
            await chat.open(upgrade=False)
            try:
                yield chat
            finally:
                await chat.close()

    def keep(self, chat: Chat) -> Path:
        """Keeps a chat as it stands between two turns, for others to go on from there."""
        kept = Path(tempfile.mkdtemp(dir=self._folder))
        shutil.copytree(chat.folder, kept, dirs_exist_ok=True)
        return kept
