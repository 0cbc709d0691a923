"""What ``/metrics`` shows."""

import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from bot import metrics
from tests.channels.client import TELEGRAM, WHATSAPP, Caller
from tests.channels.payload import names, payload

LABELS = {"channel", "outcome", "kind", "why", "le"}
DOCUMENT = Path(__file__).parents[2] / "docs" / "METRICS.md"


def test_the_exposition_can_be_parsed_and_its_labels_hold_no_content() -> None:
    caller = Caller()
    for name in names("telegram"):
        caller.post(TELEGRAM, payload("telegram", name))
    for name in names("whatsapp"):
        caller.post(WHATSAPP, payload("whatsapp", name))
    caller.close()
    body, media_type = metrics.exposition()
    assert media_type.startswith("text/plain")
    samples = [sample for family in text_string_to_metric_families(body.decode()) for sample in family.samples]
    assert {"m3ak_webhook_requests_total", "m3ak_received_events_total", "m3ak_ignored_events_total"} <= {
        sample.name for sample in samples
    }
    for sample in samples:
        assert sample.labels.keys() <= LABELS
        plain = (value for name, value in sample.labels.items() if name != "le")
        assert all(value.replace("_", "").isalnum() or value == "" for value in plain)
    for secret in ("Salma", "212600000014", "7100200300", "MA.1349", "mochkil"):
        assert secret not in body.decode()


def test_every_metric_is_documented_and_every_documented_metric_exists() -> None:
    families = text_string_to_metric_families(metrics.exposition()[0].decode())
    shown = {family.name: family for family in families if not family.name.endswith("_created")}
    rows = re.findall(r"^\| `(m3ak_\w+)`([^|]*)\|([^|]*)\|", DOCUMENT.read_text(), re.MULTILINE)
    documented = {name.removesuffix("_total"): kind.strip() for name, _, kind in rows}
    assert documented == {name: family.type for name, family in shown.items()}
