"""Fetching a medium from its messenger: from the platform's own host alone, no further than a size, no redirect."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

import httpx

from bot.channels.quiet import quiet

_TIMEOUT = 30.0
_PATH = re.compile(r"[A-Za-z0-9_-][\w.-]*(/[A-Za-z0-9_-][\w.-]*)*", re.ASCII)
"""A path that leads nowhere but down."""
_WHATSAPP_ID = re.compile(r"\d{1,64}", re.ASCII)
_META_HOSTS = frozenset({"lookaside.fbsbx.com"})
"""Where the Cloud API keeps media (Meta, "Media", "Retrieve media URL")."""
_GRAPH = "v23.0"


@dataclass(frozen=True, slots=True)
class NotFetched:
    """Why there is no medium."""

    why: Literal["lost", "too_large", "later"]


class Source(Protocol):
    """A messenger that media can be fetched from."""

    async def fetch(self, ref: str, largest: int) -> bytes | NotFetched:
        """The bytes of a medium.

        Args:
            ref: the platform's own id of it, as the webhook gave it.
            largest: bytes, beyond which it is left.
        """
        ...


class _Client:
    """One answer at a time, read no further than it may be long; redirects are not followed."""

    def __init__(self, headers: dict[str, str] | None = None) -> None:
        quiet()
        self._headers = headers

    async def json(self, url: str, **query: str) -> dict[str, Any] | NotFetched:
        got = await self.bytes(url, 100_000, **query)
        if isinstance(got, NotFetched):
            return got
        try:
            body = httpx.Response(200, content=got).json()
        except ValueError:
            return NotFetched("later")
        return body if isinstance(body, dict) else NotFetched("later")

    async def bytes(self, url: str, largest: int, **query: str) -> bytes | NotFetched:
        read = bytearray()
        try:
            async with (
                httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=False, headers=self._headers) as client,
                client.stream("GET", url, params=query or None) as answer,
            ):
                if answer.status_code != 200:
                    gone = answer.status_code in (400, 403, 404, 410)
                    return NotFetched("lost" if gone else "later")
                async for chunk in answer.aiter_bytes():
                    read += chunk
                    if len(read) > largest:
                        return NotFetched("too_large")
        except (httpx.HTTPError, httpx.InvalidURL):
            return NotFetched("later")
        return bytes(read)


class TelegramMedia:
    """Files that were sent to a bot (Bot API, ``getFile``).

    Args:
        token: the bot's.
        api_base: the server, without the token.
    """

    def __init__(self, token: str, api_base: str) -> None:
        self._base, self._token, self._client = api_base.rstrip("/"), token, _Client()

    async def fetch(self, ref: str, largest: int) -> bytes | NotFetched:
        found = await self._client.json(f"{self._base}/bot{self._token}/getFile", file_id=ref)
        if isinstance(found, NotFetched):
            # Telegram answers 400 to what is too large for bots as well.
            return found
        result = found.get("result")
        path = result.get("file_path") if isinstance(result, dict) else None
        if not isinstance(path, str) or not _PATH.fullmatch(path):
            return NotFetched("lost")
        return await self._client.bytes(f"{self._base}/file/bot{self._token}/{path}", largest)


class WhatsAppMedia:
    """Media that were sent to a business number (Cloud API, "Media").

    Args:
        token: the access token.
        api_base: the server, without a version.
    """

    def __init__(self, token: str, api_base: str) -> None:
        self._base, self._client = api_base.rstrip("/"), _Client({"Authorization": f"Bearer {token}"})

    async def fetch(self, ref: str, largest: int) -> bytes | NotFetched:
        if not _WHATSAPP_ID.fullmatch(ref):
            return NotFetched("lost")
        found = await self._client.json(f"{self._base}/{_GRAPH}/{ref}")
        if isinstance(found, NotFetched):
            return found
        url = found.get("url")
        if not isinstance(url, str) or not self._own(url):
            return NotFetched("lost")
        got = await self._client.bytes(url, largest)
        expected = found.get("sha256")
        if isinstance(got, bytes) and isinstance(expected, str) and hashlib.sha256(got).hexdigest() != expected.lower():
            return NotFetched("later")
        return got

    def _own(self, url: str) -> bool:
        """Whether an address is the platform's own: the token goes nowhere else."""
        try:
            asked, ours = urlsplit(url), urlsplit(self._base)
            same = (asked.hostname, asked.port) == (ours.hostname, ours.port)
            plain = asked.username is None and asked.password is None
        except ValueError:
            return False
        metas = asked.hostname in _META_HOSTS and asked.port in (None, 443) and asked.scheme == "https"
        return plain and (metas or (same and asked.scheme == ours.scheme))
