"""How fast each messenger may be sent to, by its own documentation. The rows that count it are in ``store/pace.py``.

Sources: Meta, "Messages: rate limits" of the Cloud API (80 messages a second of a number; to one person one in six
seconds, with bursts of up to 45); Telegram, "Bots FAQ: my bot is hitting limits" (30 a second; to one chat one a
second, with short bursts). The bursts here stay below what the platforms bear.
"""

from collections.abc import Mapping

from bot.channels import telegram_events, whatsapp_events
from store.pace import Pace, Rate

PACES: Mapping[str, Pace] = {
    telegram_events.CHANNEL: Pace(account=Rate(burst=25, every=1 / 28), chat=Rate(burst=5, every=1.0)),
    whatsapp_events.CHANNEL: Pace(account=Rate(burst=60, every=1 / 75), chat=Rate(burst=40, every=6.0)),
}
