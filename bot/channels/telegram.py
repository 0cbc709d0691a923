"""Sending by Telegram: python-telegram-bot's client behind the `Channel` protocol."""

import asyncio
import logging
import os
from collections.abc import Sequence
from datetime import timedelta

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatAction
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from bot import metrics
from bot.channels.channel import Later, Never, Outbound, Sent
from bot.channels.lanes import lanes
from bot.channels.layout import in_row
from bot.channels.pieces import pieces
from bot.channels.quiet import quiet
from bot.channels.telegram_events import ALLOWED_UPDATES, CHANNEL

# python-telegram-bot's own switch to time periods as timedelta; without it every RetryAfter warns.
os.environ.setdefault("PTB_TIMEDELTA", "true")

_log = logging.getLogger(__name__)
_LONGEST_PAUSE = 60.0

# core.telegram.org/bots/api#deletemessages
_AT_ONCE = 100

# core.telegram.org/bots/api#inlinekeyboardbutton; the library lets 65 through.
LONGEST_CHOICE = 64


class TelegramChannel:
    """A bot account on Telegram.

    Args:
        token: the bot's token, from BotFather.
        api_base: the server, without the token: ``https://api.telegram.org``.
        timeout: seconds to wait for an answer.
    """

    name = CHANNEL
    # core.telegram.org/bots/api#sendchataction: five seconds, or less when a message comes.
    typing_lasts = 4.5

    def __init__(self, token: str, api_base: str = "https://api.telegram.org", *, timeout: float = 15.0) -> None:
        quiet()
        request = HTTPXRequest(
            connection_pool_size=32,
            httpx_kwargs={"transport": lanes()},
            read_timeout=timeout,
            write_timeout=timeout,
            connect_timeout=min(timeout, 10.0),
            pool_timeout=timeout,
        )
        self._bot = Bot(
            token,
            base_url=f"{api_base.rstrip('/')}/bot",
            request=request,
            # Never used here; without it the library makes a second client, which costs 0.1 s of start-up.
            get_updates_request=request,
        )
        self._request = request

    async def send(self, address: str, message: Outbound) -> Sent | Later | Never:
        """Sends a message, in pieces when it is too long for one; the choices come with the last piece.

        Raises:
            ValueError: a choice's id is longer than 64 bytes.
        """
        keyboard = _keyboard(message.choices)
        answers = _number_of(message.answers)
        *head, last = pieces(message.text if answers else message.whole)
        outcome: Sent | Later | Never = Sent()
        shown: tuple[str, ...] = ()
        for piece, markup in [*((piece, None) for piece in head), (last, keyboard)]:
            outcome = await self._send_piece(address, piece, markup, None if shown else answers)
            if not isinstance(outcome, Sent):
                break
            shown += outcome.shown
        why = "" if isinstance(outcome, Sent) else outcome.why
        metrics.SENDS.labels(self.name, type(outcome).__name__.lower(), why).inc()
        return Sent(shown=shown) if isinstance(outcome, Sent) else outcome

    async def erase(self, address: str, shown: Sequence[str]) -> Sent | Later | Never:
        """Deletes messages from the chat, on the child's phone too; Telegram takes them for 48 hours."""
        try:
            for start in range(0, len(shown), _AT_ONCE):
                await self._bot.delete_messages(address, [int(one) for one in shown[start : start + _AT_ONCE]])
        except TelegramError as error:
            return refusal(error)
        return Sent()

    async def typing(self, address: str, last: str | None) -> None:
        """Shows "typing…" in the chat."""
        try:
            await self._bot.send_chat_action(address, ChatAction.TYPING)
        except (TelegramError, KeyError, TypeError, ValueError):
            metrics.SENDS.labels(self.name, "typing_unshown", "").inc()

    async def answer_press(self, press: str) -> None:
        """Tells Telegram that a button press was taken, so that the button stops spinning.

        A failure is no failure: Telegram forgets presses after a while, and the spinner stops by itself.
        """
        try:
            await self._bot.answer_callback_query(press)
        except (TelegramError, KeyError, TypeError, ValueError):
            metrics.SENDS.labels(self.name, "press_unanswered", "").inc()

    async def register_webhook(self, url: str, secret: str) -> None:
        """Asks Telegram to send updates to ``url`` with ``secret`` in a header.

        Raises:
            telegram.error.TelegramError: it refused, or could not be reached.
        """
        await self._bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES)

    async def keep_registered(self, url: str, secret: str) -> None:
        """Registers the webhook, and tries again while Telegram refuses or cannot be reached."""
        pause = 1.0
        while True:
            try:
                await self.register_webhook(url, secret)
                return
            except TelegramError as error:
                _log.warning("telegram webhook not registered: %s", type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def close(self) -> None:
        """Ends its connections."""
        await self._request.shutdown()

    async def _send_piece(
        self, address: str, text: str, keyboard: InlineKeyboardMarkup | None, answers: int | None = None
    ) -> Sent | Later | Never:
        # Where the child has deleted what is answered, the reply goes all the same.
        reply = ReplyParameters(answers, allow_sending_without_reply=True) if answers else None
        try:
            sent = await self._bot.send_message(
                address,
                text,
                reply_markup=keyboard,
                reply_parameters=reply,
                # A preview would fetch, and show on the child's screen, what a link leads to.
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except TelegramError as error:
            return refusal(error)
        except (KeyError, TypeError, ValueError, AttributeError):
            return Later("bad_answer")
        return Sent(shown=(str(sent.message_id),))


def refusal(error: TelegramError) -> Later | Never:
    """Says what a failure means for the message.

    What is wrong with us (a revoked token, a conflict) is Later: the message waits until it is put right.
    """
    match error:
        case RetryAfter():
            wait = error.retry_after
            return Later("429", wait.total_seconds() if isinstance(wait, timedelta) else float(wait))
        case TimedOut():
            return Later("timeout")
        case Forbidden():
            return Never("blocked")
        case ChatMigrated():
            return Never("chat_gone")
        case BadRequest():
            return Never("chat_gone" if "chat not found" in error.message.lower() else "bad_request")
        case InvalidToken():
            return Later("bad_token", 60.0, account=True)
        case Conflict():
            return Later("409")
        case NetworkError():
            return Later("network")
        case _:
            return Later("bad_answer")


def _number_of(message_id: str | None) -> int | None:
    """Telegram's own number of a message, from the id by which ``telegram_events`` knows it."""
    number = (message_id or "").rpartition(":")[2]
    return int(number) if number.isdecimal() else None


def _keyboard(choices: tuple[tuple[str, str], ...]) -> InlineKeyboardMarkup | None:
    if not choices:
        return None
    for choice, _ in choices:
        if len(choice.encode()) > LONGEST_CHOICE:
            raise ValueError(f"choice {choice!r} is longer than {LONGEST_CHOICE} bytes")
    buttons = [InlineKeyboardButton(title, callback_data=choice) for choice, title in choices]
    wide = in_row(choices)
    return InlineKeyboardMarkup([buttons[at : at + wide] for at in range(0, len(buttons), wide)])
