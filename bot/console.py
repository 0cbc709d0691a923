"""Chats in the terminal: for people, and as the protocol of CONTRACT.md; either may be recorded as a test."""

import json
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from bot.act import BEGIN, MEDIA, perform
from bot.channels.channel import Outbound
from bot.chat import Chat, in_language, slots_of
from bot.record import Record
from bot.settings import Settings
from nlu.interpretation import Language

_LAST_YEAR = 2200

Act = Callable[[Mapping[str, Any]], Awaitable[list[Outbound]]]


class WrongLine(Exception):
    """A line of the protocol cannot be used. The message says what is wrong with it."""


@asynccontextmanager
async def _temporary(settings: Settings, language: str | None, record: Path | None) -> AsyncIterator[tuple[Chat, Act]]:
    """A chat on a database that goes with the block, and how to act in it.

    Args:
        record: where the chat is written as a story when it ends. Its clock stands still then, so that it can be run
            back: only ``{"clock": ...}`` lets time pass.

    Raises:
        FileExistsError: when there is such a file already.
    """
    if record and record.exists():
        raise FileExistsError(f"{record} is there already; name another file, or remove it.")
    with tempfile.TemporaryDirectory(prefix="m3ak-chat-") as folder:
        chat = Chat(in_language(settings, language), Path(folder))
        kept = Record(Language(language) if language else settings.helpline.language)
        await chat.open()
        if record:
            chat.clock.stop(BEGIN)

        async def act(turn: Mapping[str, Any]) -> list[Outbound]:
            messages = await perform(chat, turn)
            if record:
                kept.note(turn, messages, await chat.state())
            return messages

        try:
            yield chat, act
        finally:
            if record and kept.turns:
                record.write_text(await kept.story(chat, f"Recorded: {record.stem}"), encoding="utf-8")
            await chat.close()


async def chat_json(
    settings: Settings, lines: Iterable[str], out: TextIO, language: str | None = None, record: Path | None = None
) -> None:
    """The protocol of ``m3ak chat --json``: one JSON object a line in and out (CONTRACT.md).

    Raises:
        WrongLine: for a line that is not of the protocol.
    """

    def write(data: dict[str, Any]) -> None:
        out.write(json.dumps(data, ensure_ascii=False) + "\n")
        out.flush()

    async with _temporary(settings, language, record) as (chat, act):
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            for message in await act(_act(number, line)):
                write(_shown(message))
            state = await chat.state()
            write({"end_of_turn": True, "slots": slots_of(state), "owner": state.owner.value})
        write({"case": await chat.case()})


def _act(number: int, line: str) -> dict[str, Any]:
    """What a line of the protocol does, as a story writes it."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        raise WrongLine(f'Line {number} is not JSON; write one object a line, such as {{"text": "salam"}}.') from None
    match data:
        case {"text": str(text)}:
            return {"child": text, **({"more": True} if data.get("more") is True else {})}
        case {"choice": str(choice)}:
            return {"choice": choice}
        case {"media": {"kind": str(kind), **rest}} if kind in MEDIA:
            extra = {"ref": str(rest["path"])} if rest.get("path") else {}
            return {"media": kind, **extra, **({"caption": str(rest["caption"])} if rest.get("caption") else {})}
        case {"clock": str(moment)}:
            return {"clock": _moment(number, moment).isoformat()}
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


async def chat_human(
    settings: Settings, language: str | None, lines: Iterator[str], out: TextIO, record: Path | None = None
) -> None:
    """A chat for people: buttons are numbered, and the case is shown at the end."""
    async with _temporary(settings, language, record) as (chat, act):
        out.write("M3ak. Write as a child would; a number picks a choice; an empty line or Ctrl-D ends.\n\n")
        messages: list[Outbound] = []
        if language:
            messages = await act({"choice": f"language.{language}"})
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
            pressed = 1 <= number <= len(choices) and asked != "age"
            messages = await act({"choice": choices[number - 1]} if pressed else {"child": line})
            _print(messages, out)
        case = await chat.case()
        out.write("\n" + json.dumps(case, ensure_ascii=False, indent=2) + "\n")


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
