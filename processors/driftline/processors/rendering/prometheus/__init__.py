"""Recording rules and alerts for Prometheus, written from monitors.

`rules_of` is what the rules are, as plain values; `prometheus` gives them Prometheus' form.
"""

from __future__ import annotations

from driftline.processors.rendering.prometheus.monitor_rules import notes_of, rules_of
from driftline.processors.rendering.prometheus.rules import AlertRule, Group, Record, Rule
from driftline.processors.rendering.prometheus.target import prometheus

__all__ = ["AlertRule", "Group", "Record", "Rule", "notes_of", "prometheus", "rules_of"]
