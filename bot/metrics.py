"""Counters of what comes in and goes out, for Prometheus. No label ever holds content or an address."""

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

# One registry of our own: Prometheus's default one would add facts about the machine.
REGISTRY = CollectorRegistry()

WEBHOOKS = Counter(
    "m3ak_webhook_requests",
    "Webhook requests by how they were answered.",
    ("channel", "outcome"),
    registry=REGISTRY,
)
RECEIVED = Counter(
    "m3ak_received_events",
    "Messages and button presses that were read from a messenger.",
    ("channel",),
    registry=REGISTRY,
)
IGNORED = Counter(
    "m3ak_ignored_events",
    "What a messenger sent and nothing is done about, by kind.",
    ("channel", "kind"),
    registry=REGISTRY,
)
SENDS = Counter(
    "m3ak_sends",
    "Messages given to a messenger, by outcome (sent, later, never) and the platform's code.",
    ("channel", "outcome", "why"),
    registry=REGISTRY,
)


def exposition() -> tuple[bytes, str]:
    """Returns the body of ``/metrics`` and its media type, in Prometheus's text format 0.0.4."""
    return generate_latest(REGISTRY), CONTENT_TYPE_PLAIN_0_0_4
