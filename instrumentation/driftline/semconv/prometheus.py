"""The contract's names in Prometheus' spelling.

Source: OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility", Metric Metadata.
"""

from __future__ import annotations

import re
from functools import lru_cache

_ILLEGAL = re.compile(r"[^a-zA-Z0-9_]+")
_UNIT_SUFFIX = {"s": "seconds", "By": "bytes"}


@lru_cache(maxsize=4096)
def label_name(attribute: str) -> str:
    """The label for an attribute.

    >>> label_name("ml.model.name")
    'ml_model_name'
    >>> label_name("2nd.choice")
    '_2nd_choice'
    """
    name = _ILLEGAL.sub("_", attribute)
    return f"_{name}" if name[:1].isdigit() else name


@lru_cache(maxsize=4096)
def family_name(metric: str, unit: str = "") -> str:
    """The metric family's name, with the unit a scraper expects; counters gain `_total` at their samples.

    >>> family_name("ml.drift.score")
    'ml_drift_score'
    >>> family_name("ml.reference.age", "s")
    'ml_reference_age_seconds'
    """
    name = label_name(metric)
    suffix = _UNIT_SUFFIX.get(unit, "")
    return f"{name}_{suffix}" if suffix and not name.endswith(f"_{suffix}") else name
