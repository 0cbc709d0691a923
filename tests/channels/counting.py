"""Reading our counters."""

from bot import metrics


def count(name: str, **labels: str) -> float:
    """Returns the value of a counter now; 0 if it never counted."""
    return metrics.REGISTRY.get_sample_value(f"{name}_total", labels) or 0.0
