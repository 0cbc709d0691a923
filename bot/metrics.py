"""What is counted for Prometheus (``docs/METRICS.md``). No label ever holds content or an address."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from store.health import Health

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
    "Messages to a messenger, events to a webhook, mails: by outcome (sent, later, never) and the code.",
    ("channel", "outcome", "why"),
    registry=REGISTRY,
)
TURN_SECONDS = Histogram(
    "m3ak_turn_seconds",
    "Turns, and the seconds from reading a message to its commit.",
    ("channel",),
    buckets=(0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    registry=REGISTRY,
)
FAILED_TURNS = Counter(
    "m3ak_failed_turns",
    "Turns that a bug ended and that were given to a human.",
    ("channel",),
    registry=REGISTRY,
)
DAMAGED = Counter(
    "m3ak_damaged_conversations",
    "Turns of conversations whose state could not be read; they were given to a human.",
    registry=REGISTRY,
)
RETRIES = Counter(
    "m3ak_send_retries",
    "Messages that are to be sent again.",
    ("channel",),
    registry=REGISTRY,
)
LEFT_ALONE = Counter(
    "m3ak_cases_left_alone",
    "Cases that went back to the queue because their counsellor left the child waiting.",
    registry=REGISTRY,
)
ALARMS = Counter(
    "m3ak_waiting_alarms",
    "Alarms at every desk about a child who waits for a counsellor.",
    registry=REGISTRY,
)
UNDELIVERED = Counter(
    "m3ak_undelivered",
    "Messages that a messenger will not deliver; the desk shows them.",
    ("channel",),
    registry=REGISTRY,
)
NLU_FALLBACKS = Counter(
    "m3ak_nlu_fallbacks",
    "Messages that the embedded engine read because Rasa did not answer.",
    registry=REGISTRY,
)
QUEUE = Gauge("m3ak_queue_cases", "Cases that wait for a counsellor.", registry=REGISTRY)
QUEUE_AGE = Gauge("m3ak_queue_age_seconds", "How long the first of them has waited.", registry=REGISTRY)
OUTBOX = Gauge("m3ak_outbox_messages", "Messages that wait to be sent.", registry=REGISTRY)
OUTBOX_AGE = Gauge("m3ak_outbox_age_seconds", "How long the first of them has waited.", registry=REGISTRY)
OPEN = Gauge("m3ak_open_conversations", "Conversations with an open case.", registry=REGISTRY)
HOOKS = Gauge("m3ak_hooks", "Events and notices that wait to be told.", ("channel",), registry=REGISTRY)
HOOKS_AGE = Gauge("m3ak_hooks_age_seconds", "How long the first of them waits.", ("channel",), registry=REGISTRY)
TIMERS_LATE = Gauge("m3ak_timers_late_seconds", "How late the first timer is that is due.", registry=REGISTRY)


def observe(health: Health) -> None:
    """Sets the gauges to what the database holds: the same in every process."""
    QUEUE.set(health.queue)
    QUEUE_AGE.set(health.queue_age)
    OUTBOX.set(health.outbox)
    OUTBOX_AGE.set(health.outbox_age)
    OPEN.set(health.open)
    TIMERS_LATE.set(health.timers_late)
    for channel, (count, age) in health.hooks.items():
        HOOKS.labels(channel).set(count)
        HOOKS_AGE.labels(channel).set(age)


def exposition() -> tuple[bytes, str]:
    """Returns the body of ``/metrics`` and its media type, in Prometheus's text format 0.0.4."""
    return generate_latest(REGISTRY), CONTENT_TYPE_PLAIN_0_0_4
