"""The messengers' webhooks, as routes.

Answers: 200 once the events are durable, or when there are none to keep; 403 for a bad or missing signature
or secret (429 where the same source sends many); 400 for what is no JSON object; 408 too slow; 413 too large;
503 when the events could not be stored, so that the platform sends them again. The signature is checked before
the JSON is read.
"""

import hmac
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.channels import telegram_events, whatsapp_events
from bot.channels.body import LARGEST_BODY, SMALL_BODY, NotJson, TooLarge, TooSlow, json_object, raw_body
from bot.channels.channel import Incoming
from bot.channels.inbox import Accept, NotStored
from bot.channels.quiet import quiet
from bot.sources import suspected

if TYPE_CHECKING:
    # python-telegram-bot takes most of a second to load, and a helpline may run on WhatsApp alone.
    from bot.channels.telegram import TelegramChannel

_log = logging.getLogger(__name__)

_STATUS = {
    "accepted": 200,
    "nothing": 200,
    "verified": 200,
    "bad_json": 400,
    "gone": 400,
    "forbidden": 403,
    "too_many": 429,
    "too_slow": 408,
    "too_large": 413,
    "not_stored": 503,
}

_Body = Mapping[str, Any]


def telegram_routes(secret: str, accept: Accept, channel: "TelegramChannel") -> list[Route]:
    """Returns the route of ``POST /telegram/webhook``.

    Args:
        secret: what Telegram was told to send in ``X-Telegram-Bot-Api-Secret-Token``.
        accept: makes events durable.
        channel: answers button presses, after the events are durable and the webhook is answered.

    Raises:
        ValueError: the secret is empty: every call would pass.
    """
    _must_be_set(secret=secret)
    quiet()

    def genuine(request: Request, raw: bytes) -> bool:
        return _same(request.headers.get("x-telegram-bot-api-secret-token", ""), secret)

    async def receive(request: Request) -> Response:
        if not genuine(request, b""):
            # The secret stands in the header: nothing of the body need be read.
            return _answer("telegram", _refusal(request))
        outcome, body = await _take(request, "telegram", genuine, telegram_events.telegram_events, accept)
        response = _answer("telegram", outcome)
        press = telegram_events.press_id(body) if _STATUS[outcome] == 200 else None
        if press is not None:
            response.background = BackgroundTask(channel.answer_press, press)
        return response

    return [Route("/telegram/webhook", receive, methods=["POST"])]


def whatsapp_routes(app_secret: str, verify_token: str, accept: Accept) -> list[Route]:
    """Returns the routes of ``GET`` and ``POST /whatsapp/webhook``.

    Args:
        app_secret: the secret of Meta's app, the key of ``X-Hub-Signature-256``.
        verify_token: what Meta sends when the webhook is set up.
        accept: makes events durable.

    Raises:
        ValueError: one of the secrets is empty: every call would pass.
    """
    _must_be_set(app_secret=app_secret, verify_token=verify_token)
    quiet()

    def genuine(request: Request, raw: bytes) -> bool:
        expected = hmac.new(app_secret.encode(), raw, "sha256").hexdigest()
        return _same(request.headers.get("x-hub-signature-256", ""), f"sha256={expected}")

    async def receive(request: Request) -> Response:
        outcome, _ = await _take(request, "whatsapp", genuine, whatsapp_events.whatsapp_events, accept)
        return _answer("whatsapp", outcome)

    async def verify(request: Request) -> Response:
        asked = request.query_params
        known = _same(asked.get("hub.verify_token", ""), verify_token)
        challenge = asked.get("hub.challenge", "")
        if not known or asked.get("hub.mode") != "subscribe" or not challenge:
            return _answer("whatsapp", "forbidden")
        metrics.WEBHOOKS.labels("whatsapp", "verified").inc()
        return PlainTextResponse(challenge, headers={"X-Content-Type-Options": "nosniff"})

    path = "/whatsapp/webhook"
    return [Route(path, verify, methods=["GET"]), Route(path, receive, methods=["POST"])]


async def _take(
    request: Request,
    channel: str,
    genuine: Callable[[Request, bytes], bool],
    read: Callable[[_Body], tuple[Incoming, ...]],
    accept: Accept,
) -> tuple[str, _Body]:
    """Returns how the call is to be answered, a key of `_STATUS`, and its body where it was read."""
    try:
        raw = await raw_body(request, SMALL_BODY if suspected(request.scope) else LARGEST_BODY)
        if not genuine(request, raw):
            return _refusal(request), {}
        body = json_object(raw)
    except TooLarge:
        return "too_large", {}
    except TooSlow:
        return "too_slow", {}
    except NotJson:
        return "bad_json", {}
    except ClientDisconnect:
        return "gone", {}
    events = read(body)
    if not events:
        return "nothing", body
    try:
        await accept(events)
    except NotStored:
        return "not_stored", {}
    except Exception as error:
        # A bug or a broken store: the platform sends it again. The exception's message may quote what the
        # child wrote (a database driver's does), so that its type alone is logged.
        _log.error("%s webhook: storing failed with %s", channel, type(error).__name__)
        return "not_stored", {}
    return "accepted", body


def _refusal(request: Request) -> str:
    return "too_many" if suspected(request.scope) else "forbidden"


def _answer(channel: str, outcome: str) -> Response:
    metrics.WEBHOOKS.labels(channel, outcome).inc()
    return Response(status_code=_STATUS[outcome], headers={"Retry-After": "60"} if outcome == "too_many" else None)


def _same(given: str, expected: str) -> bool:
    # As bytes: compare_digest raises on text that is not ASCII.
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _must_be_set(**secrets: str) -> None:
    for name, value in secrets.items():
        if not value:
            raise ValueError(f"{name} is empty")
