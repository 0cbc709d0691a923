"""Receiving from Telegram without a public address: asking for updates again and again (``getUpdates``)."""

import asyncio
import json
import logging
from typing import Any
from urllib.parse import urlencode

from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.channels.channel import Inbound, Later
from bot.channels.field import records
from bot.channels.inbox import Accept, NotStored
from bot.channels.quiet import quiet
from bot.channels.telegram import TelegramChannel, refusal
from bot.channels.telegram_events import ALLOWED_UPDATES, press_id, telegram_events

_log = logging.getLogger(__name__)


class TelegramPoller:
    """Takes updates from Telegram, and lets Telegram forget them only after they are durable.

    Args:
        token: the bot's token.
        accept: makes events durable.
        channel: answers button presses.
        api_base: the server, without the token.
        wait: seconds that Telegram holds a question open while nothing comes.
        pause: seconds before the next try after a failure.
    """

    def __init__(
        self,
        token: str,
        accept: Accept,
        channel: TelegramChannel,
        api_base: str = "https://api.telegram.org",
        *,
        wait: int = 30,
        pause: float = 3.0,
    ) -> None:
        quiet()
        self._base = f"{api_base.rstrip('/')}/bot{token}"
        self._accept = accept
        self._channel = channel
        self._wait = wait
        self._pause = pause
        self._offset = 0
        self._request = HTTPXRequest(read_timeout=wait + 10.0, connect_timeout=10.0, pool_timeout=5.0)

    async def run(self) -> None:
        """Polls until it is cancelled. Failures are logged by kind and tried again."""
        registered = True
        try:
            while True:
                try:
                    # Telegram refuses getUpdates while a webhook is registered.
                    if registered:
                        await self._call("deleteWebhook")
                        registered = False
                    await self.once()
                except TelegramError as error:
                    outcome = refusal(error)
                    _log.warning("telegram polling: %s", outcome.why)
                    asked = outcome.after if isinstance(outcome, Later) else None
                    await asyncio.sleep(asked or self._pause)
                except NotStored:
                    _log.warning("telegram polling: not stored")
                    await asyncio.sleep(self._pause)
        finally:
            await self.close()

    async def close(self) -> None:
        """Ends its connections; `run` does so itself."""
        await self._request.shutdown()

    async def once(self) -> int:
        """Asks once and makes what came durable.

        Returns:
            How many updates came.

        Raises:
            TelegramError: Telegram refused or could not be reached.
            NotStored: the events are not durable; Telegram will give them again.
        """
        asked: dict[str, object] = {
            "offset": self._offset,
            "timeout": self._wait,
            "allowed_updates": json.dumps(ALLOWED_UPDATES),
        }
        updates = records(await self._call("getUpdates", asked))
        events: list[Inbound] = []
        for update in updates:
            events.extend(telegram_events(update))
        if events:
            try:
                await self._accept(events)
            except NotStored:
                raise
            except Exception as error:
                # A message of the exception may quote what the child wrote: its type alone is logged.
                _log.error("telegram polling: storing failed with %s", type(error).__name__)
                raise NotStored from None
        self._offset = max([self._offset, *(_after(update) for update in updates)])
        for press in filter(None, map(press_id, updates)):
            await self._channel.answer_press(press)
        return len(updates)

    async def _call(self, method: str, values: dict[str, object] | None = None) -> Any:
        # Not Bot.get_updates: it would raise, for ever, on one update that the library cannot read.
        query = f"?{urlencode(values)}" if values else ""
        try:
            return await self._request.post(f"{self._base}/{method}{query}")
        except (KeyError, TypeError):
            raise TelegramError("Invalid server response") from None


def _after(update: object) -> int:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number + 1 if isinstance(number, int) else 0
