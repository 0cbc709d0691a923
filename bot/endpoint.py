"""The endpoint: another system that is told by a signed webhook (``docs/WEBHOOK.md``)."""

from collections.abc import Callable, Sequence
from datetime import datetime

import httpx

from bot.channels.channel import Later, Sent
from bot.channels.lookup import spare_lookups
from bot.channels.quiet import quiet
from bot.signature import signature
from store.hook import Hook


class Endpoint:
    """Another system, by the address that it gave.

    Args:
        url: the address.
        keys: what it knows us by.
        now: the clock.
        timeout: seconds to wait for an answer.
    """

    def __init__(self, url: str, keys: Sequence[bytes], now: Callable[[], datetime], timeout: float = 10.0):
        quiet()
        spare_lookups()
        self._url, self._keys, self._now = url, keys, now
        self._client = httpx.AsyncClient(timeout=timeout)

    async def send(self, hook: Hook) -> Sent | Later:
        """Posts an event. Whatever is no 2xx is tried again, a refusal too: somebody will mend the receiver."""
        id_, at, raw = f"{hook.stream}.{hook.number}", int(self._now().timestamp()), hook.body.encode()
        headers = {
            "content-type": "application/json",
            "webhook-id": id_,
            "webhook-timestamp": str(at),
            "webhook-signature": signature(self._keys, id_, at, raw),
        }
        try:
            # The answer's body is nothing to us, however long it is.
            async with self._client.stream("POST", self._url, content=raw, headers=headers) as answer:
                if answer.is_success:
                    return Sent()
                asked = answer.headers.get("retry-after", "")
                after = float(asked) if asked.isdecimal() else None
                return Later(str(answer.status_code), after, account=after is not None)
        except httpx.TimeoutException:
            return Later("timeout")
        except httpx.HTTPError:
            return Later("network")

    async def close(self) -> None:
        """Ends its connections."""
        await self._client.aclose()
