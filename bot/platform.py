"""What the platforms and the public say about a deployment: tokens, webhooks, TLS, the time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.channels.quiet import quiet
from bot.finding import Finding, mend, note, ok
from bot.settings import Settings, TelegramSettings, WhatsAppSettings

_TIMEOUT = 10.0
_APART = 60.0
"""Seconds by which our clock may differ from another's."""
_WAITING = 100
"""Updates that wait at Telegram, from which on something is wrong."""
_GRAPH = "v23.0"


async def platform_findings(settings: Settings) -> AsyncIterator[Finding]:
    """Asks the platforms whose tokens are set, and looks at our own address as a stranger would."""
    quiet()
    telegram, whatsapp = settings.channels.telegram, settings.channels.whatsapp
    hooks: set[str] = set()
    async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
        if telegram.token:
            async for finding in _telegram(client, telegram):
                yield finding
            if telegram.public_url:
                hooks.add(f"{telegram.public_url.rstrip('/')}/telegram/webhook")
        if whatsapp.token and whatsapp.phone_id:
            async for finding in _whatsapp(client, whatsapp, hooks):
                yield finding
        if not (telegram.token or whatsapp.token):
            yield ok("channels: none but the simulator; set a token to add one")
        for address in sorted({f"{urlsplit(hook).scheme}://{urlsplit(hook).netloc}" for hook in hooks}):
            yield await _front(client, address)
    if (hooks or whatsapp.token) and not settings.desk.secure_cookies:
        yield mend("cookies: a helpline that is reached from outside needs desk.secure_cookies: true")


async def _telegram(client: httpx.AsyncClient, settings: TelegramSettings) -> AsyncIterator[Finding]:
    assert settings.token
    base = f"{settings.api_base.rstrip('/')}/bot{settings.token.get_secret_value()}"
    answer, body = await _ask(client, f"{base}/getWebhookInfo")
    if answer is None:
        yield mend("telegram: its server cannot be reached; check channels.telegram.api_base and the network")
        return
    yield _clock("telegram", answer)
    if answer.status_code in (401, 404):
        yield mend("telegram: it does not know this token; copy M3AK_CHANNELS__TELEGRAM__TOKEN whole from @BotFather")
        return
    info = body.get("result")
    if not isinstance(info, dict):
        yield mend(f"telegram: it answers {answer.status_code} to getWebhookInfo; try again later")
        return
    registered, wanted = str(info.get("url") or ""), ""
    if settings.public_url:
        wanted = f"{settings.public_url.rstrip('/')}/telegram/webhook"
    if registered == wanted:
        yield ok(f"telegram: {'its webhook is registered' if wanted else 'it is polled'}")
    elif wanted:
        yield mend("telegram: its webhook is registered elsewhere or not at all; start m3ak serve, which registers it")
    else:
        yield mend("telegram: a webhook is registered, so that polling gets nothing; set channels.telegram.public_url,"
                   " or start m3ak run, which takes the webhook away")  # fmt: skip
    if wanted and not settings.secret:
        yield mend("telegram: set M3AK_CHANNELS__TELEGRAM__SECRET, or anybody could write as a child")
    if error := info.get("last_error_message"):
        yield note(f"telegram: the last delivery failed: {str(error)[:80]}")
    if int(info.get("pending_update_count") or 0) >= _WAITING:
        yield mend(f"telegram: {info['pending_update_count']} messages wait there; see whether the helpline is running")


async def _whatsapp(client: httpx.AsyncClient, settings: WhatsAppSettings, hooks: set[str]) -> AsyncIterator[Finding]:
    """Adds the address of the webhook to the others."""
    assert settings.token
    missing = [name for name in ("app_secret", "verify_token") if not getattr(settings, name)]
    for name in missing:
        yield mend(f"whatsapp: set M3AK_CHANNELS__WHATSAPP__{name.upper()}")
    answer, body = await _ask(
        client,
        f"{settings.api_base.rstrip('/')}/{_GRAPH}/{settings.phone_id}?fields=webhook_configuration",
        {"Authorization": f"Bearer {settings.token.get_secret_value()}"},
    )
    if answer is None:
        yield mend("whatsapp: its server cannot be reached; check channels.whatsapp.api_base and the network")
        return
    yield _clock("whatsapp", answer)
    if answer.status_code == 401:
        yield mend("whatsapp: the access token is expired or wrong; make a permanent one for a system user")
        return
    places = body.get("webhook_configuration")
    if answer.status_code != 200 or not isinstance(places, dict):
        yield mend("whatsapp: this token may not see this phone number; check M3AK_CHANNELS__WHATSAPP__PHONE_ID")
        return
    # The nearest to the number counts: its own, its account's, the app's.
    nearest = (places.get(place) for place in ("phone_number", "whatsapp_business_account", "application"))
    url = next((str(place) for place in nearest if place), "")
    if urlsplit(url).scheme == "https" and urlsplit(url).path.endswith("/whatsapp/webhook"):
        yield ok("whatsapp: its webhook is registered")
        hooks.add(url)
    else:
        yield mend("whatsapp: no webhook https://…/whatsapp/webhook is set for this number; set it in Meta's app"
                   " dashboard and subscribe to messages")  # fmt: skip


async def _front(client: httpx.AsyncClient, address: str) -> Finding:
    """What a stranger meets at our own address: TLS that can be trusted, and the desk behind it."""
    if not address.startswith("https://"):
        return mend(f"tls: {address} is not https; put a proxy with TLS in front (deploy/Caddyfile)")
    try:
        answer = await client.get(f"{address}/desk/login")
    except httpx.ConnectError as error:
        if "certificate" in str(error).lower():
            return mend(f"tls: the certificate of {address} cannot be trusted; renew it, or let Caddy do so")
        return mend(f"tls: {address} cannot be reached; check the name, the proxy and the firewall")
    except httpx.HTTPError:
        return mend(f"tls: {address} does not answer; check the proxy")
    if answer.status_code != 200:
        return mend(f"tls: {address}/desk/login answers {answer.status_code}; check the proxy")
    if "strict-transport-security" not in answer.headers:
        return mend("tls: the desk does not say that it stands behind TLS; set desk.secure_cookies: true")
    return ok(f"tls: {address} is reached by https")


def _clock(whose: str, answer: httpx.Response) -> Finding:
    try:
        theirs = parsedate_to_datetime(answer.headers.get_list("date")[-1])
        theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    except (ValueError, IndexError):
        return note(f"clock: {whose} does not tell the time")
    apart = abs((datetime.now(UTC) - theirs).total_seconds())
    if apart > _APART:
        return mend(f"clock: it differs from {whose}'s by {apart:.0f} s; run NTP (timedatectl set-ntp true)")
    return ok(f"clock: as {whose}'s")


async def _ask(
    client: httpx.AsyncClient, url: str, headers: dict[str, str] | None = None
) -> tuple[httpx.Response | None, dict[str, Any]]:
    try:
        answer = await client.get(url, headers=headers)
        body = answer.json()
    except ValueError:
        return answer, {}
    except httpx.HTTPError:
        return None, {}
    return answer, body if isinstance(body, dict) else {}
