"""A chat in the terminal, through the whole real stack on a temporary database that goes when it ends."""

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO, cast

from bot.app import App
from bot.channels.channel import Inbound, MediaKind, Outbound
from bot.channels.terminal import TerminalChannel
from bot.clock import Clock, new_id
from bot.settings import Settings
from dialogs.flow import Flows
from dialogs.state import State
from nlu.interpretation import Interpreter, Language

_ADDRESS = "terminal"
_LAST_YEAR = 2200


class WrongLine(Exception):
    """A line of the protocol cannot be used. The message says what is wrong with it."""


class Chat:
    """One child's chat.

    Args:
        settings: all settings; the storage is replaced by a temporary one.
        folder: where the temporary database lives; one that is there already is gone on with.
        flows, interpreter: as for ``App``.
    """

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        flows: Flows | None = None,
        interpreter: Interpreter | None = None,
    ):
        storage = settings.storage.model_copy(update={"url": f"sqlite:///{folder / 'chat.db'}"})
        privacy = settings.privacy.model_copy(update={"key_file": folder / "keys", "keys": None})
        self._settings = settings.model_copy(update={"storage": storage, "privacy": privacy})
        self.folder = folder
        self._terminal = TerminalChannel()
        self.clock = Clock()
        self.app = App(self._settings, {"terminal": self._terminal}, self.clock, flows, interpreter)
        self.reference: str | None = None
        """The last case of this chat."""

    async def open(self, *, upgrade: bool = True) -> None:
        """Makes the database ready; without ``upgrade`` it is one that another chat has made ready."""
        await self.app.open(upgrade=upgrade)

    async def close(self) -> None:
        await self.app.database.close()

    async def state(self) -> State:
        """The state of the conversation as stored."""
        found = await self.app.database.read(
            lambda c: self.app.turns.transaction(c).conversations.find("terminal", _ADDRESS)
        )
        return found or State(language=self._settings.helpline.language)

    async def send(
        self,
        text: str = "",
        choice: str | None = None,
        media: str | None = None,
        ref: str | None = None,
        *,
        more: bool = False,
    ) -> list[Outbound]:
        """Sends one message of the child and returns what it reads then.

        Args:
            text, choice, media, ref: as in ``Inbound``.
            more: whether more of a burst comes; without it the chat goes turn by turn, and nothing is held.
        """
        inbound = Inbound(
            channel="terminal",
            address=_ADDRESS,
            message_id=new_id(),
            at=self.clock.now(),
            text=text,
            choice=choice,
            media=cast(MediaKind | None, media),
            media_ref=ref,
        )
        await self.app.turns.accept([inbound])
        if not more:
            await self.app.timers.flush()
        return await self.read()

    async def wait_until(self, moment: datetime) -> list[Outbound]:
        """Lets time go on, and returns what the child reads then."""
        self.clock.move_to(moment)
        await self.app.timers.fire()
        return await self.read()

    async def read(self) -> list[Outbound]:
        """What the child reads now."""
        await self.app.delivery.drain()
        self.reference = (await self.state()).case or self.reference
        return self._terminal.take()

    async def case(self) -> dict[str, Any] | None:
        """The last case of this chat, as a document."""
        case = await self.app.cases.case(self.reference) if self.reference else None
        return case.document() if case else None


_MEDIA = ("image", "video", "voice", "document", "sticker", "location", "contact")


async def chat_json(settings: Settings, lines: Iterable[str], out: TextIO, language: str | None = None) -> None:
    """The protocol of ``m3ak chat --json``: one JSON object a line in and out (CONTRACT.md).

    Raises:
        WrongLine: for a line that is not of the protocol.
    """

    def write(data: dict[str, Any]) -> None:
        out.write(json.dumps(data, ensure_ascii=False) + "\n")
        out.flush()

    with tempfile.TemporaryDirectory(prefix="m3ak-chat-") as folder:
        chat = Chat(in_language(settings, language), Path(folder))
        await chat.open()
        try:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                for message in await _one(chat, number, line):
                    write(_shown(message))
                state = await chat.state()
                write({"end_of_turn": True, "slots": slots_of(state), "owner": state.owner.value})
            write({"case": await chat.case()})
        finally:
            await chat.close()


async def _one(chat: Chat, number: int, line: str) -> list[Outbound]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        raise WrongLine(f'Line {number} is not JSON; write one object a line, such as {{"text": "salam"}}.') from None
    match data:
        case {"text": str(text)}:
            return await chat.send(text=text, more=data.get("more") is True)
        case {"choice": str(choice)}:
            return await chat.send(choice=choice)
        case {"media": {"kind": str(kind), **rest}} if kind in _MEDIA:
            return await chat.send(media=kind, ref=str(rest.get("path") or kind), text=str(rest.get("caption") or ""))
        case {"clock": str(moment)}:
            return await chat.wait_until(_moment(number, moment))
    raise WrongLine(f"Line {number} needs one of the keys text, choice, media (with kind) and clock.")


def _moment(number: int, text: str) -> datetime:
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and moment.year < _LAST_YEAR:
            return moment
    raise WrongLine(f"Line {number}: write the time as 2026-11-21T22:00:00+01:00.")


def _shown(message: Outbound) -> dict[str, Any]:
    return {
        "from": message.source,
        "id": message.message_id,
        "text": message.text,
        "language": message.language,
        "choices": [{"id": choice, "title": title} for choice, title in message.choices],
        "expects": message.expects,
    }


def slots_of(state: State) -> dict[str, Any]:
    """The slots as the protocol shows them."""
    slots: dict[str, Any] = {k: list(v) if isinstance(v, tuple) else v for k, v in state.slots.items()}
    if state.story:
        slots["narrative"] = "\n".join(state.story)
    slots["language"] = state.language.value
    return slots


def in_language(settings: Settings, language: str | None) -> Settings:
    """The settings of a helpline that begins in another language."""
    if language is None:
        return settings
    helpline = settings.helpline.model_copy(update={"language": Language(language)})
    return settings.model_copy(update={"helpline": helpline})


async def chat_human(settings: Settings, language: str | None, lines: Iterator[str], out: TextIO) -> None:
    """A chat for people: buttons are numbered, and the case is shown at the end."""
    with tempfile.TemporaryDirectory(prefix="m3ak-chat-") as folder:
        chat = Chat(in_language(settings, language), Path(folder))
        await chat.open()
        try:
            out.write("M3ak. Write as a child would; a number picks a choice; an empty line or Ctrl-D ends.\n\n")
            messages: list[Outbound] = []
            if language:
                messages = await chat.send(choice=f"language.{language}")
                _print(messages, out)
            while True:
                out.write("> ")
                out.flush()
                line = next(lines, "").strip()
                if not line:
                    break
                choices = [c for message in messages for c, _ in message.choices]
                number = int(line) if line.isdigit() and len(line) < 3 else 0
                asked = next((m.expects for m in messages if m.expects), None)
                if 1 <= number <= len(choices) and asked != "age":
                    messages = await chat.send(choice=choices[number - 1])
                else:
                    messages = await chat.send(text=line)
                _print(messages, out)
            case = await chat.case()
            out.write("\n" + json.dumps(case, ensure_ascii=False, indent=2) + "\n")
        finally:
            await chat.close()


def _print(messages: list[Outbound], out: TextIO) -> None:
    number = 0
    for message in messages:
        out.write(f"\n{message.text}\n")
        for _, title in message.choices:
            number += 1
            out.write(f"  {number}. {title}\n")
    out.write("\n")


def stdin_lines() -> Iterator[str]:
    """The lines of standard input; what is not UTF-8 is replaced."""
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", "replace").rstrip("\n")
