"""Presence: while a counsellor types, the child's messenger says that somebody is writing.

At once or not at all: nothing of it is stored, tried again or waited for. The other way there is nothing to show:
neither WhatsApp nor Telegram tells a bot that somebody is typing to it.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping

import structlog

from bot.channels.channel import Channel, Typist
from store.conversations import Conversations, Partner
from store.database import Database, Unreachable
from store.keyring import Keyring
from store.vault import Vault

log = structlog.get_logger()

_PATIENCE = 3.0
"""Seconds after which the sign would come too late to mean anything."""
_REMEMBERED = 1_000


class Presence:
    """Shows children that somebody is writing, no more often than each messenger needs.

    Args:
        database, vault: where the way to the child is.
        channels: the messengers by name.
    """

    def __init__(self, database: Database, vault: Vault, channels: Mapping[str, Channel]):
        self._database, self._vault, self._channels = database, vault, channels
        self._shown: OrderedDict[str, float] = OrderedDict()

    async def typing(self, reference: str, counsellor: str) -> None:
        """Shows it, if the counsellor holds the case. A failure is no failure: the words will come."""
        until = self._shown.get(reference, 0.0)
        if time.monotonic() < until:
            return
        try:
            async with asyncio.timeout(_PATIENCE):
                partner = await self._database.read(
                    lambda c: Conversations(c, Keyring(c, self._vault)).partner(reference, counsellor)
                )
                await self._show(reference, partner)
        except (Unreachable, TimeoutError):
            return
        except Exception as error:  # a bug with a sign must cost no counsellor the page
            log.error("typing_failed", kind=type(error).__name__)

    async def _show(self, reference: str, partner: Partner | None) -> None:
        channel = self._channels.get(partner.channel) if partner else None
        if partner is None or not isinstance(channel, Typist):
            return
        self._shown[reference] = time.monotonic() + channel.typing_lasts
        self._shown.move_to_end(reference)
        if len(self._shown) > _REMEMBERED:
            self._shown.popitem(last=False)
        await channel.typing(partner.address, partner.last)
